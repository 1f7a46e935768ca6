import { getOctokit } from '@actions/github'
import type { GitHubResponse, Request } from '../github/request.ts'

/** GitHub answers within ten seconds or not at all (REST, "Troubleshooting": requests over ten seconds are ended). */
const REQUEST_TIMEOUT_MS = 20_000

/** The version that we were written for; without it GitHub chooses. */
const API_VERSION = '2022-11-28'

/** The door to GitHub, over octokit, for one token: `GITHUB_API_URL` and proxies are honoured, nothing is retried. */
export function createRequest(token: string): Request {
  const octokit = getOctokit(token)
  const send = octokit.request as (route: string, parameters: object) => Promise<GitHubResponse>
  return async (route, parameters) => {
    const { status, headers, data } = await send(route, {
      ...parameters,
      headers: { 'x-github-api-version': API_VERSION },
      request: { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) },
    })
    return { status, headers, data }
  }
}

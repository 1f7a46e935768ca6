import type { Cloud } from './cloud.ts'
import { jsonAnswer } from './http-message.ts'
import type { WireAnswer, WireRequest } from './http-message.ts'

const BASE = '/github'

/** GitHub's REST API below `/github`: what `GITHUB_API_URL` points to. */
export async function serveGitHub(cloud: Cloud, { method, url, headers, body }: WireRequest): Promise<WireAnswer> {
  const token = /^(?:token|bearer) (.+)$/i.exec(headers['authorization'] ?? '')?.[1] ?? ''
  let parsed: unknown
  try {
    parsed = body === '' ? undefined : JSON.parse(body)
  } catch {
    return jsonAnswer(400, { message: 'Problems parsing JSON', documentation_url: 'https://docs.github.com/rest' })
  }
  const given = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >
  const path = url.pathname.slice(BASE.length)
  const answer = await cloud.github.rest(method, path, url.searchParams, parsed, token, given)
  return jsonAnswer(answer.status, answer.body, answer.headers)
}

/** The service that runners talk to, below `/_runner/`. */
export async function serveRunners(cloud: Cloud, { method, url, body }: WireRequest): Promise<WireAnswer> {
  const parsed: unknown = body === '' ? undefined : JSON.parse(body)
  const served = await cloud.github.runnerService(method, url.pathname, parsed)
  return jsonAnswer(served.status, served.body)
}

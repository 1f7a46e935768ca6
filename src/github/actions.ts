import type { ActionsPort } from '../ports/github.ts'
import type { Clock, Random } from '../ports/host.ts'
import { PATIENT, retry } from '../retry.ts'
import { call } from './errors.ts'
import { allPages } from './paging.ts'
import { jobOf, listOf, recordOf } from './readers.ts'
import type { GitHubResponse, Request, Route } from './request.ts'

const JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs'
const REPOSITORY = 'GET /repos/{owner}/{repo}'

/** The actions port over one door, for one repository. */
export function createActions(
  door: Request,
  repository: string,
  host: { readonly clock: Clock; readonly random: Random },
): ActionsPort {
  const [owner = '', repo = ''] = repository.split('/')
  const request = (route: Route, parameters: Readonly<Record<string, unknown>> = {}): Promise<GitHubResponse> =>
    retry(host, PATIENT, () => call(door, host.clock.now(), route, { owner, repo, ...parameters }))
  return {
    jobs: (runId, runAttempt) =>
      allPages(
        (page) => request(JOBS, { run_id: runId, attempt_number: runAttempt, ...page }),
        (answer) => listOf(JOBS, answer, 'jobs').map((job) => jobOf(JOBS, job)),
      ),
    repositoryIsPublic: async () => recordOf(REPOSITORY, (await request(REPOSITORY)).data)['private'] !== true,
  }
}

import type { ActionsPort } from '../ports/github.ts'
import type { Clock, Random } from '../ports/host.ts'
import { PATIENT, retry } from '../retry.ts'
import { unless } from './answers.ts'
import { call } from './errors.ts'
import { allPages } from './paging.ts'
import { jobOf, listOf, recordOf, runOf } from './readers.ts'
import type { GitHubResponse, Request, Route } from './request.ts'

const JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs'
const RUNS = 'GET /repos/{owner}/{repo}/actions/runs'
const RUN = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}'
const CURRENT_JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs'
const CANCEL = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel'
const RERUN = 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun'
const RERUN_JOB = 'POST /repos/{owner}/{repo}/actions/jobs/{job_id}/rerun'
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
    activeRuns: async () => {
      const listed = await Promise.all(
        (['queued', 'in_progress'] as const).map((status) =>
          allPages(
            (page) => request(RUNS, { status, ...page }),
            (answer) => listOf(RUNS, answer, 'workflow_runs').map((run) => runOf(RUNS, run)),
          ),
        ),
      )
      // A run may pass from one list to the other between the two questions.
      return [...new Map(listed.flat().map((run) => [run.runId, run])).values()]
    },
    run: (runId) => unless(404, undefined, async () => runOf(RUN, (await request(RUN, { run_id: runId })).data)),
    currentJobs: (runId) =>
      allPages(
        (page) => request(CURRENT_JOBS, { run_id: runId, filter: 'latest', ...page }),
        (answer) => listOf(CURRENT_JOBS, answer, 'jobs').map((job) => jobOf(CURRENT_JOBS, job)),
      ),
    cancelRun: async (runId) => {
      // 409: the run is over, which is all we want of it.
      await unless(409, undefined, () => request(CANCEL, { run_id: runId }))
    },
    rerunAllJobs: async (runId) => {
      await request(RERUN, { run_id: runId })
    },
    rerunJob: (jobId) =>
      unless(403, 'refused' as const, async () => {
        await request(RERUN_JOB, { job_id: jobId })
        return 'begun' as const
      }),
    repositoryIsPublic: async () => recordOf(REPOSITORY, (await request(REPOSITORY)).data)['private'] !== true,
  }
}

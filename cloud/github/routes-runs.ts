import type { GitHubAnswer } from './answers.ts'
import { notFound, numberParameter, paged, textParameter } from './answers.ts'
import type { GitHubModel } from './model.ts'
import { repositoryKey } from './model.ts'
import { rerunAll, rerunFailed, rerunJob } from './reruns.ts'
import { isWithin } from './search-dates.ts'
import { cancelRun } from './runs.ts'
import type { RouteRule, Served } from './route-rule.ts'
import type { Job, Run } from './run-model.ts'
import { attemptState, currentAttempt } from './run-model.ts'
import { jobShape, runShape } from './shapes/run.ts'

const RUNS = '/repos/{owner}/{repo}/actions/runs'
const JOBS = '/repos/{owner}/{repo}/actions/jobs'
const READ = { name: 'actions', level: 'read' } as const
const WRITE = { name: 'actions', level: 'write' } as const

export const readRuns: readonly RouteRule[] = [
  { route: `GET ${RUNS}`, permission: READ, serve: serveRuns },
  { route: `GET ${RUNS}/{run_id}`, permission: READ, serve: serveRun },
  { route: `GET ${RUNS}/{run_id}/attempts/{attempt_number}`, permission: READ, serve: serveRun },
  { route: `GET ${RUNS}/{run_id}/jobs`, permission: READ, serve: serveJobs },
  { route: `GET ${RUNS}/{run_id}/attempts/{attempt_number}/jobs`, permission: READ, serve: serveJobs },
  { route: `GET ${JOBS}/{job_id}`, permission: READ, serve: serveJob },
  {
    route: 'GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations',
    permission: { name: 'checks', level: 'read' },
    serve: serveAnnotations,
  },
]

export const changeRuns: readonly RouteRule[] = [
  {
    route: `POST ${RUNS}/{run_id}/cancel`,
    permission: WRITE,
    serve: (model, served) => cancel(model, served, 'cancel'),
  },
  {
    route: `POST ${RUNS}/{run_id}/force-cancel`,
    permission: WRITE,
    serve: (model, served) => cancel(model, served, 'force-cancel'),
  },
  { route: `POST ${RUNS}/{run_id}/rerun`, permission: WRITE, serve: rerun(rerunAll) },
  { route: `POST ${RUNS}/{run_id}/rerun-failed-jobs`, permission: WRITE, serve: rerun(rerunFailed) },
  {
    route: `POST ${JOBS}/{job_id}/rerun`,
    permission: WRITE,
    serve(model, served) {
      const { run, job } = foundJob(model, served, 'job_id')
      rerunJob(model, run, job, served.token.login)
      return { status: 201, headers: {}, body: {} }
    },
  },
]

function runsOf(model: GitHubModel, { place }: Served): Run[] {
  return [...model.runs.values()].filter((run) => repositoryKey(run.repository) === repositoryKey(place.scope.path))
}

function foundRun(model: GitHubModel, served: Served): Run {
  const run = runsOf(model, served).find((candidate) => candidate.id === numberParameter(served.call, 'run_id'))
  if (run === undefined) throw notFound()
  return run
}

function foundJob(model: GitHubModel, served: Served, parameter: string): { run: Run; job: Job } {
  const job = model.jobs.get(numberParameter(served.call, parameter))
  const run = runsOf(model, served).find((candidate) => candidate.id === job?.runId)
  if (job === undefined || run === undefined) throw notFound()
  return { run, job }
}

function serveRuns(model: GitHubModel, served: Served): GitHubAnswer {
  const { call, place } = served
  const asked = (name: string, actual: string | undefined): boolean => {
    const wanted = textParameter(call, name)
    return wanted === undefined || wanted === actual
  }
  const runs = runsOf(model, served)
    .reverse()
    .filter((run) => {
      const state = attemptState(currentAttempt(run))
      const isOfStatus = asked('status', state.status) || asked('status', state.conclusion)
      const isOfSource =
        asked('event', run.event) &&
        asked('branch', run.headBranch) &&
        asked('head_sha', run.headSha) &&
        asked('actor', run.actor)
      return isOfStatus && isOfSource && isWithin(run.createdAtMs, textParameter(call, 'created'))
    })
  const page = paged(call, runs, `${place.url}/actions/runs`, model.rules.pagesAreBounded)
  const shapes = page.entries.map((run) => runShape(model, place.repository(), run, currentAttempt(run)))
  return { status: 200, headers: page.headers, body: { total_count: page.total, workflow_runs: shapes } }
}

function serveRun(model: GitHubModel, served: Served): GitHubAnswer {
  const run = foundRun(model, served)
  const attempt =
    served.call.parameters['attempt_number'] === undefined
      ? currentAttempt(run)
      : run.attempts[numberParameter(served.call, 'attempt_number') - 1]
  if (attempt === undefined) throw notFound()
  return { status: 200, headers: {}, body: runShape(model, served.place.repository(), run, attempt) }
}

function serveJobs(model: GitHubModel, served: Served): GitHubAnswer {
  const { call, place } = served
  const run = foundRun(model, served)
  const listed = attemptsAsked(served, run).flatMap((attempt) => attempt.jobs)
  const jobs = listed.filter((job) => job.status !== 'waiting' || !model.rules.waitingJobsAreUnlisted)
  const page = paged(call, jobs, `${place.url}/actions/runs/${String(run.id)}/jobs`, model.rules.pagesAreBounded)
  const shapes = page.entries.map((job) => jobShape(model, place.repository(), run, job))
  return { status: 200, headers: page.headers, body: { total_count: page.total, jobs: shapes } }
}

function attemptsAsked({ call }: Served, run: Run): Run['attempts'] {
  if (call.parameters['attempt_number'] !== undefined) {
    const attempt = run.attempts[numberParameter(call, 'attempt_number') - 1]
    if (attempt === undefined) throw notFound()
    return [attempt]
  }
  return textParameter(call, 'filter') === 'all' ? run.attempts : [currentAttempt(run)]
}

function serveJob(model: GitHubModel, served: Served): GitHubAnswer {
  const { run, job } = foundJob(model, served, 'job_id')
  return { status: 200, headers: {}, body: jobShape(model, served.place.repository(), run, job) }
}

function serveAnnotations(model: GitHubModel, served: Served): GitHubAnswer {
  const { job } = foundJob(model, served, 'check_run_id')
  const url = `${served.place.url}/check-runs/${String(job.id)}`
  const page = paged(served.call, job.annotations, `${url}/annotations`, model.rules.pagesAreBounded)
  const body = page.entries.map(({ level, title, message }) => {
    return {
      path: '.github',
      start_line: 1,
      end_line: 1,
      start_column: null,
      end_column: null,
      annotation_level: level,
      title,
      message,
      raw_details: '',
      blob_href: `${url}#annotation`,
    }
  })
  return { status: 200, headers: page.headers, body }
}

function cancel(model: GitHubModel, served: Served, how: 'cancel' | 'force-cancel'): GitHubAnswer {
  cancelRun(model, foundRun(model, served), how)
  return { status: 202, headers: {}, body: {} }
}

function rerun(start: (model: GitHubModel, run: Run, actor: string) => void): RouteRule['serve'] {
  return (model, served) => {
    start(model, foundRun(model, served), served.token.login)
    return { status: 201, headers: {}, body: {} }
  }
}

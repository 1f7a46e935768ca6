import type { components } from '@octokit/openapi-types'
import type { GitHubModel, Repository } from '../model.ts'
import type { Attempt, Job, Run, StepRecord } from '../run-model.ts'
import { attemptState } from '../run-model.ts'
import { fullName, minimalRepository, nodeId, simpleUser } from './repository.ts'

type WorkflowRun = components['schemas']['workflow-run']
type WorkflowJob = components['schemas']['job']
type WorkflowStep = NonNullable<WorkflowJob['steps']>[number]

const WEB = 'https://github.com'

/** GitHub gives whole seconds. */
function instant(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`
}

function instantOrNull(atMs: number | undefined): string | null {
  return atMs === undefined ? null : instant(atMs)
}

export function runShape(model: GitHubModel, repository: Repository, run: Run, attempt: Attempt): WorkflowRun {
  const api = `${model.apiUrl}/repos/${fullName(repository)}`
  const url = `${api}/actions/runs/${String(run.id)}`
  const state = attemptState(attempt)
  const minimal = minimalRepository(model.apiUrl, repository)
  return {
    id: run.id,
    name: run.workflowName,
    node_id: nodeId('WorkflowRun', run.id),
    head_branch: run.headBranch,
    head_sha: run.headSha,
    path: run.workflowPath,
    display_title: run.workflowName,
    run_number: run.number,
    event: run.event,
    status: state.status,
    conclusion: state.conclusion ?? null,
    workflow_id: run.workflowId,
    check_suite_id: run.id,
    check_suite_node_id: nodeId('CheckSuite', run.id),
    url,
    html_url: `${WEB}/${fullName(repository)}/actions/runs/${String(run.id)}`,
    pull_requests: [],
    created_at: instant(run.createdAtMs),
    updated_at: instant(state.updatedAtMs),
    actor: simpleUser(model.apiUrl, run.actor),
    run_attempt: attempt.number,
    referenced_workflows: [],
    run_started_at: instant(attempt.startedAtMs),
    triggering_actor: simpleUser(model.apiUrl, attempt.triggeringActor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${api}/check-suites/${String(run.id)}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: attempt.number === 1 ? null : `${url}/attempts/${String(attempt.number - 1)}`,
    workflow_url: `${api}/actions/workflows/${String(run.workflowId)}`,
    head_commit: {
      id: run.headSha,
      tree_id: run.headSha,
      message: run.workflowName,
      timestamp: instant(run.createdAtMs),
      author: { name: run.actor, email: `${run.actor}@users.noreply.github.com` },
      committer: { name: run.actor, email: `${run.actor}@users.noreply.github.com` },
    },
    repository: minimal,
    head_repository: minimal,
  }
}

export function jobShape(model: GitHubModel, repository: Repository, run: Run, job: Job): WorkflowJob {
  const api = `${model.apiUrl}/repos/${fullName(repository)}`
  return {
    id: job.id,
    run_id: run.id,
    workflow_name: run.workflowName,
    head_branch: run.headBranch,
    run_url: `${api}/actions/runs/${String(run.id)}`,
    run_attempt: job.attempt,
    node_id: nodeId('CheckRun', job.id),
    head_sha: run.headSha,
    url: `${api}/actions/jobs/${String(job.id)}`,
    html_url: `${WEB}/${fullName(repository)}/actions/runs/${String(run.id)}/job/${String(job.id)}`,
    status: job.status,
    conclusion: job.conclusion ?? null,
    created_at: instant(job.createdAtMs),
    started_at: instant(job.startedAtMs ?? job.queuedAtMs ?? job.createdAtMs),
    completed_at: instantOrNull(job.completedAtMs),
    name: job.definition.name,
    steps: steps(job),
    check_run_url: `${api}/check-runs/${String(job.id)}`,
    labels: [...job.labels],
    runner_id: job.runner?.id ?? null,
    runner_name: job.runner?.name ?? null,
    runner_group_id: job.runner?.groupId ?? null,
    runner_group_name: job.runner?.groupName ?? null,
  }
}

/** The job's own steps stand between two of the runner's. */
function steps(job: Job): WorkflowStep[] {
  if (job.startedAtMs === undefined) return []
  const setUp: StepRecord = {
    name: 'Set up job',
    status: 'completed',
    conclusion: 'success',
    startedAtMs: job.startedAtMs,
    completedAtMs: job.startedAtMs,
    log: '',
  }
  const isClosed = job.status === 'completed' && job.ending === 'reported'
  const last: StepRecord = {
    name: 'Complete job',
    status: isClosed ? 'completed' : 'queued',
    conclusion: isClosed ? 'success' : undefined,
    startedAtMs: isClosed ? job.completedAtMs : undefined,
    completedAtMs: isClosed ? job.completedAtMs : undefined,
    log: '',
  }
  return [setUp, ...job.steps, last].map((step, index) => {
    return {
      name: step.name,
      status: step.status,
      conclusion: step.conclusion ?? null,
      number: index + 1,
      started_at: instantOrNull(step.startedAtMs),
      completed_at: instantOrNull(step.completedAtMs),
    }
  })
}

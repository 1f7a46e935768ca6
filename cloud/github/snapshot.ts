import type { RunnerSummary } from './control.ts'
import { runners } from './control.ts'
import type { GitHubModel } from './model.ts'
import type { Annotation, Conclusion, Ending, JobStatus } from './run-model.ts'
import { attemptState, currentAttempt } from './run-model.ts'

export interface RunSummary {
  readonly id: number
  readonly repository: string
  readonly attempt: number
  readonly status: string
  readonly conclusion: Conclusion | undefined
}

export interface JobSummary {
  readonly id: number
  readonly runId: number
  readonly attempt: number
  readonly name: string
  readonly status: JobStatus
  readonly conclusion: Conclusion | undefined
  readonly ending: Ending | undefined
  readonly runnerName: string | undefined
  readonly labels: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
  readonly annotations: readonly Annotation[]
}

/** All that GitHub holds, as plain data: no secrets. */
export interface GitHubSnapshot {
  readonly registrations: readonly RunnerSummary[]
  readonly runs: readonly RunSummary[]
  readonly jobs: readonly JobSummary[]
}

export function snapshot(model: GitHubModel): GitHubSnapshot {
  return {
    registrations: runners(model),
    runs: [...model.runs.values()].map((run) => {
      const attempt = currentAttempt(run)
      const { status, conclusion } = attemptState(attempt)
      return { id: run.id, repository: run.repository, attempt: attempt.number, status, conclusion }
    }),
    jobs: [...model.jobs.values()].map((job) => {
      const { id, runId, attempt, definition, status, conclusion, ending, runner, labels, outputs, annotations } = job
      return {
        id,
        runId,
        attempt,
        name: definition.name,
        status,
        conclusion,
        ending,
        runnerName: runner?.name,
        labels,
        outputs,
        annotations: [...annotations],
      }
    }),
  }
}

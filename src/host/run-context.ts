import { readFileSync } from 'node:fs'
import type { RunContext } from '../domain/context.ts'

/**
 * What GitHub says of this run, from the environment of the step (GitHub Actions, "Default environment
 * variables") and the event's payload.
 *
 * @throws Error where we do not run as a step of a workflow
 */
export function readRunContext(env: NodeJS.ProcessEnv): RunContext {
  const repository = env['GITHUB_REPOSITORY'] ?? ''
  const runId = Number(env['GITHUB_RUN_ID'])
  const runAttempt = Number(env['GITHUB_RUN_ATTEMPT'])
  if (!/^[^/]+\/[^/]+$/.test(repository) || !isCount(runId) || !isCount(runAttempt)) {
    throw new Error(
      'This is no step of a GitHub workflow: GITHUB_REPOSITORY, GITHUB_RUN_ID and GITHUB_RUN_ATTEMPT must be set.',
    )
  }
  const event = readEvent(env['GITHUB_EVENT_PATH'])
  return {
    repository,
    runId,
    runAttempt,
    eventName: env['GITHUB_EVENT_NAME'] ?? '',
    actor: env['GITHUB_ACTOR'] ?? '',
    stepId: env['GITHUB_ACTION'] ?? '',
    actionName: env['GITHUB_ACTION_REPOSITORY'] ?? '',
    serverUrl: env['GITHUB_SERVER_URL'] ?? 'https://github.com',
    isPublic: isPublic(event),
    isFork: isFork(event, repository),
  }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

/** Only what we read of a payload; anything may be missing. */
interface Payload {
  readonly repository?: { readonly private?: unknown; readonly visibility?: unknown }
  readonly pull_request?: { readonly head?: { readonly repo?: { readonly full_name?: unknown } | null } }
}

function readEvent(path: string | undefined): Payload {
  if (path === undefined) return {}
  try {
    const payload: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof payload === 'object' && payload !== null ? payload : {}
  } catch {
    // The payload only spares a question to GitHub; without it we ask.
    return {}
  }
}

function isPublic({ repository }: Payload): boolean | undefined {
  if (typeof repository?.visibility === 'string') return repository.visibility === 'public'
  return typeof repository?.private === 'boolean' ? !repository.private : undefined
}

/** A head without a repository is one whose fork has been deleted. */
function isFork({ pull_request: pullRequest }: Payload, repository: string): boolean {
  return pullRequest !== undefined && pullRequest.head?.repo?.full_name !== repository
}

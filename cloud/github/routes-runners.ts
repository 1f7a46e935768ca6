import type { GitHubAnswer } from './answers.ts'
import { Refusal, notFound, numberParameter, paged, textParameter } from './answers.ts'
import { encodedJitConfig, newSecret } from './jit-config.ts'
import { countRegistration } from './limits.ts'
import type { GitHubModel, RunnerRegistration, Scope } from './model.ts'
import { liveRegistration, liveRegistrations, readJitRequest, register, sameScope, unregister } from './registry.ts'
import type { RouteRule, Served } from './route-rule.ts'
import { runnerShape } from './shapes/runner.ts'

const TOKEN_LIFETIME_MS = 3_600_000

/** The same endpoints for repositories and for organisations, which differ in the permission alone. */
export const runnerRoutes: readonly RouteRule[] = [
  ...routesAt('/repos/{owner}/{repo}', 'administration'),
  ...routesAt('/orgs/{org}', 'organization_self_hosted_runners'),
]

function routesAt(base: string, name: string): RouteRule[] {
  const read = { name, level: 'read' } as const
  const write = { name, level: 'write' } as const
  return [
    { route: `POST ${base}/actions/runners/generate-jitconfig`, permission: write, serve: generateJitConfig },
    { route: `POST ${base}/actions/runners/registration-token`, permission: write, serve: createRegistrationToken },
    { route: `GET ${base}/actions/runners`, permission: read, serve: listRunners },
    // Before the next one, which would take `downloads` for an id.
    { route: `GET ${base}/actions/runners/downloads`, permission: read, serve: listDownloads },
    { route: `GET ${base}/actions/runners/{runner_id}`, permission: read, serve: getRunner },
    { route: `DELETE ${base}/actions/runners/{runner_id}`, permission: write, serve: deleteRunner },
  ]
}

function generateJitConfig(model: GitHubModel, { call, place }: Served): GitHubAnswer {
  const { name, labels, workFolder } = readJitRequest(model, call)
  const registration = register(model, { name, scope: place.scope, labels, ephemeral: true })
  const config = encodedJitConfig(model, registration, workFolder)
  return { status: 201, headers: {}, body: { runner: runnerShape(model, registration), encoded_jit_config: config } }
}

function createRegistrationToken(model: GitHubModel, { place }: Served): GitHubAnswer {
  countRegistration(model, place.scope)
  const token = newSecret(model, 'registration')
  const expiresAtMs = model.clock.now() + TOKEN_LIFETIME_MS
  model.registrationTokens.set(token, { scope: place.scope, expiresAtMs })
  return { status: 201, headers: {}, body: { token, expires_at: new Date(expiresAtMs).toISOString() } }
}

function listRunners(model: GitHubModel, { call, place }: Served): GitHubAnswer {
  const name = textParameter(call, 'name')
  const listed = listedRegistrations(model, place.scope).filter(
    (registration) => name === undefined || registration.name === name,
  )
  const page = paged(call, listed, `${place.url}/actions/runners`, model.rules.pagesAreBounded)
  const runners = page.entries.map((registration) => runnerShape(model, registration))
  return { status: 200, headers: page.headers, body: { total_count: page.total, runners } }
}

/** What the listing shows: the registrations of a moment ago. */
function listedRegistrations(model: GitHubModel, scope: Scope): RunnerRegistration[] {
  const live = new Set(liveRegistrations(model))
  const seenAtMs = model.rules.runnerListLags ? model.clock.now() - model.timings.runnerListLagMs : model.clock.now()
  return [...model.registrations.values()].filter((registration) => {
    if (!sameScope(registration.scope, scope) || registration.createdAtMs > seenAtMs) return false
    return live.has(registration) || (registration.deletedAtMs ?? 0) > seenAtMs
  })
}

function listDownloads(model: GitHubModel): GitHubAnswer {
  return { status: 200, headers: {}, body: model.runnerDownloads }
}

function found(model: GitHubModel, { call, place }: Served): RunnerRegistration {
  const registration = liveRegistration(model, numberParameter(call, 'runner_id'))
  if (registration === undefined || !sameScope(registration.scope, place.scope)) throw notFound()
  return registration
}

function getRunner(model: GitHubModel, served: Served): GitHubAnswer {
  return { status: 200, headers: {}, body: runnerShape(model, found(model, served)) }
}

function deleteRunner(model: GitHubModel, served: Served): GitHubAnswer {
  const registration = found(model, served)
  if (registration.jobId !== undefined && model.rules.busyRunnersCannotBeDeleted) {
    throw new Refusal(422, `Runner "${registration.name}" is currently running a job and cannot be deleted.`)
  }
  unregister(model, registration)
  return { status: 204, headers: {}, body: undefined }
}

import type { components } from '@octokit/openapi-types'
import type { GitHubModel, RunnerRegistration } from '../model.ts'
import { isOnline } from '../registry.ts'

type Runner = components['schemas']['runner']

/** Labels that GitHub calls its own, whoever set them. */
const READ_ONLY = new Set(['self-hosted', 'linux', 'x64', 'arm64'])

export function runnerShape(model: GitHubModel, registration: RunnerRegistration): Runner {
  const hasConnected = registration.version !== undefined
  return {
    id: registration.id,
    name: registration.name,
    os: hasConnected ? 'Linux' : 'unknown',
    status: isOnline(model, registration) ? 'online' : 'offline',
    busy: registration.jobId !== undefined,
    ephemeral: registration.ephemeral,
    runner_group_id: registration.groupId,
    labels: registration.labels.map((name, index) => {
      return {
        id: registration.id * 1000 + index,
        name,
        type: READ_ONLY.has(name.toLowerCase()) ? 'read-only' : 'custom',
      }
    }),
    ...(registration.version === undefined ? {} : { version: registration.version }),
  }
}

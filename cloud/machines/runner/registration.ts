import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What a configured runner knows: where the service is, and what to show it. */
export interface LocalRegistration {
  readonly serviceUrl: string
  readonly credential: string
  readonly ephemeral: boolean
}

// The real runner keeps this beside its binaries; here many machines share those.
const FILE = join(tmpdir(), 'actions-runner-state', 'registration.json')

export function saveRegistration(registration: LocalRegistration): void {
  mkdirSync(dirname(FILE), { recursive: true, mode: 0o700 })
  writeFileSync(FILE, JSON.stringify(registration), { mode: 0o600 })
}

export function forgetRegistration(): void {
  rmSync(FILE, { force: true })
}

/** From the environment's JIT configuration, or from what config.sh left; undefined where there is neither. */
export function readRegistration(): LocalRegistration | undefined {
  const jitConfig = process.env['ACTIONS_RUNNER_INPUT_JITCONFIG']
  delete process.env['ACTIONS_RUNNER_INPUT_JITCONFIG']
  if (jitConfig !== undefined) return fromJitConfig(jitConfig)
  try {
    return JSON.parse(readFileSync(FILE, 'utf8')) as LocalRegistration
  } catch {
    return undefined
  }
}

function fromJitConfig(jitConfig: string): LocalRegistration {
  const files = decoded(jitConfig) as Record<'.runner' | '.credentials', string>
  const runner = decoded(files['.runner']) as { readonly serverUrl: string; readonly ephemeral: boolean }
  const credentials = decoded(files['.credentials']) as { readonly data: { readonly token: string } }
  return {
    serviceUrl: serviceUrlOf(runner.serverUrl),
    credential: credentials.data.token,
    ephemeral: runner.ephemeral,
  }
}

function decoded(base64: string): unknown {
  return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
}

/** The runner service of the model lives under the origin of its pages. */
export function serviceUrlOf(url: string): string {
  return `${new URL(url).origin}/_runner/`
}

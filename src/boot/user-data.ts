import { gzipSync } from 'node:zlib'

/** Bytes of user data that EC2 accepts, before base64 (EC2 user guide, "Instance user data"). */
export const USER_DATA_LIMIT = 16_384

/**
 * Bytes kept free for the JIT configuration, which only GitHub knows the size of: more than 4 KB since
 * June 2025. Base64 of random bytes loses a quarter to gzip, so this holds one of 8 KB.
 */
export const JIT_RESERVE = 6 * 1024

/** How the machine becomes a runner. `jitConfig` and `token` are secrets. */
export type Registration =
  | { readonly kind: 'jit'; readonly jitConfig: string }
  | {
      readonly kind: 'token'
      readonly token: string
      /** The repository's or organisation's page. */
      readonly url: string
      readonly runnerName: string
      readonly labels: readonly string[]
    }

/** Everything that boot.sh has to know. */
export interface BootPlan {
  readonly registration: Registration
  readonly runner: 'preinstalled' | 'download'
  /** Such as `2.336.0`; read only where the runner is downloaded. */
  readonly runnerVersion: string
  /** SHA-256 of the archive; read only where the runner is downloaded. */
  readonly runnerChecksum: string
  readonly runnerDir: string
  readonly runnerUser: string
  /** Run as root before the runner starts; empty for none. */
  readonly preRunnerScript: string
  readonly preRunnerTimeoutSeconds: number
  /** Whether jobs may reach the instance metadata service. */
  readonly jobImds: boolean
  readonly maxLifetimeSeconds: number
  readonly idleTimeoutSeconds: number
  /** How long the machine of a failed job stays for a look; 0 for not at all. */
  readonly keepOnFailureSeconds: number
}

/**
 * The user data of one machine, gzipped: cloud-init unpacks it. Equal plans give equal bytes, so a launch
 * can be repeated under its client token.
 *
 * @param bootScript the text of boot.sh
 * @throws RangeError where a value cannot stand in a shell script, a number is no positive integer, or a
 * runner is to be downloaded without version or checksum
 */
export function renderUserData(plan: BootPlan, bootScript: string): Uint8Array {
  requireDownload(plan)
  const assignments = Object.entries(variables(plan)).map(([name, value]) => `${name}=${quote(name, value)}`)
  return pack(['#!/usr/bin/env bash', ...assignments, withoutComments(bootScript)].join('\n'))
}

/** Bytes of the user data of this plan, as EC2 counts them. */
export function userDataSize(plan: BootPlan, bootScript: string): number {
  return renderUserData(plan, bootScript).byteLength
}

/**
 * Whether user data with this pre-runner script will stay within EC2's limit, whatever the rest of the
 * plan turns out to be: asked before anything is launched.
 */
export function scriptFits(preRunnerScript: string, bootScript: string): boolean {
  return scriptRoom(preRunnerScript, bootScript) >= 0
}

/** Bytes left (gzipped) after this pre-runner script; negative where it is too long by so many. */
export function scriptRoom(preRunnerScript: string, bootScript: string): number {
  return USER_DATA_LIMIT - JIT_RESERVE - userDataSize({ ...ROOMY_PLAN, preRunnerScript }, bootScript)
}

/**
 * What a machine runs that got no user data of its own: it can serve nobody, so it says why and ends. It is
 * the launch template's own user data.
 */
export function renderGuardUserData(): Uint8Array {
  const lines = [
    '#!/usr/bin/env bash',
    "echo 'ec2-spot-runner: phase=failed:no-user-data reason=EC2 did not pass on the user data of the launch request'",
    "echo 'ec2-spot-runner: phase=powering-off reason=failed:no-user-data'",
    'shutdown -P now || poweroff -f',
    '',
  ]
  return new TextEncoder().encode(lines.join('\n'))
}

// Long values where a plan may have long ones, so that `scriptFits` never promises too much.
const ROOMY_PLAN: BootPlan = {
  registration: { kind: 'jit', jitConfig: '' },
  runner: 'download',
  runnerVersion: '10.999.999',
  runnerChecksum: '0123456789abcdef'.repeat(4),
  runnerDir: '/a/directory/of/the/length/that/a/person/might/choose/actions-runner',
  runnerUser: 'a-user-with-a-long-name',
  preRunnerScript: '',
  preRunnerTimeoutSeconds: 99_999,
  jobImds: false,
  maxLifetimeSeconds: 999_999,
  idleTimeoutSeconds: 999_999,
  keepOnFailureSeconds: 99_999,
}

function variables(plan: BootPlan): Record<string, string> {
  const { registration } = plan
  const byToken = registration.kind === 'token' ? registration : { token: '', url: '', runnerName: '', labels: [] }
  return {
    jit_config: registration.kind === 'jit' ? registration.jitConfig : '',
    registration_token: byToken.token,
    registration_url: byToken.url,
    runner_name: byToken.runnerName,
    runner_labels: byToken.labels.join(','),
    runner_source: plan.runner,
    runner_version: plan.runnerVersion,
    runner_checksum: plan.runnerChecksum,
    runner_dir: plan.runnerDir,
    runner_user: plan.runnerUser,
    pre_runner_script: plan.preRunnerScript,
    pre_runner_timeout_s: seconds('preRunnerTimeoutSeconds', plan.preRunnerTimeoutSeconds),
    job_imds: String(plan.jobImds),
    max_lifetime_s: seconds('maxLifetimeSeconds', plan.maxLifetimeSeconds),
    idle_timeout_s: seconds('idleTimeoutSeconds', plan.idleTimeoutSeconds),
    keep_on_failure_s:
      plan.keepOnFailureSeconds === 0 ? '0' : seconds('keepOnFailureSeconds', plan.keepOnFailureSeconds),
  }
}

/** What is fetched without a checksum may be anybody's, and there is no "latest" in the address of an archive. */
function requireDownload(plan: BootPlan): void {
  if (plan.runner !== 'download') return
  if (plan.runnerVersion === '') throw new RangeError('runnerVersion must say which runner to download')
  if (plan.runnerChecksum === '') throw new RangeError('runnerChecksum must hold the SHA-256 of the runner to download')
}

function seconds(name: string, value: number): string {
  if (!Number.isSafeInteger(value) || value <= 0) {
    throw new RangeError(`${name} must be a positive whole number of seconds, not ${String(value)}`)
  }
  return String(value)
}

/** Within single quotes every byte stands for itself but the quote, and no shell variable can hold a NUL. */
function quote(name: string, value: string): string {
  if (value.includes('\0')) throw new RangeError(`${name} holds a NUL character, which no shell script can carry`)
  return `'${value.replaceAll("'", String.raw`'\''`)}'`
}

/** Comments are for those who read boot.sh in the repository; on the wire they cost a tenth of the limit. */
function withoutComments(script: string): string {
  return script.replace(/^[ \t]*#.*\n/gm, '')
}

function pack(text: string): Uint8Array {
  const packed = gzipSync(new TextEncoder().encode(text), { level: 9 })
  // The header names the operating system that packed it (RFC 1952): 255 is "unknown".
  packed[9] = 255
  return packed
}

import type { MarketPolicy } from './ladder.ts'

export type ImageReference =
  | { readonly kind: 'id'; readonly imageId: string }
  | { readonly kind: 'parameter'; readonly path: string }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly owner: string }

/** The inputs of `mode: start`, checked; the keys are those of action.yml. */
export interface StartRequest {
  readonly mode: 'start'
  readonly 'aws-region': string
  readonly name: string
  readonly 'start-job': string
  readonly image: ImageReference
  readonly 'instance-types': readonly string[]
  readonly subnets: readonly string[]
  readonly 'security-groups': readonly string[]
  readonly 'instance-profile': string | undefined
  /** GiB. */
  readonly 'volume-size': number | undefined
  readonly 'volume-type': string
  readonly market: MarketPolicy
  readonly 'allocation-strategy': string
  readonly 'max-price': string | undefined
  readonly count: number
  readonly 'allow-partial': boolean
  readonly ephemeral: boolean
  readonly labels: readonly string[]
  readonly 'wait-for': 'online' | 'launch'
  readonly startTimeoutMs: number
  readonly capacityTimeoutMs: number
  readonly maxLifetimeMs: number
  readonly idleTimeoutMs: number
  /** How long the machine of a failed job stays for a person to look at; 0 for not at all. */
  readonly keepOnFailureMs: number
  readonly runner: 'preinstalled' | 'download'
  readonly 'runner-dir': string
  readonly 'runner-user': string
  readonly 'runner-version': string
  readonly 'runner-checksum': string
  readonly 'pre-runner-script': string
  readonly 'job-imds': boolean
  readonly tags: Readonly<Record<string, string>>
  /** Undefined sets no limit. */
  readonly 'max-runners': number | undefined
  readonly 'allow-public': boolean
  readonly 'dry-run': boolean
}

/** The inputs of `mode: stop`, checked. */
export interface StopRequest {
  readonly mode: 'stop'
  readonly 'aws-region': string
  readonly name: string
  readonly label: string
  readonly 'instance-ids': readonly string[]
  readonly all: boolean
}

/** The inputs of `mode: sweep`, checked. */
export interface SweepRequest {
  readonly mode: 'sweep'
  readonly 'aws-region': string
  readonly 'dry-run': boolean
}

export type Request = StartRequest | StopRequest | SweepRequest

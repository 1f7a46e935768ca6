import type { CreateFleetCommandOutput, RequestLaunchTemplateData } from '@aws-sdk/client-ec2'
import type { Market } from '../../src/domain/market.ts'
import type { MachineState } from '../../src/domain/machine.ts'
import type { CloudClock } from '../clock.ts'
import type { MachineHost } from '../machine-host.ts'
import type { Rules } from '../rules.ts'
import type { Timing } from '../timing.ts'
import type { Region } from './region.ts'
import type { Settings } from './settings.ts'

export interface Instance {
  readonly instanceId: string
  readonly market: Market
  readonly instanceType: string
  readonly availabilityZone: string
  readonly subnetId: string
  readonly imageId: string
  readonly fleetId: string
  readonly spotRequestId: string | undefined
  readonly templateName: string
  readonly instanceProfile: string | undefined
  readonly securityGroupIds: readonly string[]
  readonly tags: Readonly<Record<string, string>>
  readonly userData: Uint8Array | undefined
  readonly onShutdown: 'stop' | 'terminate'
  readonly metadata: { readonly enabled: boolean; readonly tokenRequired: boolean; readonly tags: boolean }
  readonly launchedAtMs: number
  /** From when on listings show the instance, its tags, and calls know its id. */
  readonly listedAtMs: number
  readonly tagsListedAtMs: number
  readonly knownAtMs: number
  state: MachineState
  reason: { readonly code: string; readonly message: string } | undefined
  transition: string
  terminatedAtMs: number | undefined
  /** The interruption notice, from the moment the machine can see it. */
  notice: { readonly atMs: number; readonly powerOffAtMs: number } | undefined
  console: string
  /** Whether the machine has been powered on and not off since. */
  powered: boolean
}

export interface SpotRequest {
  readonly spotRequestId: string
  readonly instanceId: string
  readonly instanceType: string
  readonly availabilityZone: string
  readonly createdAtMs: number
  state: 'active' | 'closed'
  statusCode: string
  statusAtMs: number
  endedAtMs: number | undefined
}

export interface Template {
  readonly templateId: string
  readonly name: string
  readonly contents: RequestLaunchTemplateData
  readonly tags: Readonly<Record<string, string>>
  readonly createdAtMs: number
  readonly listedAtMs: number
  readonly knownAtMs: number
}

/** What a client token was answered. */
export interface Remembered {
  readonly parameters: string
  readonly answer: unknown
  readonly overAtMs: number
}

/** The whole state of one account in one region. */
export interface World {
  readonly clock: CloudClock
  readonly random: () => number
  readonly rules: Rules
  readonly timing: Timing
  readonly machines: MachineHost
  readonly region: Region
  readonly settings: Settings
  /** Every instance that ever was; what EC2 has forgotten is left out by who reads. */
  readonly instances: Map<string, Instance>
  readonly spotRequests: Map<string, SpotRequest>
  readonly templates: Map<string, Template>
  readonly tokens: Map<string, Remembered>
  /** How long a call takes from its effect to its answer. */
  answerMs(operation: string): number
}

export type FleetAnswer = Omit<CreateFleetCommandOutput, '$metadata'>

/** A fresh id such as `i-0f3a...`: 17 hexadecimal digits, as EC2 writes them. */
export function newId(world: Pick<World, 'random'>, prefix: string): string {
  let digits = '0'
  while (digits.length < 17) digits += Math.floor(world.random() * 16).toString(16)
  return `${prefix}-${digits}`
}

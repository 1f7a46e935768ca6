import type { Market } from './market.ts'

/** EC2's instance states (DescribeInstances, `State.Name`). */
export type MachineState = 'pending' | 'running' | 'shutting-down' | 'terminated' | 'stopping' | 'stopped'

/** An EC2 instance as we see it. Tags and network fade from a terminated one; its id and reason stay for about an hour. */
export interface Machine {
  readonly instanceId: string
  readonly state: MachineState
  readonly market: Market
  readonly instanceType: string
  readonly availabilityZone: string
  readonly launchedAtMs: number
  /** `StateReason.Code`, such as `Server.SpotInstanceTermination`; absent while EC2 gives none. */
  readonly reasonCode?: string
  readonly reasonMessage?: string
  /** `StateTransitionReason`, such as `User initiated (2026-11-20 10:00:00 GMT)`. */
  readonly transition?: string
  readonly spotRequestId?: string
  readonly tags: Readonly<Record<string, string>>
}

/** True while EC2 bills for the machine or may still do so. */
export function isAlive(machine: { readonly state: MachineState }): boolean {
  return machine.state !== 'terminated' && machine.state !== 'shutting-down'
}

import type { Ec2Port } from './ec2.ts'
import type { ActionsPort, RunnersPort } from './github.ts'
import type { Host } from './host.ts'

/** All that a flow may ask of the outside. */
export interface Outside {
  readonly ec2: Ec2Port
  readonly runners: RunnersPort
  readonly actions: ActionsPort
  readonly host: Host
}

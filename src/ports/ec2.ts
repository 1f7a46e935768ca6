import type { Architecture, Market, Pool } from '../domain/market.ts'
import type { PoolFailure } from '../domain/ladder.ts'
import type { ImageReference } from '../domain/request.ts'
import type { Template } from '../domain/orphans.ts'
import type { Machine } from '../domain/machine.ts'

export interface Image {
  readonly imageId: string
  readonly name: string
  readonly architecture: Architecture
  readonly rootDeviceName: string
  /** GiB of the image's own root snapshot: a smaller volume is refused. */
  readonly rootVolumeSize: number
  readonly tags: Readonly<Record<string, string>>
}

export interface Subnet {
  readonly subnetId: string
  readonly availabilityZone: string
  readonly vpcId: string
  readonly freeAddresses: number
}

/** One instance type in one zone that sells it. */
export interface Offering {
  readonly instanceType: string
  readonly availabilityZone: string
}

export interface InstanceType {
  readonly instanceType: string
  readonly architectures: readonly Architecture[]
}

/** What every machine of a start has in common. */
export interface LaunchTemplatePlan {
  readonly templateName: string
  readonly clientToken: string
  readonly imageId: string
  readonly rootDeviceName: string
  readonly volumeSize: number | undefined
  readonly volumeType: string
  readonly securityGroupIds: readonly string[]
  readonly instanceProfile: string | undefined
  /** Base64; what a machine runs that was launched without user data of its own. */
  readonly userData: string
  readonly tags: Readonly<Record<string, string>>
}

/** One attempt to get one machine in one of several pools of one market. */
export interface LaunchRequest {
  readonly templateName: string
  readonly clientToken: string
  readonly market: Market
  readonly allocationStrategy: string
  /** US dollars an hour; undefined leaves the on-demand price as the limit. */
  readonly maxPrice: string | undefined
  /** Best type first: on-demand is bought in the order of types. */
  readonly pools: readonly Pool[]
  /** Base64. */
  readonly userData: string
  readonly tags: Readonly<Record<string, string>>
  /** Milliseconds since the epoch; a failed request is not repeated after it. */
  readonly notAfterMs: number
}

/** A fleet may report errors beside a machine: pools that it tried first. Nothing launched is an answer, not an exception. */
export interface LaunchAnswer {
  readonly machine: LaunchedMachine | undefined
  readonly failures: readonly PoolFailure[]
}

export interface LaunchedMachine {
  readonly instanceId: string
  readonly market: Market
  readonly instanceType: string
  readonly availabilityZone: string
}

export interface SpotRequest {
  readonly spotRequestId: string
  readonly instanceId: string | undefined
  readonly instanceType: string
  readonly availabilityZone: string
  /** `Status.Code`, such as `fulfilled` or `instance-terminated-no-capacity`. */
  readonly statusCode: string
  readonly statusAtMs: number
}

/**
 * EC2, as far as we use it. Every method throws `PlatformError`; none retries what could launch or pay
 * twice without the same client token; a listing pages to its end.
 */
export interface Ec2Port {
  /** The ARN of whoever we call as; AWS answers it even to a caller that may do nothing else. */
  caller(): Promise<string>
  image(reference: ImageReference): Promise<Image>
  /** The named subnets, or the default ones of the region's default VPC where none is named. */
  subnets(ids: readonly string[]): Promise<readonly Subnet[]>
  /** Ids stay as they are; names are looked up in the VPC. */
  securityGroups(idsOrNames: readonly string[], vpcId: string): Promise<readonly string[]>
  instanceTypes(types: readonly string[]): Promise<readonly InstanceType[]>
  offerings(types: readonly string[]): Promise<readonly Offering[]>
  /** All machines, dead ones included, that carry all these tags. The listing may lag behind the truth. */
  machinesByTags(tags: Readonly<Record<string, string>>): Promise<readonly Machine[]>
  /** Machines by id; ids that EC2 does not know (any more) are left out. */
  machinesById(instanceIds: readonly string[]): Promise<readonly Machine[]>
  createLaunchTemplate(
    plan: LaunchTemplatePlan,
  ): Promise<'created' | { readonly takenBy: Readonly<Record<string, string>> }>
  /** The tags of a launch template; undefined where EC2 knows none of this name. */
  launchTemplate(templateName: string): Promise<Readonly<Record<string, string>> | undefined>
  /** Deleting what is not there is a success. */
  deleteLaunchTemplate(templateName: string): Promise<'deleted' | 'absent'>
  /** The launch templates that carry all these tags. The listing may lag behind the truth. */
  launchTemplatesByTags(tags: Readonly<Record<string, string>>): Promise<readonly Template[]>
  launch(request: LaunchRequest): Promise<LaunchAnswer>
  /** Terminating what is already gone is a success; one unknown id does not spare the others. */
  terminate(instanceIds: readonly string[]): Promise<void>
  spotRequests(spotRequestIds: readonly string[]): Promise<readonly SpotRequest[]>
  /** The end of the console, decoded; empty while EC2 has none. */
  console(instanceId: string): Promise<string>
}

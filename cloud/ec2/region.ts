import type { Architecture } from '../../src/domain/market.ts'

export interface Subnet {
  readonly subnetId: string
  readonly vpcId: string
  readonly availabilityZone: string
  readonly isDefault: boolean
  /** Addresses that are not taken by live instances of the model. */
  addresses: number
  readonly tags: Readonly<Record<string, string>>
}

export interface SecurityGroup {
  readonly groupId: string
  readonly groupName: string
  readonly vpcId: string
}

export interface Image {
  readonly imageId: string
  readonly name: string
  readonly ownerId: string
  readonly architecture: Architecture
  readonly state: 'available' | 'pending' | 'failed' | 'deregistered'
  readonly rootDeviceName: string
  /** GiB. */
  readonly snapshotSize: number
  readonly createdAtMs: number
  readonly tags: Readonly<Record<string, string>>
}

export interface InstanceType {
  readonly instanceType: string
  readonly architecture: Architecture
  readonly vcpus: number
  readonly memoryMiB: number
  /** US dollars an hour. */
  readonly spotPrice: number
  /** Zones that sell it. */
  readonly zones: readonly string[]
}

/** What stands in the account before anybody launches anything. */
export interface Region {
  readonly name: string
  readonly accountId: string
  readonly zones: readonly string[]
  readonly subnets: Map<string, Subnet>
  readonly securityGroups: Map<string, SecurityGroup>
  readonly images: Map<string, Image>
  readonly types: Map<string, InstanceType>
  readonly parameters: Map<string, string>
}

export const ACCOUNT_ID = '123456789012'
export const DEFAULT_VPC = 'vpc-0defa0170000000a1'
export const IMAGE_X64 = 'ami-0a000000000000064'
export const IMAGE_ARM64 = 'ami-0a0000000000000a6'

const SIZES: readonly (readonly [string, number])[] = [
  ['large', 2],
  ['xlarge', 4],
  ['2xlarge', 8],
  ['4xlarge', 16],
]
/** Family, architecture, GiB of memory for each vCPU. */
const FAMILIES: readonly (readonly [string, Architecture, number])[] = [
  ['m7i', 'x64', 4],
  ['m6i', 'x64', 4],
  ['c7i', 'x64', 2],
  ['c6i', 'x64', 2],
  ['r7i', 'x64', 8],
  ['m7g', 'arm64', 4],
  ['c7g', 'arm64', 2],
]

function image(imageId: string, architecture: Architecture): Image {
  return {
    imageId,
    name: `ec2-spot-runner-ubuntu-24.04-${architecture}-20261101`,
    ownerId: ACCOUNT_ID,
    architecture,
    state: 'available',
    rootDeviceName: '/dev/sda1',
    snapshotSize: 8,
    createdAtMs: Date.UTC(2026, 10, 1),
    tags: { 'ec2-spot-runner:runner-version': '2.335.1' },
  }
}

/** A region of three zones with a default network, an image for each architecture, and 28 instance types. */
export function defaultRegion(name = 'us-east-1'): Region {
  const zones = ['a', 'b', 'c'].map((letter) => `${name}${letter}`)
  const subnets = zones.map((availabilityZone, i): Subnet => ({
    subnetId: `subnet-0defa017000000${String(i + 1).padStart(3, '0')}`,
    vpcId: DEFAULT_VPC,
    availabilityZone,
    isDefault: true,
    addresses: 4091,
    tags: {},
  }))
  const types = FAMILIES.flatMap(([family, architecture, memory]) =>
    SIZES.map(([size, vcpus]): InstanceType => {
      const instanceType = `${family}.${size}`
      return { instanceType, architecture, vcpus, memoryMiB: vcpus * memory * 1024, spotPrice: vcpus * 0.02, zones }
    }),
  )
  const group: SecurityGroup = { groupId: 'sg-0defa01700000000a', groupName: 'default', vpcId: DEFAULT_VPC }
  return {
    name,
    accountId: ACCOUNT_ID,
    zones,
    subnets: new Map(subnets.map((subnet) => [subnet.subnetId, subnet])),
    securityGroups: new Map([[group.groupId, group]]),
    images: new Map([image(IMAGE_X64, 'x64'), image(IMAGE_ARM64, 'arm64')].map((each) => [each.imageId, each])),
    types: new Map(types.map((type) => [type.instanceType, type])),
    parameters: new Map([['/ec2-spot-runner/image', IMAGE_X64]]),
  }
}

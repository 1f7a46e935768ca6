import type { Image as ShownImage, _InstanceType } from '@aws-sdk/client-ec2'
import type { Operations } from '../../src/aws/send.ts'
import { checkFilters, passes } from './filters.ts'
import type { Facets } from './filters.ts'
import { page } from './paging.ts'
import { refusal } from './refusal.ts'
import type { Image, InstanceType, SecurityGroup, Subnet } from './region.ts'
import { tagList } from './tags.ts'
import { isLive } from './instances.ts'
import type { World } from './world.ts'

type Answer<K extends keyof Operations> = Omit<Operations[K][1], '$metadata'>

/** What AWS calls our `x64`. */
export const AWS_ARCHITECTURE = { x64: 'x86_64', arm64: 'arm64' } as const

export function describeImages(world: World, input: Operations['DescribeImages'][0]): Answer<'DescribeImages'> {
  const { ImageIds: ids = [], Owners: owners = [], Filters } = input
  checkFilters(world, Filters, imageFacets(undefined))
  for (const id of ids) imageOf(world, id)
  const wanted = [...world.region.images.values()]
    .filter(({ state }) => state !== 'deregistered')
    .filter(({ imageId }) => ids.length === 0 || ids.includes(imageId))
    .filter(({ ownerId }) => owners.length === 0 || owners.includes(ownerId) || isSelf(world, ownerId, owners))
    .filter((image) => passes(world, Filters, imageFacets(image)))
  const { results, ...rest } = page(world, input, wanted, [1, 1000], ids.length > 0)
  return { Images: results.map(describedImage), ...rest }
}

const isSelf = (world: World, ownerId: string, owners: readonly string[]): boolean =>
  ownerId === world.region.accountId && owners.includes('self')

/** The image, or EC2's refusal: gone or never there, or a malformed id. */
export function imageOf(world: World, imageId: string): Image {
  if (!/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(imageId)) {
    throw refusal('InvalidAMIID.Malformed', `Invalid id: "${imageId}" (expecting "ami-...")`)
  }
  const image = world.region.images.get(imageId)
  if (image === undefined || image.state === 'deregistered') {
    throw refusal('InvalidAMIID.NotFound', `The image id '[${imageId}]' does not exist`)
  }
  return image
}

function imageFacets(image: Image | undefined): Facets {
  return {
    values: {
      name: image ? [image.name] : [],
      'image-id': image ? [image.imageId] : [],
      'owner-id': image ? [image.ownerId] : [],
      architecture: image ? [AWS_ARCHITECTURE[image.architecture]] : [],
      state: image ? [image.state] : [],
      'root-device-type': ['ebs'],
      'virtualization-type': ['hvm'],
      'image-type': ['machine'],
      'is-public': ['false'],
    },
    tags: image?.tags ?? {},
  }
}

function describedImage(image: Image): ShownImage {
  return {
    ImageId: image.imageId,
    Name: image.name,
    OwnerId: image.ownerId,
    Architecture: AWS_ARCHITECTURE[image.architecture],
    State: image.state,
    CreationDate: new Date(image.createdAtMs).toISOString(),
    RootDeviceName: image.rootDeviceName,
    RootDeviceType: 'ebs',
    VirtualizationType: 'hvm',
    EnaSupport: true,
    BlockDeviceMappings: [
      {
        DeviceName: image.rootDeviceName,
        Ebs: {
          SnapshotId: image.imageId.replace('ami-', 'snap-'),
          VolumeSize: image.snapshotSize,
          VolumeType: 'gp3',
          DeleteOnTermination: true,
        },
      },
    ],
    Tags: tagList(image.tags),
  }
}

export function describeSubnets(world: World, input: Operations['DescribeSubnets'][0]): Answer<'DescribeSubnets'> {
  const { SubnetIds: ids = [], Filters } = input
  checkFilters(world, Filters, subnetFacets(undefined))
  const unknown = ids.find((id) => !world.region.subnets.has(id))
  if (unknown !== undefined && world.rules.unknownIds) throw unknownSubnet(unknown)
  const wanted = [...world.region.subnets.values()]
    .filter(({ subnetId }) => ids.length === 0 || ids.includes(subnetId))
    .filter((subnet) => passes(world, Filters, subnetFacets(subnet)))
  const { results, ...rest } = page(world, input, wanted, [5, 1000], ids.length > 0)
  return {
    Subnets: results.map((subnet) => ({
      SubnetId: subnet.subnetId,
      VpcId: subnet.vpcId,
      AvailabilityZone: subnet.availabilityZone,
      AvailableIpAddressCount: freeAddresses(world, subnet),
      DefaultForAz: subnet.isDefault,
      MapPublicIpOnLaunch: subnet.isDefault,
      State: 'available' as const,
      Tags: tagList(subnet.tags),
    })),
    ...rest,
  }
}

export const unknownSubnet = (id: string): Error =>
  refusal('InvalidSubnetID.NotFound', `The subnet ID '${id}' does not exist`)

/** Addresses that are left once the live instances have theirs. */
export function freeAddresses(world: World, { subnetId, addresses }: Subnet): number {
  const taken = [...world.instances.values()].filter((instance) => instance.subnetId === subnetId && isLive(instance))
  return Math.max(0, addresses - taken.length)
}

const subnetFacets = (subnet: Subnet | undefined): Facets => ({
  values: {
    'subnet-id': subnet ? [subnet.subnetId] : [],
    'vpc-id': subnet ? [subnet.vpcId] : [],
    'availability-zone': subnet ? [subnet.availabilityZone] : [],
    'default-for-az': subnet ? [String(subnet.isDefault)] : [],
    state: ['available'],
  },
  tags: subnet?.tags ?? {},
})

export function describeSecurityGroups(
  world: World,
  input: Operations['DescribeSecurityGroups'][0],
): Answer<'DescribeSecurityGroups'> {
  const { GroupIds: ids = [], GroupNames: names = [], Filters } = input
  checkFilters(world, Filters, groupFacets(undefined))
  const all = [...world.region.securityGroups.values()]
  if (world.rules.unknownIds) {
    for (const id of ids) if (!world.region.securityGroups.has(id)) throw unknownGroup(id)
    for (const name of names) if (!all.some(({ groupName }) => groupName === name)) throw unknownGroup(name)
  }
  const named = ids.length + names.length > 0
  const wanted = all
    .filter(({ groupId, groupName }) => !named || ids.includes(groupId) || names.includes(groupName))
    .filter((group) => passes(world, Filters, groupFacets(group)))
  const { results, ...rest } = page(world, input, wanted, [5, 1000], named)
  return {
    SecurityGroups: results.map(({ groupId, groupName, vpcId }) => ({
      GroupId: groupId,
      GroupName: groupName,
      VpcId: vpcId,
      OwnerId: world.region.accountId,
      Description: groupName,
    })),
    ...rest,
  }
}

export const unknownGroup = (id: string): Error =>
  refusal('InvalidGroup.NotFound', `The security group '${id}' does not exist`)

const groupFacets = (group: SecurityGroup | undefined): Facets => ({
  values: {
    'group-id': group ? [group.groupId] : [],
    'group-name': group ? [group.groupName] : [],
    'vpc-id': group ? [group.vpcId] : [],
  },
  tags: {},
})

export function describeInstanceTypes(
  world: World,
  input: Operations['DescribeInstanceTypes'][0],
): Answer<'DescribeInstanceTypes'> {
  const { InstanceTypes: names = [], Filters } = input
  checkFilters(world, Filters, typeFacets(undefined))
  const unknown = names.filter((name) => !world.region.types.has(name))
  if (unknown.length > 0 && world.rules.unknownIds) {
    throw refusal('InvalidInstanceType', `The following supplied instance types do not exist: [${unknown.join(', ')}]`)
  }
  const wanted = [...world.region.types.values()]
    .filter(({ instanceType }) => names.length === 0 || (names as readonly string[]).includes(instanceType))
    .filter((type) => passes(world, Filters, typeFacets(type)))
  const { results, ...rest } = page(world, input, wanted, [5, 100], names.length > 0)
  return {
    InstanceTypes: results.map(({ instanceType, architecture, vcpus, memoryMiB }) => ({
      InstanceType: instanceType as _InstanceType,
      CurrentGeneration: true,
      SupportedUsageClasses: ['on-demand' as const, 'spot' as const],
      ProcessorInfo: { SupportedArchitectures: [AWS_ARCHITECTURE[architecture]] },
      VCpuInfo: { DefaultVCpus: vcpus },
      MemoryInfo: { SizeInMiB: memoryMiB },
    })),
    ...rest,
  }
}

const typeFacets = (type: InstanceType | undefined): Facets => ({
  values: {
    'instance-type': type ? [type.instanceType] : [],
    'processor-info.supported-architecture': type ? [AWS_ARCHITECTURE[type.architecture]] : [],
    'vcpu-info.default-vcpus': type ? [String(type.vcpus)] : [],
    'memory-info.size-in-mib': type ? [String(type.memoryMiB)] : [],
    'supported-usage-class': ['on-demand', 'spot'],
    'current-generation': ['true'],
  },
})

export function describeInstanceTypeOfferings(
  world: World,
  input: Operations['DescribeInstanceTypeOfferings'][0],
): Answer<'DescribeInstanceTypeOfferings'> {
  const { LocationType: locationType = 'region', Filters } = input
  if (locationType !== 'region' && locationType !== 'availability-zone') {
    throw refusal('InvalidParameterValue', `The model has no offerings by ${locationType}`)
  }
  checkFilters(world, Filters, { values: { 'instance-type': [], location: [] } })
  const all = [...world.region.types.values()].flatMap(({ instanceType, zones }) => {
    const locations = locationType === 'region' ? [world.region.name] : zones
    return locations.map((location) => ({ instanceType, location }))
  })
  const wanted = all.filter(({ instanceType, location }) =>
    passes(world, Filters, { values: { 'instance-type': [instanceType], location: [location] } }),
  )
  const { results, ...rest } = page(world, input, wanted, [5, 1000])
  return {
    InstanceTypeOfferings: results.map(({ instanceType, location }) => ({
      InstanceType: instanceType as _InstanceType,
      LocationType: locationType,
      Location: location,
    })),
    ...rest,
  }
}

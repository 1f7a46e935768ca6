import type { Filter } from '@aws-sdk/client-ec2'
import { PlatformError } from '../domain/failures.ts'
import type { Machine } from '../domain/machine.ts'
import type { Ec2Port, InstanceType, Offering, SpotRequest, Subnet } from '../ports/ec2.ts'
import type { Clock, Random } from '../ports/host.ts'
import { PATIENT, retry } from '../retry.ts'
import { call } from './errors.ts'
import { findImage } from './images.ts'
import { launch } from './launch.ts'
import {
  createLaunchTemplate,
  deleteLaunchTemplate,
  launchTemplatesByTags,
  launchTemplateTags,
} from './launch-templates.ts'
import { architectureOf, machineOf, spotRequestOf } from './machines.ts'
import { allPages } from './paging.ts'
import type { Operation, Operations, Send } from './send.ts'

/** EC2's limit for a filter: 200 values (API reference, `Filter`). */
const IDS_A_CALL = 200

/** The EC2 port over one door. Every call here may be repeated: it reads, deletes, or carries a client token. */
export function createEc2(door: Send, host: { readonly clock: Clock; readonly random: Random }): Ec2Port {
  const send = <K extends Operation>(operation: K, input: Operations[K][0]): Promise<Operations[K][1]> =>
    retry(host, PATIENT, () => call(door, operation, input))
  return {
    caller: async () => (await send('GetCallerIdentity', {})).Arn ?? 'unknown',
    image: (reference) => findImage(send, reference),
    subnets: (ids) => describeSubnets(send, ids),
    securityGroups: (idsOrNames, vpcId) => securityGroupIds(send, idsOrNames, vpcId),
    instanceTypes: (types) => describeInstanceTypes(send, types),
    offerings: (types) => describeOfferings(send, types),
    machinesByTags: (tags) => describeInstances(send, tagFilters(tags)),
    machinesById: (ids) => machinesById(send, ids),
    createLaunchTemplate: (plan) => createLaunchTemplate(send, plan),
    launchTemplate: (name) => launchTemplateTags(send, name),
    deleteLaunchTemplate: (name) => deleteLaunchTemplate(send, name),
    launchTemplatesByTags: (tags) => launchTemplatesByTags(send, tagFilters(tags)),
    launch: (request) =>
      launch(
        (operation, input) =>
          retry(host, { ...PATIENT, notAfterMs: request.notAfterMs }, () => call(door, operation, input)),
        request,
      ),
    terminate: (ids) => terminate(send, host.clock, ids),
    spotRequests: (ids) => spotRequests(send, ids),
    console: (instanceId) => consoleOf(send, instanceId),
  }
}

export function tagFilters(tags: Readonly<Record<string, string>>): Filter[] {
  return Object.entries(tags).map(([key, value]) => ({ Name: `tag:${key}`, Values: [value] }))
}

function describeInstances(send: Send, filters: Filter[]): Promise<Machine[]> {
  return allPages(
    (NextToken) => send('DescribeInstances', { Filters: filters, MaxResults: 1000, NextToken }),
    (page) => (page.Reservations ?? []).flatMap((reservation) => reservation.Instances ?? []).map(machineOf),
  )
}

/** By filter, not by `InstanceIds`: one id that EC2 has forgotten would fail the whole call. */
async function machinesById(send: Send, ids: readonly string[]): Promise<Machine[]> {
  const found: Machine[] = []
  for (const some of chunks(ids))
    found.push(...(await describeInstances(send, [{ Name: 'instance-id', Values: some }])))
  return found
}

async function spotRequests(send: Send, ids: readonly string[]): Promise<SpotRequest[]> {
  const found: SpotRequest[] = []
  for (const some of chunks(ids)) {
    const page = await allPages(
      (NextToken) =>
        send('DescribeSpotInstanceRequests', {
          Filters: [{ Name: 'spot-instance-request-id', Values: some }],
          MaxResults: 1000,
          NextToken,
        }),
      (answer) => (answer.SpotInstanceRequests ?? []).flatMap((request) => spotRequestOf(request) ?? []),
    )
    found.push(...page)
  }
  return found
}

function chunks(ids: readonly string[]): string[][] {
  const count = Math.ceil(ids.length / IDS_A_CALL)
  return Array.from({ length: count }, (_, index) => ids.slice(index * IDS_A_CALL, (index + 1) * IDS_A_CALL))
}

/** EC2 may not know an instance for a moment after it launched it; only an id that stays unknown is of one long gone. */
const UNKNOWN_TRIES = 3
const UNKNOWN_PAUSE_MS = 2_000

/** EC2 terminates none where one id is unknown, so the unknown ones are taken out and the rest is asked again. */
async function terminate(send: Send, clock: Clock, ids: readonly string[]): Promise<void> {
  let left = [...ids]
  for (let tries = 1; left.length > 0;) {
    try {
      await send('TerminateInstances', { InstanceIds: left })
      return
    } catch (error) {
      if (!(error instanceof PlatformError) || error.failure.code !== 'InvalidInstanceID.NotFound') throw error
      if (tries++ < UNKNOWN_TRIES) {
        await clock.sleep(UNKNOWN_PAUSE_MS)
        continue
      }
      const known = left.filter((id) => !error.failure.message.includes(id))
      if (known.length === left.length) throw error
      left = known
    }
  }
}

async function describeSubnets(send: Send, ids: readonly string[]): Promise<Subnet[]> {
  const which = ids.length === 0 ? { Filters: [{ Name: 'default-for-az', Values: ['true'] }] } : { SubnetIds: [...ids] }
  const answer = await send('DescribeSubnets', which)
  return (answer.Subnets ?? []).flatMap(({ SubnetId, AvailabilityZone, VpcId, AvailableIpAddressCount }) =>
    SubnetId === undefined || AvailabilityZone === undefined
      ? []
      : [
          {
            subnetId: SubnetId,
            availabilityZone: AvailabilityZone,
            vpcId: VpcId ?? '',
            freeAddresses: AvailableIpAddressCount ?? 0,
          },
        ],
  )
}

async function securityGroupIds(send: Send, idsOrNames: readonly string[], vpcId: string): Promise<string[]> {
  const isId = (text: string): boolean => /^sg-[0-9a-f]{8,17}$/.test(text)
  const names = idsOrNames.filter((text) => !isId(text))
  if (names.length === 0) return [...idsOrNames]
  const Filters = [
    { Name: 'group-name', Values: names },
    { Name: 'vpc-id', Values: [vpcId] },
  ]
  const groups = await allPages(
    (NextToken) => send('DescribeSecurityGroups', { Filters, NextToken }),
    (page) => page.SecurityGroups ?? [],
  )
  return idsOrNames.map((text) => {
    const id = isId(text) ? text : groups.find((group) => group.GroupName === text)?.GroupId
    if (id !== undefined) return id
    throw new PlatformError({
      service: 'aws',
      operation: 'DescribeSecurityGroups',
      code: 'InvalidGroup.NotFound',
      message: `${vpcId} has no security group named "${text}"`,
    })
  })
}

/** Unknown types are left out by a filter; naming them as `InstanceTypes` would fail the call. */
function describeInstanceTypes(send: Send, types: readonly string[]): Promise<InstanceType[]> {
  return allPages(
    (NextToken) =>
      send('DescribeInstanceTypes', { Filters: [{ Name: 'instance-type', Values: [...types] }], NextToken }),
    (page) =>
      (page.InstanceTypes ?? []).flatMap(({ InstanceType, ProcessorInfo }) =>
        InstanceType === undefined
          ? []
          : [
              {
                instanceType: InstanceType,
                architectures: (ProcessorInfo?.SupportedArchitectures ?? []).flatMap(
                  (name) => architectureOf(name) ?? [],
                ),
              },
            ],
      ),
  )
}

function describeOfferings(send: Send, types: readonly string[]): Promise<Offering[]> {
  return allPages(
    (NextToken) =>
      send('DescribeInstanceTypeOfferings', {
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: [...types] }],
        NextToken,
      }),
    (page) =>
      (page.InstanceTypeOfferings ?? []).flatMap(({ InstanceType, Location }) =>
        InstanceType === undefined || Location === undefined
          ? []
          : [{ instanceType: InstanceType, availabilityZone: Location }],
      ),
  )
}

async function consoleOf(send: Send, instanceId: string): Promise<string> {
  const answer = await send('GetConsoleOutput', { InstanceId: instanceId, Latest: true })
  return Buffer.from(answer.Output ?? '', 'base64').toString('utf8')
}

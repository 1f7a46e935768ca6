import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { CloudClock } from '../../../cloud/clock.ts'
import { createCloud } from '../../../cloud/cloud.ts'
import type { Cloud } from '../../../cloud/cloud.ts'
import { startFront } from '../../../cloud/http.ts'
import type { Front } from '../../../cloud/http.ts'
import type { Fault } from '../../../cloud/faults.ts'
import type { Operation, Operations, Send } from '../../../src/aws/send.ts'
import { PROMPT, START_MS, SUBNETS, TEMPLATE, fleetInput, fleetPools, seeded, templateInput } from '../laboratory.ts'
import { sdkSend } from './sdk.ts'

/** Time stands still, so that two clouds of one seed are the same in all they say. */
const STILL: CloudClock = {
  now: () => START_MS,
  after: (ms, event) => {
    if (ms < 100) setImmediate(event)
    return () => undefined
  },
}

const twin = (): Cloud => createCloud({ clock: STILL, random: seeded(3), rules: PROMPT })

type Step = { readonly [K in Operation]: readonly [K, Operations[K][0]] }[Operation]

const TAGS = [{ Key: 'ec2-spot-runner:name', Value: `<a> & 'b' "c"\n é 日本 ` }]
const USER_DATA = Buffer.from('#!/bin/sh\necho hello\n').toString('base64')

/** Every operation that we use, with what it is used for and what it refuses. */
const STORY: readonly Step[] = [
  ['GetCallerIdentity', {}],
  ['GetParameter', { Name: '/ec2-spot-runner/image' }],
  ['GetParameter', { Name: '/nowhere' }],
  ['DescribeImages', { Owners: ['self'], Filters: [{ Name: 'name', Values: ['ec2-spot-*'] }] }],
  ['DescribeImages', { ImageIds: ['ami-0123456789abcdef0'] }],
  ['DescribeSubnets', { Filters: [{ Name: 'default-for-az', Values: ['true'] }] }],
  ['DescribeSubnets', { MaxResults: 3 }],
  ['DescribeSecurityGroups', { GroupNames: ['default'] }],
  ['DescribeInstanceTypes', { InstanceTypes: ['m7i.xlarge', 'm7g.large'] }],
  [
    'DescribeInstanceTypeOfferings',
    { LocationType: 'availability-zone', Filters: [{ Name: 'instance-type', Values: ['m7i.xlarge'] }] },
  ],
  ['CreateFleet', fleetInput('spot')],
  [
    'CreateLaunchTemplate',
    templateInput(
      {
        UserData: USER_DATA,
        InstanceInitiatedShutdownBehavior: 'terminate',
        MetadataOptions: { HttpTokens: 'required', InstanceMetadataTags: 'enabled' },
        BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 30, VolumeType: 'gp3', Encrypted: true } }],
        TagSpecifications: [{ ResourceType: 'volume', Tags: TAGS }],
      },
      { ClientToken: 'token-1', TagSpecifications: [{ ResourceType: 'launch-template', Tags: TAGS }] },
    ),
  ],
  ['DescribeLaunchTemplates', { Filters: [{ Name: 'tag:ec2-spot-runner:name', Values: ['<a>*'] }] }],
  [
    'CreateFleet',
    fleetInput('spot', {
      ClientToken: 'token-2',
      LaunchTemplateConfigs: fleetPools(
        [{ InstanceType: 'm7i.xlarge', SubnetId: SUBNETS[0], MaxPrice: '0.5', Priority: 0 }],
        { LaunchTemplateSpecificationUserData: USER_DATA },
      ),
      TagSpecifications: [{ ResourceType: 'instance', Tags: TAGS }],
    }),
  ],
  ['CreateFleet', fleetInput('on-demand', { LaunchTemplateConfigs: fleetPools([{ InstanceType: 'm7i.huge' }]) })],
  ['CreateFleet', fleetInput('on-demand', { ClientToken: 'token-2' })],
  ['DescribeInstances', { Filters: [{ Name: 'tag:ec2-spot-runner:name', Values: TAGS.map(({ Value }) => Value) }] }],
  ['DescribeInstances', { InstanceIds: ['i-nonsense'] }],
  ['DescribeSpotInstanceRequests', {}],
  ['TerminateInstances', { InstanceIds: ['i-0123456789abcdef0'] }],
  ['DeleteLaunchTemplate', { LaunchTemplateName: TEMPLATE }],
  ['DeleteLaunchTemplate', { LaunchTemplateName: TEMPLATE }],
]

const outcome = async (send: Send, [operation, input]: Step): Promise<unknown> => {
  try {
    const { $metadata, ...output } = await send(operation, input)
    return { status: $metadata.httpStatusCode, output }
  } catch (error) {
    const { name, message, $fault, $metadata, code } = error as Record<string, unknown>
    const { httpStatusCode } = $metadata as { httpStatusCode?: number }
    return { name, message: String(message).split(':')[0], $fault, httpStatusCode, code }
  }
}

describe('the front and the in-process door', () => {
  let local: Cloud
  let remote: Cloud
  let front: Front
  let sdk: Send

  beforeEach(async () => {
    local = twin()
    remote = twin()
    front = await startFront(remote)
    sdk = sdkSend(front.url)
  })
  afterEach(() => front.close())

  test('tell the same story, through the real SDK and without it', async () => {
    for (const step of STORY) {
      expect({ step, outcome: await outcome(sdk, step) }).toEqual({ step, outcome: await outcome(local.send, step) })
    }
    const calls = ({ calls: all }: Cloud): unknown => all.map(({ operation, outcome: end }) => [operation, end])
    expect(calls(remote)).toEqual(calls(local))
  })

  test('show the same machine: described, on the console, terminated', async () => {
    const ids: string[] = []
    for (const [cloud, send] of [
      [local, local.send],
      [remote, sdk],
    ] as const) {
      await send('CreateLaunchTemplate', templateInput({}, { ClientToken: 'same' }))
      const { Instances = [] } = await send('CreateFleet', fleetInput('spot', { ClientToken: 'same' }))
      const [id = ''] = Instances.flatMap(({ InstanceIds = [] }) => InstanceIds)
      cloud.ec2.control.console(id, 'phase=imds\n')
      ids.push(id)
    }
    const [id = '', other] = ids
    expect(other).toBe(id)
    const steps: readonly Step[] = [
      ['DescribeInstances', { InstanceIds: [id] }],
      ['GetConsoleOutput', { InstanceId: id }],
      ['TerminateInstances', { InstanceIds: [id] }],
      ['DescribeInstances', { InstanceIds: [id] }],
      ['DescribeSpotInstanceRequests', { Filters: [{ Name: 'instance-id', Values: [id] }] }],
    ]
    for (const step of steps) {
      expect({ step, outcome: await outcome(sdk, step) }).toEqual({ step, outcome: await outcome(local.send, step) })
    }
  })

  const faults: readonly (readonly [string, Fault])[] = [
    ['a refusal', { kind: 'refuse', code: 'RequestLimitExceeded', status: 503, message: 'Request limit exceeded.' }],
    ['a delay', { kind: 'delay', ms: 1 }],
    ['a duplicate', { kind: 'duplicate' }],
    ['a garbled answer', { kind: 'garble', status: 502 }],
  ]
  test.each(faults)('suffer %s alike, with the same effects', async (_name, fault) => {
    const step: Step = ['CreateLaunchTemplate', templateInput({}, { ClientToken: 'once' })]
    local.faults.next('CreateLaunchTemplate', fault)
    remote.faults.next('CreateLaunchTemplate', fault)
    expect(await outcome(sdk, step)).toEqual(await outcome(local.send, step))
    expect(remote.calls[0]?.effects).toBe(local.calls[0]?.effects)
    expect(remote.ec2.snapshot().launchTemplates).toEqual(local.ec2.snapshot().launchTemplates)
  })
})

describe('a broken connection', () => {
  test.each([
    ['lose-request', 0],
    ['lose-response', 1],
  ] as const)('%s: no answer comes, and the effect happened %i times', async (kind, effects) => {
    const remote = twin()
    const front = await startFront(remote)
    for (const [cloud, send] of [
      [remote, sdkSend(front.url)],
      [twin(), undefined],
    ] as const) {
      cloud.faults.next('CreateLaunchTemplate', { kind, afterMs: 1 })
      const error: unknown = await (send ?? cloud.send)('CreateLaunchTemplate', templateInput()).catch(
        (e: unknown) => e,
      )
      expect(error).toMatchObject({ $metadata: { attempts: 1 } })
      expect(error).not.toHaveProperty('$fault')
      expect(cloud.calls).toMatchObject([{ outcome: 'ECONNRESET', effects }])
      expect(cloud.ec2.snapshot().launchTemplates).toHaveLength(effects)
    }
    await front.close()
  })
})

describe('credentials', () => {
  test.each([
    ['EXPIREDKEY', 'GetCallerIdentity', 'ExpiredToken', 403],
    ['EXPIREDKEY', 'DescribeInstances', 'RequestExpired', 400],
    ['EXPIREDKEY', 'GetParameter', 'ExpiredTokenException', 400],
    ['nobody', 'GetCallerIdentity', 'InvalidClientTokenId', 403],
    ['nobody', 'DescribeInstances', 'AuthFailure', 401],
    ['nobody', 'GetParameter', 'UnrecognizedClientException', 400],
  ] as const)('the key %s is refused by %s with %s', async (accessKeyId, operation, name, httpStatusCode) => {
    const cloud = twin()
    const front = await startFront(cloud)
    const send = sdkSend(front.url, { accessKeyId })
    await expect(send(operation, { Name: 'x' })).rejects.toMatchObject({ name, $metadata: { httpStatusCode } })
    expect(cloud.calls).toEqual([])
    await front.close()
  })

  test('a request without a signature is refused', async () => {
    const front = await startFront(twin())
    const response = await fetch(front.url, { method: 'POST', body: 'Action=GetCallerIdentity&Version=2011-06-15' })
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('<Code>MissingAuthenticationToken</Code>')
    await front.close()
  })
})

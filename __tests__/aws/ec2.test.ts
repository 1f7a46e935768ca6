import { describe, expect, test } from '@jest/globals'
import { IMAGE_ARM64, IMAGE_X64 } from '../../cloud/ec2/region.ts'
import { createEc2 } from '../../src/aws/ec2.ts'
import type { Operation, Send } from '../../src/aws/send.ts'
import { PlatformError } from '../../src/domain/failures.ts'
import type { Ec2Port } from '../../src/ports/ec2.ts'
import { inLaboratory, launchOne, PROMPT, SUBNETS, TEMPLATE, templateInput, ZONES } from '../cloud/laboratory.ts'
import type { Laboratory } from '../cloud/laboratory.ts'

const portOf = ({ cloud, clock }: Laboratory): Ec2Port => createEc2(cloud.send, { clock, random: () => 0.5 })
const UNKNOWN_ID = 'i-0123456789abcdef0'

/** EC2 answers every call like this. */
const answering = (answer: unknown): Ec2Port =>
  createEc2((async () => answer) as unknown as Send, {
    clock: { now: () => 0, sleep: async () => undefined },
    random: () => 0,
  })

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'ok'
  } catch (error) {
    return error instanceof PlatformError ? error.failure.code : String(error)
  }
}

const plan = (more: object = {}) => ({
  templateName: TEMPLATE,
  clientToken: 'token',
  imageId: IMAGE_X64,
  rootDeviceName: '/dev/sda1',
  volumeSize: undefined,
  volumeType: 'gp3',
  securityGroupIds: [],
  instanceProfile: undefined,
  userData: '',
  tags: { 'ec2-spot-runner:managed': 'true', owner: 'me' },
  ...more,
})

describe('a listing', () => {
  test('is read to its end, however small its pages are', () =>
    inLaboratory(async (laboratory) => {
      const { cloud } = laboratory
      const ids: string[] = []
      for (let n = 0; n < 7; n++)
        ids.push(
          await launchOne(
            laboratory,
            'spot',
            templateInput({ TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }] }),
          ),
        )
      cloud.ec2.control.setPageLimit(2)
      const ec2 = portOf(laboratory)
      const byTag = await ec2.machinesByTags({ a: 'b' })
      expect(byTag.map(({ instanceId }) => instanceId).toSorted()).toEqual(ids.toSorted())
      expect(await ec2.machinesById(ids)).toHaveLength(7)
      const types = ['c7i.large', 'm7i.large', 'r7i.large']
      expect(await ec2.offerings(types)).toHaveLength(9)
      expect(await ec2.instanceTypes([...types, 'm7g.large', 'x9z.large'])).toHaveLength(4)
      const spotIds = byTag.flatMap(({ spotRequestId }) => spotRequestId ?? [])
      expect(await ec2.spotRequests(spotIds)).toHaveLength(7)
    }))

  test('of more ids than a filter takes is asked for in parts', () =>
    inLaboratory(async (laboratory) => {
      const id = await launchOne(laboratory)
      const ids = Array.from({ length: 450 }, (_, n) => `i-${String(n).padStart(17, '0')}`)
      const found = await portOf(laboratory).machinesById([...ids, id])
      expect(found.map(({ instanceId }) => instanceId)).toEqual([id])
      expect(laboratory.cloud.calls.filter(({ operation }) => operation === 'DescribeInstances')).toHaveLength(3)
    }))

  test('that does not end says so', async () => {
    await expect(answering({ Reservations: [], NextToken: 'more' }).machinesByTags({})).rejects.toThrow(
      'did not end within 500 pages',
    )
  })

  test('of no ids asks nobody', () =>
    inLaboratory(async (laboratory) => {
      const ec2 = portOf(laboratory)
      expect([await ec2.machinesById([]), await ec2.spotRequests([])]).toEqual([[], []])
      await ec2.terminate([])
      expect(laboratory.cloud.calls).toEqual([])
    }))
})

describe('a machine', () => {
  test('is read whole', () =>
    inLaboratory(async (laboratory) => {
      const id = await launchOne(laboratory, 'spot')
      await laboratory.clock.sleep(2_000)
      laboratory.cloud.ec2.control.interrupt(id, { noticeMs: 0 })
      const [machine] = await portOf(laboratory).machinesById([id])
      expect(machine).toMatchObject({
        instanceId: id,
        state: 'shutting-down',
        market: 'spot',
        instanceType: 'm7i.xlarge',
        reasonCode: 'Server.SpotInstanceTermination',
        transition: expect.stringMatching(/^Service initiated/),
        spotRequestId: expect.stringMatching(/^sir-/),
      })
      expect(ZONES).toContain(machine?.availabilityZone)
    }))

  test.each([
    ['a state that nobody knows counts as alive', { InstanceId: 'i-1', State: { Name: 'dreaming' } }, 'running'],
    ['no state counts as alive', { InstanceId: 'i-1' }, 'running'],
    ['a known one is itself', { InstanceId: 'i-1', State: { Name: 'stopped' } }, 'stopped'],
  ])('%s', async (_what, instance, state) => {
    const [machine] = await answering({ Reservations: [{ Instances: [instance] }, {}] }).machinesByTags({})
    expect(machine).toEqual({
      instanceId: 'i-1',
      state,
      market: 'on-demand',
      instanceType: '',
      availabilityZone: '',
      launchedAtMs: Infinity,
      tags: {},
    })
  })

  test('shows the end of its console, and an empty one where EC2 has none', () =>
    inLaboratory(async (laboratory) => {
      const id = await launchOne(laboratory)
      expect(await portOf(laboratory).console(id)).toBe('')
      laboratory.cloud.ec2.control.console(id, 'grüße\n')
      expect(await portOf(laboratory).console(id)).toBe('grüße\n')
    }))
})

describe('terminating', () => {
  test('spares nobody because one id is unknown', () =>
    inLaboratory(async (laboratory) => {
      const [one, other] = [await launchOne(laboratory), await launchOne(laboratory)]
      await portOf(laboratory).terminate([one, UNKNOWN_ID, other, 'i-01234567'])
      expect(laboratory.cloud.snapshot().ec2.live).toEqual([])
    }))

  test('what is gone is a success', () =>
    inLaboratory(async (laboratory) => {
      expect(await codeOf(portOf(laboratory).terminate([UNKNOWN_ID]))).toBe('ok')
    }))

  test('waits for an id that EC2 does not know yet', () =>
    inLaboratory(
      async (laboratory) => {
        const id = await launchOne(laboratory)
        await portOf(laboratory).terminate([id])
        expect(laboratory.cloud.snapshot().ec2.live).toEqual([])
      },
      { rules: { ...PROMPT, lateIds: true } },
    ))

  test('without the permission is an error', () =>
    inLaboratory(async (laboratory) => {
      const id = await launchOne(laboratory)
      laboratory.cloud.ec2.control.deny('TerminateInstances')
      expect(await codeOf(portOf(laboratory).terminate([id]))).toBe('UnauthorizedOperation')
      expect(laboratory.cloud.snapshot().ec2.live).toHaveLength(1)
    }))
})

describe('a launch template', () => {
  test('is made, and its name is a lock that tells whose it is', () =>
    inLaboratory(async (laboratory) => {
      const ec2 = portOf(laboratory)
      expect(await ec2.createLaunchTemplate(plan())).toBe('created')
      expect(await ec2.createLaunchTemplate(plan({ clientToken: 'other' }))).toEqual({
        takenBy: { 'ec2-spot-runner:managed': 'true', owner: 'me' },
      })
      expect(await ec2.createLaunchTemplate(plan({ imageId: IMAGE_ARM64 }))).toHaveProperty('takenBy')
    }))

  test('asks for what a machine that dies by itself needs', () =>
    inLaboratory(async (laboratory) => {
      const ec2 = portOf(laboratory)
      await ec2.createLaunchTemplate(plan({ volumeSize: 40, securityGroupIds: ['sg-1'], instanceProfile: 'runner' }))
      const [{ input } = { input: {} }] = laboratory.cloud.calls
      expect(input).toMatchObject({
        LaunchTemplateData: {
          InstanceInitiatedShutdownBehavior: 'terminate',
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1, InstanceMetadataTags: 'enabled' },
          BlockDeviceMappings: [
            { DeviceName: '/dev/sda1', Ebs: { DeleteOnTermination: true, VolumeType: 'gp3', VolumeSize: 40 } },
          ],
          SecurityGroupIds: ['sg-1'],
          IamInstanceProfile: { Name: 'runner' },
        },
        TagSpecifications: [{ ResourceType: 'launch-template' }],
      })
    }))

  test('is deleted once, and absent afterwards', () =>
    inLaboratory(async (laboratory) => {
      const ec2 = portOf(laboratory)
      await ec2.createLaunchTemplate(plan())
      expect(await ec2.launchTemplatesByTags({ owner: 'me' })).toMatchObject([{ templateName: TEMPLATE }])
      expect(await ec2.launchTemplatesByTags({ owner: 'you' })).toEqual([])
      expect([await ec2.deleteLaunchTemplate(TEMPLATE), await ec2.deleteLaunchTemplate(TEMPLATE)]).toEqual([
        'deleted',
        'absent',
      ])
      expect(await ec2.launchTemplate(TEMPLATE)).toBeUndefined()
    }))
})

describe('a launch', () => {
  const request = (laboratory: Laboratory, more: object = {}) => ({
    templateName: TEMPLATE,
    clientToken: 'token',
    market: 'spot' as const,
    allocationStrategy: 'price-capacity-optimized',
    maxPrice: undefined,
    pools: SUBNETS.map((subnetId, at) => ({
      instanceType: 'c7i.large',
      subnetId,
      availabilityZone: ZONES[at] ?? '',
      market: 'spot' as const,
    })),
    userData: '',
    tags: {},
    notAfterMs: laboratory.clock.now() + 60_000,
    ...more,
  })

  test('is one machine, with the pools that failed before it', () =>
    inLaboratory(async (laboratory) => {
      const ec2 = portOf(laboratory)
      await ec2.createLaunchTemplate(plan())
      laboratory.cloud.ec2.control.setCapacity({ market: 'spot' }, 'none')
      laboratory.cloud.ec2.control.setCapacity({ market: 'spot', availabilityZone: ZONES[1] }, 1)
      const answer = await ec2.launch(request(laboratory))
      expect(answer.machine).toMatchObject({ market: 'spot', instanceType: 'c7i.large', availabilityZone: ZONES[1] })
      for (const { pool, failure } of answer.failures) {
        expect(failure).toMatchObject({ operation: 'CreateFleet', code: 'InsufficientInstanceCapacity' })
        expect(pool?.instanceType).toBe('c7i.large')
      }
    }))

  test('of nothing is an answer', () =>
    inLaboratory(async (laboratory) => {
      const ec2 = portOf(laboratory)
      await ec2.createLaunchTemplate(plan())
      laboratory.cloud.ec2.control.setCapacity({}, 'none')
      const answer = await ec2.launch(request(laboratory))
      expect(answer).toMatchObject({ machine: undefined, failures: { length: 3 } })
    }))

  test('with max-price passes it on to every pool', () =>
    inLaboratory(async (laboratory) => {
      const ec2 = portOf(laboratory)
      await ec2.createLaunchTemplate(plan())
      const answer = await ec2.launch(request(laboratory, { maxPrice: '0.0001' }))
      expect(answer.failures.map(({ failure }) => failure.code)).toEqual(Array(3).fill('SpotMaxPriceTooLow'))
    }))

  test('that EC2 describes sparsely is filled up from what was asked', () =>
    inLaboratory(async (laboratory) => {
      const Overrides = { InstanceType: 'c7i.large', SubnetId: SUBNETS[2] }
      const ec2 = answering({
        Instances: [{ InstanceIds: ['i-1'], LaunchTemplateAndOverrides: { Overrides } }],
        Errors: [{}, { ErrorCode: 'X', LaunchTemplateAndOverrides: { Overrides } }],
      })
      expect(await ec2.launch(request(laboratory))).toEqual({
        machine: { instanceId: 'i-1', market: 'spot', instanceType: 'c7i.large', availabilityZone: ZONES[2] },
        failures: [
          { pool: undefined, failure: { service: 'aws', operation: 'CreateFleet', code: 'Unknown', message: '' } },
          {
            pool: { instanceType: 'c7i.large', subnetId: SUBNETS[2], availabilityZone: ZONES[2], market: 'spot' },
            failure: { service: 'aws', operation: 'CreateFleet', code: 'X', message: '' },
          },
        ],
      })
    }))
})

describe('an image', () => {
  test.each([
    ['by id', { kind: 'id', imageId: IMAGE_X64 }, IMAGE_X64, 'x64'],
    ['by parameter', { kind: 'parameter', path: '/ec2-spot-runner/image' }, IMAGE_X64, 'x64'],
    ['by name', { kind: 'pattern', pattern: 'ec2-spot-runner-ubuntu-*-arm64-*', owner: 'self' }, IMAGE_ARM64, 'arm64'],
  ] as const)('is found %s', (_how, reference, imageId, architecture) =>
    inLaboratory(async (laboratory) => {
      expect(await portOf(laboratory).image(reference)).toMatchObject({
        imageId,
        architecture,
        rootDeviceName: '/dev/sda1',
        rootVolumeSize: 8,
      })
    }),
  )

  test('by name is the newest that is available', () =>
    inLaboratory(async (laboratory) => {
      const { control, world } = laboratory.cloud.ec2
      const old = world.region.images.get(IMAGE_X64)
      if (old === undefined) throw new Error('the region has no image')
      control.setImage({
        ...old,
        imageId: 'ami-0000000000000aaaa',
        name: 'mine-1',
        createdAtMs: old.createdAtMs + 1_000,
      })
      control.setImage({
        ...old,
        imageId: 'ami-0000000000000bbbb',
        name: 'mine-2',
        createdAtMs: old.createdAtMs + 2_000,
      })
      control.setImage({
        ...old,
        imageId: 'ami-0000000000000cccc',
        name: 'mine-3',
        createdAtMs: old.createdAtMs + 3_000,
        state: 'pending',
      })
      expect(await portOf(laboratory).image({ kind: 'pattern', pattern: 'mine-*', owner: 'self' })).toMatchObject({
        imageId: 'ami-0000000000000bbbb',
      })
    }))

  test.each([
    ['that is not there', { kind: 'id', imageId: 'ami-0123456789abcdef0' }, 'InvalidAMIID.NotFound'],
    ['by a name that nobody has', { kind: 'pattern', pattern: 'nobody-*', owner: 'self' }, 'InvalidAMIID.NotFound'],
    ['by a parameter that is not there', { kind: 'parameter', path: '/nowhere' }, 'ParameterNotFound'],
    ['by a parameter that holds something else', { kind: 'parameter', path: '/other' }, 'InvalidAMIID.Malformed'],
  ] as const)('%s is refused', (_what, reference, code) =>
    inLaboratory(async (laboratory) => {
      laboratory.cloud.ec2.control.setParameter('/other', 'hello')
      expect(await codeOf(portOf(laboratory).image(reference))).toBe(code)
    }),
  )

  test.each([
    ['no image at all', { Images: [] }, 'InvalidAMIID.NotFound'],
    ['an image without an id', { Images: [{}] }, 'InvalidAMIID.NotFound'],
    ['an image without a state', { Images: [{ ImageId: 'ami-1' }] }, 'InvalidAMIID.Unavailable'],
    [
      'an image of another architecture',
      { Images: [{ ImageId: 'ami-1', State: 'available', Architecture: 'i386' }] },
      'UnsupportedOperation',
    ],
  ])('where EC2 answers %s, is refused', async (_what, answer, code) => {
    expect(await codeOf(answering(answer).image({ kind: 'id', imageId: 'ami-1' }))).toBe(code)
  })
})

describe('the network', () => {
  test('without names is that of the default VPC', () =>
    inLaboratory(async (laboratory) => {
      const subnets = await portOf(laboratory).subnets([])
      expect(subnets.map(({ subnetId }) => subnetId)).toEqual([...SUBNETS])
      expect(subnets[0]).toMatchObject({ availabilityZone: ZONES[0], freeAddresses: 4091 })
    }))

  test('with ids is those', () =>
    inLaboratory(async (laboratory) => {
      expect((await portOf(laboratory).subnets([SUBNETS[1]])).map(({ availabilityZone }) => availabilityZone)).toEqual([
        ZONES[1],
      ])
      expect(await codeOf(portOf(laboratory).subnets(['subnet-0123456789abcdef0']))).toBe('InvalidSubnetID.NotFound')
    }))

  test('groups that are ids stay as they are, and cost no call', () =>
    inLaboratory(async (laboratory) => {
      expect(await portOf(laboratory).securityGroups(['sg-0123456789abcdef0'], 'vpc-1')).toEqual([
        'sg-0123456789abcdef0',
      ])
      expect(laboratory.cloud.calls).toEqual([])
    }))
})

test('the caller is named even to one who may do nothing else', () =>
  inLaboratory(async (laboratory) => {
    expect(await portOf(laboratory).caller()).toMatch(/^arn:aws:/)
    expect(await answering({}).caller()).toBe('unknown')
  }))

describe('an error of EC2 is never read as "nothing there"', () => {
  const READS: readonly (readonly [string, Operation, (ec2: Ec2Port) => Promise<unknown>])[] = [
    ['machines by tag', 'DescribeInstances', (ec2) => ec2.machinesByTags({ a: 'b' })],
    ['machines by id', 'DescribeInstances', (ec2) => ec2.machinesById([UNKNOWN_ID])],
    ['templates', 'DescribeLaunchTemplates', (ec2) => ec2.launchTemplatesByTags({})],
    ['one template', 'DescribeLaunchTemplates', (ec2) => ec2.launchTemplate(TEMPLATE)],
    ['deletion of a template', 'DeleteLaunchTemplate', (ec2) => ec2.deleteLaunchTemplate(TEMPLATE)],
    ['termination', 'TerminateInstances', (ec2) => ec2.terminate([UNKNOWN_ID])],
    ['spot requests', 'DescribeSpotInstanceRequests', (ec2) => ec2.spotRequests(['sir-1'])],
    ['subnets', 'DescribeSubnets', (ec2) => ec2.subnets([])],
    ['types', 'DescribeInstanceTypes', (ec2) => ec2.instanceTypes(['c7i.large'])],
    ['offerings', 'DescribeInstanceTypeOfferings', (ec2) => ec2.offerings(['c7i.large'])],
    ['groups', 'DescribeSecurityGroups', (ec2) => ec2.securityGroups(['a'], 'vpc-1')],
    ['console', 'GetConsoleOutput', (ec2) => ec2.console(UNKNOWN_ID)],
  ]
  describe.each(READS)('%s', (_what, operation, read) => {
    test.each([
      ['an error of its own', { kind: 'refuse', code: 'InternalError', status: 500, message: 'Oops' }, 'InternalError'],
      [
        'a refusal',
        { kind: 'refuse', code: 'UnauthorizedOperation', status: 403, message: 'No' },
        'UnauthorizedOperation',
      ],
      [
        'throttling',
        { kind: 'refuse', code: 'RequestLimitExceeded', status: 503, message: 'Slow' },
        'RequestLimitExceeded',
      ],
      ['a broken connection', { kind: 'lose-request', afterMs: 1 }, 'Timeout'],
      ['a page of HTML', { kind: 'garble', status: 200 }, 'HTTP 200'],
      ['a page of HTML from a proxy', { kind: 'garble', status: 503 }, 'HTTP 503'],
    ] as const)('%s', (_fault, fault, code) =>
      inLaboratory(async (laboratory) => {
        await laboratory.cloud.send('CreateLaunchTemplate', templateInput())
        laboratory.cloud.faults.always(operation, fault)
        expect(await codeOf(read(portOf(laboratory)))).toBe(code)
      }),
    )
  })
})

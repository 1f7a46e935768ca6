import { describe, expect, test } from '@jest/globals'
import type { MachineHost } from '../../../cloud/machine-host.ts'
import {
  SUBNETS,
  TEMPLATE,
  fleetInput,
  fleetOutcome,
  fleetPools,
  inLaboratory,
  launchOne,
  seeded,
  templateInput,
} from '../laboratory.ts'
import type { Laboratory } from '../laboratory.ts'

const TERMINATES = templateInput({ InstanceInitiatedShutdownBehavior: 'terminate' })

interface Look {
  readonly state: string | undefined
  readonly reason: string | undefined
  readonly spot: string | undefined
}

async function look({ cloud }: Laboratory, id: string): Promise<Look> {
  const { Reservations = [] } = await cloud.send('DescribeInstances', { InstanceIds: [id] })
  const [instance] = Reservations.flatMap(({ Instances = [] }) => Instances)
  const { SpotInstanceRequests = [] } = await cloud.send('DescribeSpotInstanceRequests', {
    Filters: [{ Name: 'instance-id', Values: [id] }],
  })
  return {
    state: instance?.State?.Name,
    reason: instance?.StateReason?.Code,
    spot: SpotInstanceRequests[0]?.Status?.Code,
  }
}

describe('the life of a machine', () => {
  test('pending, running, and powered on once', async () => {
    const powered: string[] = []
    const machines: MachineHost = {
      powerOn: ({ instanceId }) => powered.push(`on ${instanceId}`),
      powerOff: (id) => powered.push(`off ${id}`),
    }
    await inLaboratory(
      async (laboratory) => {
        const id = await launchOne(laboratory, 'on-demand')
        expect(await look(laboratory, id)).toEqual({ state: 'pending', reason: undefined, spot: undefined })
        await laboratory.clock.sleep(1_000)
        expect(await look(laboratory, id)).toEqual({ state: 'running', reason: undefined, spot: undefined })
        await laboratory.cloud.send('TerminateInstances', { InstanceIds: [id] })
        await laboratory.cloud.send('TerminateInstances', { InstanceIds: [id] })
        await laboratory.clock.sleep(5_000)
        expect(powered).toEqual([`on ${id}`, `off ${id}`])
      },
      { machines },
    )
  })

  test('terminated while pending, it is never powered on', () =>
    inLaboratory(async (laboratory) => {
      const id = await launchOne(laboratory)
      await laboratory.cloud.send('TerminateInstances', { InstanceIds: [id] })
      await laboratory.clock.sleep(10_000)
      expect(laboratory.cloud.ec2.snapshot().instances).toMatchObject([{ powered: false, state: 'terminated' }])
    }))

  test('its user data is that of the fleet, or else of the template', () =>
    inLaboratory(async (laboratory) => {
      const { cloud } = laboratory
      const base64 = (words: string): string => Buffer.from(words).toString('base64')
      const own = fleetInput('spot', {
        LaunchTemplateConfigs: fleetPools([{ InstanceType: 'm7i.large', SubnetId: SUBNETS[0] }], {
          LaunchTemplateSpecificationUserData: base64('own'),
        }),
      })
      const template = templateInput({ UserData: base64('template') })
      const ids = [await launchOne(laboratory, 'spot', template, own), await launchOne(laboratory, 'spot', template)]
      const texts = ids.map((id) => Buffer.from(cloud.ec2.world.instances.get(id)?.userData ?? '').toString())
      expect(texts).toEqual(['own', 'template'])
    }))

  const ends: readonly (readonly [string, (laboratory: Laboratory, id: string) => unknown, Look])[] = [
    [
      'terminated by a caller',
      ({ cloud }, id) => cloud.send('TerminateInstances', { InstanceIds: [id] }),
      { state: 'terminated', reason: 'Client.UserInitiatedShutdown', spot: 'instance-terminated-by-user' },
    ],
    [
      'switched off by its guest',
      ({ cloud }, id) => {
        cloud.events.poweredOff(id)
      },
      { state: 'terminated', reason: 'Client.InstanceInitiatedShutdown', spot: 'instance-terminated-by-user' },
    ],
    [
      'reclaimed without notice',
      ({ cloud }, id) => {
        cloud.ec2.control.interrupt(id, { noticeMs: 0 })
      },
      { state: 'terminated', reason: 'Server.SpotInstanceTermination', spot: 'instance-terminated-no-capacity' },
    ],
    [
      'lost with its hardware',
      ({ cloud }, id) => {
        cloud.ec2.control.kill(id)
      },
      { state: 'terminated', reason: 'Server.InternalError', spot: 'instance-terminated-by-service' },
    ],
  ]
  test.each(ends)('%s, it leaves this evidence', (_name, end, expected) =>
    inLaboratory(async (laboratory) => {
      const id = await launchOne(laboratory, 'spot', TERMINATES)
      await laboratory.clock.sleep(2_000)
      await end(laboratory, id)
      await laboratory.clock.sleep(2_000)
      expect(await look(laboratory, id)).toEqual(expected)
    }),
  )

  test('under notice it runs for two minutes more, and only then is gone', () =>
    inLaboratory(async (laboratory) => {
      const { cloud, clock } = laboratory
      const id = await launchOne(laboratory, 'spot', TERMINATES)
      await clock.sleep(2_000)
      cloud.ec2.control.interrupt(id)
      await clock.sleep(119_000)
      expect((await look(laboratory, id)).state).toBe('running')
      await clock.sleep(3_000)
      expect((await look(laboratory, id)).state).toBe('terminated')
    }))

  test('only spot can be interrupted', () =>
    inLaboratory(async (laboratory) => {
      const id = await launchOne(laboratory, 'on-demand')
      expect(() => {
        laboratory.cloud.ec2.control.interrupt(id)
      }).toThrow('is not a spot instance')
    }))
})

describe('a fleet', () => {
  test('fills a target of several machines over its pools, and says what is missing', () =>
    inLaboratory(async (laboratory) => {
      laboratory.cloud.ec2.control.setCapacity({}, 2)
      await laboratory.cloud.send('CreateLaunchTemplate', TERMINATES)
      const target = { TotalTargetCapacity: 3, DefaultTargetCapacityType: 'spot' as const }
      const outcome = await fleetOutcome(laboratory, fleetInput('spot', { TargetCapacitySpecification: target }))
      expect(outcome.filter((code) => code === 'launched')).toHaveLength(2)
      expect(new Set(outcome)).toEqual(new Set(['launched', 'InsufficientInstanceCapacity']))
    }))

  test('buys on-demand in the order of priority', () =>
    inLaboratory(async (laboratory) => {
      await laboratory.cloud.send('CreateLaunchTemplate', TERMINATES)
      const overrides = ['c7i', 'm7i', 'r7i'].map((family, at) => ({
        InstanceType: `${family}.large`,
        Priority: 3 - at,
      }))
      const { Instances } = await laboratory.cloud.send(
        'CreateFleet',
        fleetInput('on-demand', { LaunchTemplateConfigs: fleetPools(overrides) }),
      )
      expect(Instances).toMatchObject([{ InstanceType: 'r7i.large', Lifecycle: 'on-demand' }])
    }))

  test('launches what its caller asked for although the template is gone by the time of the repeat', () =>
    inLaboratory(async (laboratory) => {
      const fleet = fleetInput('spot', { ClientToken: 'a' })
      const id = await launchOne(laboratory, 'spot', TERMINATES, fleet)
      await laboratory.cloud.send('DeleteLaunchTemplate', { LaunchTemplateName: TEMPLATE })
      const repeated = await laboratory.cloud.send('CreateFleet', fleet)
      expect(repeated.Instances).toMatchObject([{ InstanceIds: [id] }])
    }))

  test('is the same for the same seed', async () => {
    const run = (): Promise<unknown> =>
      inLaboratory(async (laboratory) => [await launchOne(laboratory), await launchOne(laboratory)], {
        random: seeded(42),
      })
    expect(await run()).toEqual(await run())
  })
})

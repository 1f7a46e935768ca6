import { expect, test } from '@jest/globals'
import type { Fault } from '../../cloud/faults.ts'
import type { Played } from '../../cloud/play/step.ts'
import {
  callsOf,
  expectFailure,
  expectNothingLeft,
  expectSuccess,
  killAtLaunch,
  killAtOutput,
  LIMIT_MS,
  LISTED_LATE,
  machinesOf,
  pause,
  play,
  type Scene,
} from './theatre.ts'

test.concurrent.each([1, 2, 3])(
  'a lost answer: of CreateFleet on the first %i tries makes exactly one machine',
  (times) =>
    play(async (scene) => {
      const lost: Fault = { kind: 'lose-response', afterMs: 50 }
      for (let time = 0; time < times; time++) scene.stage.cloud.faults.next('CreateFleet', lost)
      const start = await scene.start()
      expectSuccess(start)
      const machines = machinesOf(scene, scene.label)
      expect(machines.map(({ instanceId }) => instanceId)).toEqual([start.outputs['instance-id']])
      const tokens = callsOf(scene, 'CreateFleet').map(({ input }) => input['ClientToken'])
      expect(tokens).toHaveLength(times + 1)
      expect(new Set(tokens).size).toBe(1)
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

/** How a start can be killed around CreateFleet: what becomes of the call, and how many machines it makes. */
const KILLS: readonly [string, (scene: Scene) => ReturnType<typeof killAtOutput>, number][] = [
  ['before CreateFleet', (scene) => killAtLaunch(scene, { kind: 'lose-request', afterMs: 0 }), 0],
  ['during CreateFleet, which launches then', (scene) => killAtLaunch(scene, { kind: 'delay', ms: 300 }), 1],
  ['during CreateFleet, which arrives after stop', (scene) => killAtLaunch(scene, { kind: 'delay', ms: 6_000 }), 0],
  ['after CreateFleet', () => killAtOutput(/Runner 1 gets i-/), 1],
]

test.concurrent.each(KILLS)(
  'a start that was killed: %s, is taken down by a stop with empty inputs; another start of the run is untouched',
  (_when, killed, launched) =>
    play(async (scene) => {
      const victim = scene.start({}, killed(scene))
      expect((await victim).exitCode).toBeNull()
      const sibling = scene.start({ name: 'other', 'start-job': '1002' })
      const stop = await scene.stop()
      expectSuccess(stop)
      expectSuccess(await sibling)
      const other = `${scene.label}-other`
      const { ec2, github } = scene.stage.cloud.snapshot()
      expect(machinesOf(scene, scene.label)).toHaveLength(launched)
      expect(ec2.live.map(({ tags }) => tags['ec2-spot-runner:label'])).toEqual([other])
      expect(ec2.launchTemplates).toEqual([])
      expect(github.registrations.map(({ name, status }) => [name, status])).toEqual([[`${other}.1`, 'online']])
      expect(await scene.job(other)).toBe('success')
      expectSuccess(await scene.stop({ name: 'other' }))
      expectNothingLeft(scene)
    }, LISTED_LATE),
  LIMIT_MS,
)

test.concurrent.each(KILLS)(
  'a start that was killed: %s, and is tried again by the same step, has one machine in the end',
  (_when, killed) =>
    play(async (scene) => {
      expect((await scene.start({}, killed(scene))).exitCode).toBeNull()
      const start = await scene.start({ 'start-timeout': '60s', 'capacity-timeout': '50s' })
      expectSuccess(start)
      expect(machinesOf(scene, scene.label).map(({ instanceId }) => instanceId)).toEqual([start.outputs['instance-id']])
      expect(scene.stage.cloud.snapshot().github.registrations).toMatchObject([{ status: 'online' }])
      expect(await scene.job(scene.label)).toBe('success')
      // Once EC2 lists the machine, stop need not look twice.
      await pause(LISTED_LATE.timing.listingLagMs[1])
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }, LISTED_LATE),
  LIMIT_MS,
)

const SHARED = /Two starts of this run share the name "" \(none\)[^]*Give each start its own `name`/

const expectOneServes = async (scene: Scene, winner: Played, loser: Played): Promise<void> => {
  expectSuccess(winner)
  expectFailure(loser, SHARED)
  expect(machinesOf(scene, scene.label).map(({ instanceId }) => instanceId)).toEqual([winner.outputs['instance-id']])
  expect(await scene.job(scene.label)).toBe('success')
  expectSuccess(await scene.stop())
  expectNothingLeft(scene)
}

test.concurrent.each([
  ['jobs, one after another', { 'start-job': '1002' }, 'start'],
  ['steps of one job', {}, 'start_2'],
])(
  'two starts without a name: in two %s: the second fails and says why, the first goes on',
  (_where, inputs, stepId) =>
    play(async (scene) => {
      const first = await scene.start()
      await expectOneServes(scene, first, await scene.start(inputs, { stepId }))
    }),
  LIMIT_MS,
)

test.concurrent(
  'two starts without a name: in two jobs at the same time: one fails and says why, the other goes on',
  () =>
    play(async (scene) => {
      const both = await Promise.all([
        scene.start({ 'start-timeout': '60s', 'capacity-timeout': '30s' }),
        scene.start({ 'start-timeout': '60s', 'capacity-timeout': '30s', 'start-job': '1002' }),
      ])
      const [winner, loser] = both.toSorted((a, b) => (a.exitCode ?? 2) - (b.exitCode ?? 2))
      expect([winner?.exitCode, loser?.exitCode, winner?.exitCode === 0 ? '' : winner?.log]).toEqual([0, 1, ''])
      if (winner !== undefined && loser !== undefined) await expectOneServes(scene, winner, loser)
    }),
  LIMIT_MS,
)

test.concurrent(
  'two starts without a name: one after another before EC2 lists the first machine: the second fails, also without ephemeral runners',
  () =>
    play(async (scene) => {
      const first = await scene.start({ ephemeral: 'false' })
      const second = await scene.start({ ephemeral: 'false', 'start-job': '1002' })
      await expectOneServes(scene, first, second)
    }, LISTED_LATE),
  LIMIT_MS,
)

import { expect, test } from '@jest/globals'
import {
  callsOf,
  errorOf,
  eventually,
  expectFailure,
  expectNothingLeft,
  expectSuccess,
  LIMIT_MS,
  machinesOf,
  play,
  type Scene,
} from './theatre.ts'

test.concurrent(
  'capacity: without spot in any pool, on-demand is used, and `fallback-reason` says why',
  () =>
    play(async (scene) => {
      scene.stage.cloud.ec2.control.setCapacity({ market: 'spot' }, 'none')
      const start = await scene.start()
      expectSuccess(start)
      expect(start.outputs).toMatchObject({
        market: 'on-demand',
        'fallback-reason': expect.stringMatching(/^no spot capacity in 6 pools \(.*InsufficientInstanceCapacity x\d/),
      })
      expect(start.summary).toContain('On-demand instead of spot: no spot capacity in 6 pools')
      expect(machinesOf(scene, scene.label).map(({ market }) => market)).toEqual(['on-demand'])
      expect(await scene.job(scene.label)).toBe('success')
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'capacity: without any, start fails within `capacity-timeout` with a table of pools and reasons, and nothing is left',
  () =>
    play(async (scene) => {
      scene.stage.cloud.ec2.control.setCapacity({}, 'none')
      const start = await scene.start({ 'capacity-timeout': '8s' })
      expectFailure(start, /no pool had capacity within 8 s \(`capacity-timeout`\)/)
      expect(start.tookMs).toBeLessThan(12_000)
      for (const type of ['c7i.xlarge', 'm7i.xlarge']) {
        for (const zone of ['us-east-1a', 'us-east-1b', 'us-east-1c']) {
          expect(start.log).toMatch(new RegExp(`^InsufficientInstanceCapacity from .*${type} in ${zone}`, 'm'))
          for (const market of ['spot', 'on-demand']) {
            expect(start.summary).toContain(`| ${type} in ${zone} | ${market} | \`InsufficientInstanceCapacity\` |`)
          }
        }
      }
      expectNothingLeft(scene)
      expect(start.outputs['instance-id']).toBeUndefined()
    }),
  LIMIT_MS,
)

test.concurrent(
  'capacity: a permission that is missing inside the answer of a fleet fails at once and is named',
  () =>
    play(async (scene) => {
      scene.stage.cloud.ec2.control.setPassRole(false)
      const start = await scene.start({ 'instance-profile': 'ci-runner' })
      expectFailure(start, /UnauthorizedOperation.*`iam:PassRole`/)
      expect(callsOf(scene, 'CreateFleet')).toHaveLength(1)
      expect(start.tookMs).toBeLessThan(8_000)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

/** The machine says that it has begun to boot, and is far from a runner yet. */
async function booting(scene: Scene, count: number): Promise<string> {
  const begun = (): string | undefined =>
    machinesOf(scene, scene.label)
      .slice(count - 1)
      .find(({ console }) => console.includes('phase=pre-runner-script'))?.instanceId
  await eventually(`machine ${String(count)} boots`, () => begun() !== undefined)
  return begun() ?? ''
}

const slowly = { 'pre-runner-script': 'echo preparing; sleep 4', 'start-timeout': '60s', 'capacity-timeout': '30s' }

test.concurrent(
  'a machine that dies before its runner is online: is replaced once, from another pool, and the second one serves',
  () =>
    play(async (scene) => {
      const starting = scene.start(slowly)
      const first = await booting(scene, 1)
      scene.stage.cloud.ec2.control.kill(first)
      const start = await starting
      expectSuccess(start)
      const machines = machinesOf(scene, scene.label)
      expect(machines).toHaveLength(2)
      const pools = machines.map((machine) => `${machine.instanceType} ${machine.availabilityZone} ${machine.market}`)
      expect(new Set(pools).size).toBe(2)
      expect(start.log).toContain(`${first} is lost`)
      const second = machines.find(({ instanceId }) => instanceId !== first)
      expect(start.outputs['instance-ids']).toBe(JSON.stringify([second?.instanceId]))
      expect(await scene.job(scene.label)).toBe('success')
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'a machine that dies before its runner is online: is not replaced twice: the second death ends the start, with the end of the console',
  () =>
    play(async (scene) => {
      const starting = scene.start(slowly)
      scene.stage.cloud.ec2.control.kill(await booting(scene, 1))
      const second = await booting(scene, 2)
      scene.stage.cloud.ec2.control.kill(second)
      const start = await starting
      expectFailure(start, /it was the second machine of this runner to die/)
      expect(errorOf(start)).toMatch(
        new RegExp(`${second} did not become a runner[^]*The end of its console:[^]*\\n {2}preparing`),
      )
      expect(machinesOf(scene, scene.label)).toHaveLength(2)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'a machine that dies before its runner is online: of its own `pre-runner-script` is not replaced: start fails in seconds, with the end of the console',
  () =>
    play(async (scene) => {
      const start = await scene.start({
        'pre-runner-script': 'echo installing things\necho "no space left on device" >&2\nexit 3',
      })
      expectFailure(start, /its boot failed at pre-runner-script: exit code 3/)
      expect(errorOf(start)).toMatch(
        /The end of its console:[^]*\n {2}installing things\n {2}no space left on device\n/,
      )
      expect(start.tookMs).toBeLessThan(15_000)
      expect(machinesOf(scene, scene.label)).toHaveLength(1)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'a machine that dies before its runner is online: because its runner is deprecated ends the start with exactly that',
  () =>
    play(async (scene) => {
      scene.stage.cloud.github.control.setMinimumRunnerVersion('99.0.0')
      const start = await scene.start()
      expectFailure(
        start,
        /the runner in the image is deprecated and GitHub sends it no jobs: build the image anew with the current runner, or use `runner: download`/,
      )
      expect(start.tookMs).toBeLessThan(15_000)
      expect(machinesOf(scene, scene.label)).toHaveLength(1)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'a machine that dies before its runner is online: because its runner is too old to register says so at the end of its console (`ephemeral: false`)',
  () =>
    play(async (scene) => {
      scene.stage.cloud.github.control.setMinimumRunnerVersion('99.0.0')
      const start = await scene.start({ ephemeral: 'false' })
      expectFailure(start, /The end of its console:[^]*deprecated/)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

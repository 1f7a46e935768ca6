import { expect, test } from '@jest/globals'
import {
  eventually,
  expectNothingLeft,
  expectSuccess,
  LIMIT_MS,
  machinesOf,
  pause,
  play,
  type Scene,
} from './theatre.ts'

/** Time enough for a stop, and for what must not happen meanwhile. */
const KEEP = { 'keep-on-failure': '15s' }

const isAlive = (scene: Scene): boolean =>
  scene.stage.cloud
    .snapshot()
    .ec2.live.some(({ instanceId }) => instanceId === machinesOf(scene, scene.label)[0]?.instanceId)

/** What the machine of the scene has said so far. */
function consoleOf(scene: Scene): string {
  const [machine] = machinesOf(scene, scene.label)
  return scene.stage.cloud.ec2.world.instances.get(machine?.instanceId ?? '')?.console ?? ''
}

test.concurrent.each(['true', 'false'])(
  'keep-on-failure: the machine of a failed job takes no other, survives stop, and goes in time (`ephemeral: %s`)',
  (ephemeral) =>
    play(async (scene) => {
      expectSuccess(await scene.start({ ...KEEP, ephemeral }))
      expect(await scene.job(scene.label, 'echo broken; exit 3')).toBe('failure')
      await eventually('the word that the machine is kept', () => consoleOf(scene).includes('phase=kept'))
      const [machine] = machinesOf(scene, scene.label)
      const id = machine?.instanceId ?? ''
      expect(consoleOf(scene)).toContain(`aws ssm start-session --target ${id}`)
      const { control } = scene.stage.cloud.github
      const steps = [{ name: 'step', run: 'true' }]
      const next = control.queueJob(scene.runId, { name: 'next', labels: [scene.label], steps })
      const stop = await scene.stop()
      expectSuccess(stop)
      expect(stop.outputs).toEqual({ verdict: 'finished', interrupted: 'false' })
      expect(stop.summary).toContain(`aws ssm start-session --region us-east-1 --target ${id}`)
      expect(isAlive(scene)).toBe(true)
      const { ec2, github } = scene.stage.cloud.snapshot()
      expect([ec2.launchTemplates, github.registrations]).toEqual([[], []])
      await eventually('the end of the machine', () => !isAlive(scene), 40_000)
      expect(control.job(next).status).toBe('queued')
      expect(consoleOf(scene)).toContain('phase=powering-off reason=kept')
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'keep-on-failure: a machine whose job succeeded goes at once, beside one that is kept',
  () =>
    play(async (scene) => {
      expectSuccess(await scene.start({ ...KEEP, count: '2' }))
      const [good, bad] = [`${scene.label}.1`, `${scene.label}.2`]
      expect(await Promise.all([scene.job(bad, 'exit 1'), scene.job(good)])).toEqual(['failure', 'success'])
      await eventually('the end of one machine', () => scene.stage.cloud.snapshot().ec2.live.length === 1)
      await pause(3_000)
      expectSuccess(await scene.stop())
      const [kept, ...others] = scene.stage.cloud.snapshot().ec2.live
      expect([kept?.tags['ec2-spot-runner:runner'], others]).toEqual([bad, []])
    }),
  LIMIT_MS,
)

import { expect, test } from '@jest/globals'
import { REPOSITORY } from '../../cloud/play/stage.ts'
import { ORPHANS, plantLargeWorld, sorted } from '../flows/large-world.ts'
import type { Left } from '../flows/rehearsal.ts'
import { callsOf, errorOf, expectFailure, expectSuccess, LIMIT_MS, machinesOf, play, type Scene } from './theatre.ts'

const SWEEP_LIMIT_MS = 150_000

function leftOn({ stage }: Scene): Left {
  const { ec2, github } = stage.cloud.snapshot()
  return {
    machines: ec2.live.map(({ instanceId }) => instanceId),
    registrations: github.registrations.map(({ name }) => name),
    templates: ec2.launchTemplates,
  }
}

test.concurrent(
  'sweep of 300 machines, 500 registrations and 200 runs: exactly the 40 orphans go, for three calls each',
  () =>
    play(async (scene) => {
      const { stage, runId } = scene
      const { healthy, pages } = plantLargeWorld(stage.cloud)
      const swept = await stage.play({
        runId,
        inputs: stage.stopInputs({ mode: 'sweep' }),
        env: { GITHUB_ACTION_REPOSITORY: REPOSITORY },
      })
      expectSuccess(swept)
      expect(swept.summary.match(/ \| removed \|/g)).toHaveLength(ORPHANS)
      expect(sorted(leftOn(scene))).toEqual(sorted(healthy))
      const paged = Object.values(pages).reduce((sum, count) => sum + count)
      expect(stage.cloud.calls.length).toBeLessThanOrEqual(paged + 3 * ORPHANS)
      for (const route of Object.keys(pages)) expect(callsOf(scene, route).length).toBeGreaterThan(0)
    }),
  SWEEP_LIMIT_MS,
)

test.concurrent(
  'stop whose AWS credentials have expired fails, and says what may be alive and when that ends',
  () =>
    play(async (scene) => {
      expectSuccess(await scene.start())
      const stopped = await scene.stop({}, { env: { AWS_ACCESS_KEY_ID: 'ASIAEXPIREDKEY' } })
      expectFailure(stopped, /did not fully succeed/)
      expect(errorOf(stopped)).toMatch(
        /the AWS credentials have expired[\s\S]*A machine that may be left powers itself off at its deadline, `max-lifetime` after its boot\. Run stop again when this is mended\.$/,
      )
      expect(machinesOf(scene, scene.label).map(({ state }) => state)).toEqual(['running'])
      expectSuccess(await scene.stop())
    }),
  LIMIT_MS,
)

import { describe, expect, test } from '@jest/globals'
import { annotations, everLaunched, newLife, NOTHING, rehearse } from './rehearsal.ts'
import type { Inputs, Life, RehearsalOptions, Stage } from './rehearsal.ts'

/** The listing at its latest: what happened a moment ago is not seen yet. */
const LATE: RehearsalOptions = {
  cloud: { latencyMs: () => 100, timing: { listingLagMs: [10_000, 10_000], lateMs: [1_500, 1_500], lateShare: 0.5 } },
}

type Moment = 'before its call' | 'with its call on the way' | 'before it hears the answer'
const MOMENTS: readonly Moment[] = ['before its call', 'with its call on the way', 'before it hears the answer']

/** How many calls a start makes that is left alone. */
function callsOfOneStart(inputs: Inputs): Promise<number> {
  return rehearse(async (stage) => {
    await stage.start(inputs)
    return stage.cloud.calls.length
  }, LATE)
}

/** Plays a start that is killed at its call number `at`, counted from 0, and waits until the dust has settled. */
async function killedStart(stage: Stage, inputs: Inputs, at: number, moment: Moment): Promise<Life> {
  const life = newLife()
  let seen = 0
  const forget = stage.cloud.faults.plan(() => {
    if (seen++ !== at) return undefined
    life.dead = true
    if (moment === 'before its call') return { kind: 'lose-request', afterMs: 0 }
    return moment === 'with its call on the way' ? { kind: 'arrive-late', ms: 4_000, afterMs: 1 } : undefined
  })
  void stage.start(inputs, {}, life)
  for (let seconds = 0; seconds < 60 && !life.dead; seconds++) await stage.clock.sleep(1_000)
  forget()
  return life
}

type Sequel = (stage: Stage, inputs: Inputs, life: Life) => Promise<void>

const SEQUELS: readonly (readonly [string, Sequel])[] = [
  [
    'a stop leaves nothing',
    async (stage) => {
      const stopped = await stage.stop()
      expect({ failed: stopped.failed, told: annotations(stopped) }).toEqual({ failed: '', told: [] })
    },
  ],
  [
    'its post step leaves nothing',
    async (stage, inputs, life) => {
      const posted = await stage.post(life, inputs)
      expect({ failed: posted.failed, told: annotations(posted) }).toEqual({ failed: '', told: [] })
      // What was delivered belongs to stop.
      if (life.record.state['progress'] === 'delivered') await stage.stop()
    },
  ],
  [
    'the step, tried again, has one machine for each runner; and a stop leaves nothing',
    async (stage, inputs) => {
      const started = await stage.start(inputs)
      expect({ failed: started.failed, told: annotations(started) }).toEqual({ failed: '', told: [] })
      expect(stage.left()).toMatchObject({ machines: { length: 1 }, templates: [] })
      expect(stage.left().registrations).toHaveLength(1)
      expect((await stage.stop()).failed).toBe('')
    },
  ],
]

describe.each([
  ['a start', {}],
  ['a start of a runner that is not ephemeral', { ephemeral: 'false' }],
])('%s that is killed at any of its calls', (_what, inputs: Inputs) => {
  describe.each(MOMENTS)('%s', (moment) => {
    test.each(SEQUELS)('%s', async (_sequel, sequel) => {
      const total = await callsOfOneStart(inputs)
      for (let at = 0; at < total; at++) {
        await rehearse(async (stage) => {
          const life = await killedStart(stage, inputs, at, moment)
          await sequel(stage, inputs, life)
          await stage.clock.sleep(60_000)
          const [{ operation } = { operation: '' }] = stage.cloud.calls.slice(at)
          expect({ at, operation, left: stage.left() }).toEqual({ at, operation, left: NOTHING })
        }, LATE)
      }
    })
  })
})

describe('a start whose job is cancelled', () => {
  test.each([0, 100, 300, 600, 2_000, 9_000, 16_000])(
    'after %d ms lets go at once; its post step leaves nothing',
    (ms) =>
      rehearse(async (stage) => {
        const life = newLife()
        const starting = stage.start({}, {}, life)
        await stage.clock.sleep(ms)
        life.cancellation.abort()
        const started = await starting
        expect(started.tookMs - ms).toBeLessThan(7_500)
        const posted = await stage.post(life)
        expect(posted.failed).toBe('')
        await stage.clock.sleep(60_000)
        expect(stage.left()).toEqual(NOTHING)
        expect(everLaunched(stage.cloud).length).toBeLessThanOrEqual(1)
      }, LATE),
  )

  test('the post step of a start that delivered touches nothing', () =>
    rehearse(async (stage) => {
      const life = newLife()
      await stage.start({}, {}, life)
      const before = stage.left()
      const posted = await stage.post(life)
      expect(posted.failed).toBe('')
      expect(stage.left()).toEqual(before)
      expect(before.machines).toHaveLength(1)
    }))
})

import { describe, expect, test } from '@jest/globals'
import type { Fault } from '../../cloud/faults.ts'
import { annotations, callsOf, everLaunched, NOTHING, rehearse } from './rehearsal.ts'
import type { Played, Stage } from './rehearsal.ts'

const JIT = 'POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig'
const TRIES = [1, 2, 3, 4, 5, 6, 7, 8]

/** One machine, one registration, no template; and after stop nothing at all. */
async function expectOne(stage: Stage, started: Played): Promise<void> {
  expect(started.failed).toBe('')
  expect(annotations(started)).toEqual([])
  expect(everLaunched(stage.cloud)).toEqual([started.outputs['instance-id']])
  expect(stage.left()).toMatchObject({ registrations: { length: 1 }, templates: [] })
  expect((await stage.stop()).failed).toBe('')
  expect(stage.left()).toEqual(NOTHING)
}

describe('a launch whose outcome is unknown', () => {
  const FAULTS: readonly (readonly [string, Fault])[] = [
    ['answer', { kind: 'lose-response', afterMs: 2_000 }],
    ['request', { kind: 'lose-request', afterMs: 2_000 }],
    ['answer, garbled on the way,', { kind: 'garble', status: 502 }],
    ['answer, an error of EC2 itself,', { kind: 'refuse', code: 'InternalError', status: 500, message: 'Oops.' }],
  ]
  describe.each(FAULTS)('the %s of CreateFleet is lost', (_what, fault) => {
    test.each(TRIES)('%d times: one machine is launched, and used', (times) =>
      rehearse(async (stage) => {
        for (let n = 0; n < times; n++) stage.cloud.faults.next('CreateFleet', fault)
        await expectOne(stage, await stage.start())
      }),
    )
  })

  test.each(TRIES)('with the listing at its latest, %d lost answers still come to one machine', (times) =>
    rehearse(
      async (stage) => {
        for (let n = 0; n < times; n++) stage.cloud.faults.next('CreateFleet', { kind: 'lose-response', afterMs: 500 })
        await expectOne(stage, await stage.start())
      },
      { cloud: { timing: { listingLagMs: [10_000, 10_000], lateMs: [5_000, 5_000], lateShare: 1 } } },
    ),
  )

  test('every answer is lost for ten runners at once: ten machines, no more', () =>
    rehearse(async (stage) => {
      const stopLosing = stage.cloud.faults.always('CreateFleet', { kind: 'lose-response', afterMs: 100 })
      const starting = stage.start({ count: '10' })
      await stage.clock.sleep(150_000)
      stopLosing()
      expect((await starting).failed).toBe('')
      expect(everLaunched(stage.cloud)).toHaveLength(10)
    }))

  test.each([5, 20, 40, 50, 55, 60, 65, 70, 75, 80, 150])(
    'requests that arrive %d s late make no second machine: either they are waited for, or their template is gone',
    (seconds) =>
      rehearse(async (stage) => {
        for (let n = 0; n < 7; n++)
          stage.cloud.faults.next('CreateFleet', { kind: 'arrive-late', ms: seconds * 1_000, afterMs: 1_000 })
        const started = await stage.start()
        expect(started.failed).toBe('')
        await stage.clock.sleep(200_000)
        expect(everLaunched(stage.cloud)).toEqual([started.outputs['instance-id']])
        expect(stage.left().templates).toEqual([])
      }),
  )

  test('a lost answer to the making of the template changes nothing', () =>
    rehearse(async (stage) => {
      stage.cloud.faults.next('CreateLaunchTemplate', { kind: 'lose-response', afterMs: 500 })
      await expectOne(stage, await stage.start())
    }))

  test.each(TRIES.slice(0, 6))(
    'the answer to a registration is lost %d times: the stranded ones are cleared away',
    (times) =>
      rehearse(async (stage) => {
        for (let n = 0; n < times; n++) stage.cloud.faults.next(JIT, { kind: 'lose-response', afterMs: 500 })
        await expectOne(stage, await stage.start())
      }),
  )

  test('a token that EC2 has seen with other parameters tells of a machine, which is adopted', () =>
    rehearse(
      async (stage) => {
        // The first try of the step dies while it waits for the answer; the second has another registration token.
        stage.cloud.faults.next('CreateFleet', { kind: 'lose-response', afterMs: 7 * 86_400_000 })
        void stage.start({ ephemeral: 'false' })
        await stage.clock.sleep(1_000)
        const second = await stage.start({ ephemeral: 'false' })
        expect(stage.cloud.calls.map(({ outcome }) => outcome)).toContain('IdempotentParameterMismatch')
        expect(second.failed).toBe('')
        expect(everLaunched(stage.cloud)).toEqual([second.outputs['instance-id']])
        expect((await stage.stop()).failed).toBe('')
        expect(stage.left()).toEqual(NOTHING)
      },
      { cloud: { timing: { listingLagMs: [10_000, 10_000] } } },
    ))
})

describe('trouble that passes', () => {
  const PASSING: readonly (readonly [string, Fault])[] = [
    ['a lost answer', { kind: 'lose-response', afterMs: 500 }],
    ['a lost request', { kind: 'lose-request', afterMs: 500 }],
    ['a page of HTML', { kind: 'garble', status: 502 }],
    ['a slow answer', { kind: 'delay', ms: 3_000 }],
    ['a duplicate on the way', { kind: 'duplicate' }],
  ]
  test.each(PASSING)(
    '%s, whichever call it strikes: the start succeeds, and a stop leaves nothing',
    async (_what, fault) => {
      const total = await rehearse(async (stage) => {
        await stage.start({ count: '2' })
        return stage.cloud.calls.length
      })
      for (let struck = 0; struck < total; struck++) {
        await rehearse(async (stage) => {
          strikeCall(stage, struck, fault)
          const started = await stage.start({ count: '2' })
          expect({ struck, failed: started.failed, machines: everLaunched(stage.cloud).length }).toEqual({
            struck,
            failed: '',
            machines: 2,
          })
          expect(annotations(started)).toEqual([])
          expect((await stage.stop()).failed).toBe('')
          expect(stage.left()).toEqual(NOTHING)
        })
      }
    },
  )

  test('throttling is waited out', () =>
    rehearse(async (stage) => {
      const throttle: Fault = {
        kind: 'refuse',
        code: 'RequestLimitExceeded',
        status: 503,
        message: 'Request limit exceeded.',
      }
      for (const operation of ['CreateFleet', 'DescribeSubnets', 'CreateLaunchTemplate'])
        for (let n = 0; n < 5; n++) stage.cloud.faults.next(operation, throttle)
      await expectOne(stage, await stage.start())
      expect(callsOf(stage.cloud, 'CreateFleet')).toBe(6)
    }))
})

/** Strikes the call that comes as number `at`, counted from 0 over all services. */
function strikeCall(stage: Stage, at: number, fault: Fault): void {
  let seen = 0
  stage.cloud.faults.plan(() => (seen++ === at ? fault : undefined))
}

describe('a start that fails', () => {
  const TEMPLATE_LEFT: unknown = [expect.stringMatching(/^warning: The launch template could not be removed/)]
  const DENIED: Fault = { kind: 'refuse', code: 'UnauthorizedOperation', status: 403, message: 'You may not.' }

  test.each([
    ['one runner', { count: '1' }],
    ['two runners', { count: '2' }],
    ['a runner that is not ephemeral', { ephemeral: 'false' }],
  ])('at any call, for %s: it says so and leaves nothing, or it succeeds', async (_what, inputs) => {
    const total = await rehearse(async (stage) => {
      await stage.start(inputs)
      return stage.cloud.calls.length
    })
    const outcomes = new Set<string>()
    for (let struck = 0; struck < total; struck++) {
      await rehearse(async (stage) => {
        strikeCall(stage, struck, DENIED)
        const started = await stage.start(inputs)
        const { operation } = stage.cloud.calls[struck] ?? { operation: '' }
        outcomes.add(`${operation}: ${started.failed === '' ? 'goes on' : 'fails'}`)
        if (started.failed === '') await stage.stop()
        const left = stage.left()
        expect({ struck, operation, left, told: annotations(started) }).toEqual({
          struck,
          operation,
          left: NOTHING,
          // Only what a person may have to look after is worth a warning.
          told: operation === 'DeleteLaunchTemplate' ? TEMPLATE_LEFT : [],
        })
      })
    }
    expect(outcomes).toContain('CreateFleet: fails')
  })
})

import { describe, expect, test } from '@jest/globals'
import { isOutcomeUnknown, PlatformError } from '../src/domain/failures.ts'
import type { Failure } from '../src/domain/failures.ts'
import { PATIENT, retry } from '../src/retry.ts'

const failure = (code: string, more: Partial<Failure> = {}): PlatformError =>
  new PlatformError({ service: 'aws', operation: 'CreateFleet', code, message: '', ...more })

/** Fails as told, then succeeds; the pauses between are noted. */
async function run(errors: readonly Error[], random = 1) {
  const pauses: number[] = []
  const clock = {
    now: () => 0,
    sleep: async (ms: number) => {
      pauses.push(ms)
    },
  }
  let calls = 0
  const outcome = await retry({ clock, random: () => random }, PATIENT, async () => {
    const error = errors[calls++]
    if (error !== undefined) throw error
    return 'done'
  }).catch((error: unknown) => error)
  return { pauses, calls, outcome }
}

const times = <E extends Error>(count: number, error: E): E[] => Array.from({ length: count }, () => error)

describe('a call that fails', () => {
  test('for a while succeeds, after pauses that double up to a limit', async () => {
    const { pauses, outcome } = await run(times(6, failure('Timeout')))
    expect(outcome).toBe('done')
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000])
  })

  test('for longer is given up, with what the last try threw', async () => {
    const last = failure('InternalError')
    const { calls, outcome } = await run([...times(6, failure('Timeout')), last, failure('Timeout')])
    expect({ calls, outcome }).toEqual({ calls: 7, outcome: last })
  })

  test('is paused for at least half of that, whatever the dice say', async () => {
    expect((await run(times(2, failure('Timeout')), 0)).pauses).toEqual([500, 1_000])
  })

  test.each([
    ['in a way that time does not mend', failure('UnauthorizedOperation', { status: 403 })],
    ['for want of capacity', failure('InsufficientInstanceCapacity')],
    ['by a bug', new TypeError('undefined is not a function')],
    ['because it must wait for ten minutes', failure('RequestLimitExceeded', { retryAfterMs: 600_000 })],
  ])('%s is not repeated', async (_what, error) => {
    expect(await run([error])).toEqual({ calls: 1, pauses: [], outcome: error })
  })

  test.each([
    ['refused at last', [failure('Network'), failure('UnauthorizedOperation')], true],
    ['throttled at last', [failure('HTTP 502', { status: 502 }), ...times(6, failure('RequestLimitExceeded'))], true],
    ['throttled all the time', times(7, failure('RequestLimitExceeded')), false],
    ['refused at once', [failure('UnauthorizedOperation')], false],
  ])('and is %s leaves a doubt where one of its tries got no answer', async (_what, errors, inDoubt) => {
    const { outcome } = await run(errors)
    expect(outcome).toMatchObject({ failure: { code: errors.at(-1)?.failure.code } })
    expect(outcome instanceof PlatformError && isOutcomeUnknown(outcome.failure)).toBe(inDoubt)
  })

  test('is repeated no earlier than the platform asked', async () => {
    expect((await run([failure('RequestLimitExceeded', { retryAfterMs: 7_000 })])).pauses).toEqual([7_000])
    expect((await run([failure('RequestLimitExceeded', { retryAfterMs: 60_000 })])).pauses).toEqual([60_000])
    expect((await run([failure('RequestLimitExceeded', { retryAfterMs: 1 })])).pauses).toEqual([1_000])
  })
})

test('a call may have its own reasons to be repeated', async () => {
  let calls = 0
  const clock = { now: () => 0, sleep: async () => undefined }
  const call = async (): Promise<number> => {
    calls += 1
    if (calls < 3) throw failure('InvalidGroup.NotFound')
    return calls
  }
  const repeated = retry({ clock, random: () => 0 }, PATIENT, call, ({ code }) => code === 'InvalidGroup.NotFound')
  await expect(repeated).resolves.toBe(3)
})

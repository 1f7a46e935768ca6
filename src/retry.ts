import { isOutcomeUnknown, PlatformError, ruleOf, type Failure } from './domain/failures.ts'
import type { Clock, Random } from './ports/host.ts'

export interface RetryPolicy {
  /** How often at most, the first try included. */
  readonly tries: number
  /** Pause after the first try; doubled each time. */
  readonly pauseMs: number
  readonly pauseLimitMs: number
  /** Milliseconds since the epoch; no pause goes beyond it. */
  readonly notAfterMs?: number
}

/** Rides out a minute of trouble: pauses of about 1, 2, 4, 8, 16 and 20 s. */
export const PATIENT: RetryPolicy = { tries: 7, pauseMs: 1_000, pauseLimitMs: 20_000 }

/** A platform that asks for more than this has to be left alone: the start would be over before. */
const LONGEST_RETRY_AFTER_MS = 60_000

/**
 * Repeats `call` while its failure is one that time mends. The pause has full jitter in its upper half, so
 * that a matrix of starts does not come back in step.
 *
 * @param shouldRepeat which failures to repeat; by default those whose rule says so
 * @throws what the last try threw, with a note where an earlier try may have had its effect
 */
export async function retry<T>(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  policy: RetryPolicy,
  call: () => Promise<T>,
  shouldRepeat: (failure: Failure) => boolean = (failure) => ruleOf(failure).reaction === 'repeat',
): Promise<T> {
  let isInDoubt = false
  for (let tries = 1; ; tries++) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error
      const last = isInDoubt ? doubtful(error) : error
      isInDoubt ||= isOutcomeUnknown(error.failure)
      if (tries >= policy.tries || !shouldRepeat(error.failure)) throw last
      const asked = error.failure.retryAfterMs ?? 0
      if (asked > LONGEST_RETRY_AFTER_MS) throw last
      const pause = Math.min(policy.pauseMs * 2 ** (tries - 1), policy.pauseLimitMs)
      const waitMs = Math.max(asked, pause * (0.5 + random() / 2))
      if (clock.now() + waitMs > (policy.notAfterMs ?? Number.POSITIVE_INFINITY)) throw last
      await clock.sleep(waitMs)
    }
  }
}

/** The last try was refused, but one before it may have had its effect: nobody knows what there is now. */
function doubtful(error: PlatformError): PlatformError {
  if (isOutcomeUnknown(error.failure)) return error
  return new PlatformError({ ...error.failure, mayHaveHappened: true }, { cause: error })
}

/** How long things take in the model. Milliseconds; a pair is the range of a seeded draw. */
export interface Timing {
  /** From launch to `running`; a live median is 5 s (of which the call itself takes about 2 s). */
  bootMs: readonly [number, number]
  /** From `shutting-down` to `terminated`. */
  shutdownMs: readonly [number, number]
  /** After how long a new object, and then its tags, appear in listings. */
  listingLagMs: readonly [number, number]
  /** How often (0 to 1) the id of a new instance or a new template is unknown at first, and for how long. */
  lateShare: number
  lateMs: readonly [number, number]
  /** After termination. */
  tagsFadeMs: number
  terminatedForgottenMs: number
  spotRequestForgottenMs: number
}

export const TIMING: Timing = {
  bootMs: [2_500, 6_000],
  shutdownMs: [5_000, 40_000],
  listingLagMs: [0, 5_000],
  lateShare: 0.1,
  lateMs: [200, 1_500],
  tagsFadeMs: 20 * 60_000,
  terminatedForgottenMs: 60 * 60_000,
  spotRequestForgottenMs: 4 * 60 * 60_000,
}

/** A draw from a range, both ends included. */
export function draw(random: () => number, [low, high]: readonly [number, number]): number {
  return Math.round(low + random() * (high - low))
}

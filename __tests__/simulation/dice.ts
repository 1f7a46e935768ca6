/** The one source of randomness of a simulation: the model, ties, faults and retry jitter all draw from it. */
export interface Dice {
  /** A number in [0, 1). */
  readonly roll: () => number
  chance(probability: number): boolean
  /** Milliseconds, or any other number, in [low, high). */
  between(low: number, high: number): number
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number
  pick<T>(from: readonly T[]): T
}

/** The same numbers for the same seed. */
export function dice(seed: number): Dice {
  const roll = mulberry32(seed)
  return {
    roll,
    chance: (probability) => roll() < probability,
    between: (low, high) => low + roll() * (high - low),
    whole: (low, high) => low + Math.floor(roll() * (high - low + 1)),
    pick: <T>(from: readonly T[]) => from[Math.floor(roll() * from.length)] as T,
  }
}

function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

import type { Clock, Random } from '../ports/host.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

export const systemRandom: Random = () => Math.random()

import type { CloudClock } from '../clock.ts'
import { refusal } from './refusal.ts'

/** Burst, and refill for each second. Source: "Request throttling for the Amazon EC2 API". */
type Bucket = readonly [burst: number, perSecond: number]

const MUTATING: Bucket = [50, 5]
const FILTERED: Bucket = [100, 20]
const UNFILTERED: Bucket = [50, 10]

const OWN: Readonly<Record<string, Bucket>> = {
  CreateFleet: MUTATING,
  CreateLaunchTemplate: MUTATING,
  DeleteLaunchTemplate: MUTATING,
  TerminateInstances: [100, 5],
}
const DEARER_UNFILTERED = new Set(['DescribeInstances', 'DescribeSpotInstanceRequests'])

export type Throttle = (operation: string, input: Readonly<Record<string, unknown>>) => void

/** The token buckets of one account in one region; the result refuses what overdraws them. */
export function createThrottle(clock: CloudClock): Throttle {
  const levels = new Map<string, { level: number; atMs: number }>()
  return (operation, input) => {
    const unfiltered =
      DEARER_UNFILTERED.has(operation) && input['Filters'] === undefined && input['MaxResults'] === undefined
    const [burst, perSecond] = OWN[operation] ?? (unfiltered ? UNFILTERED : FILTERED)
    const key = unfiltered ? `${operation} unfiltered` : operation
    const now = clock.now()
    const { level, atMs } = levels.get(key) ?? { level: burst, atMs: now }
    const filled = Math.min(burst, level + ((now - atMs) / 1000) * perSecond)
    levels.set(key, { level: filled < 1 ? filled : filled - 1, atMs: now })
    if (filled < 1) throw refusal('RequestLimitExceeded', 'Request limit exceeded.', 503)
  }
}

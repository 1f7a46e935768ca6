import type { CloudClock } from './clock.ts'
import { copyOf } from './copy.ts'
import { suffer } from './faults.ts'
import type { Call, Fault, Planner } from './faults.ts'

/** One call that came to a door of the model, and what became of it. */
export interface RecordedCall extends Call {
  readonly atMs: number
  /** When the caller learned the outcome; undefined while it waits. */
  answeredAtMs: number | undefined
  /** `pending`, `ok`, or the code of the error that the caller saw. */
  outcome: string
  /** How often the call reached the platform: 0 where it was lost on the way, 2 where it was duplicated. */
  effects: number
}

export interface Faults {
  /** Asks `planner` about each call; the one registered last has the first say. The result takes it out again. */
  plan(planner: Planner): () => void
  /** The next call of this operation (of any, for `*`) suffers `fault`; several queue up. */
  next(operation: string, fault: Fault): void
  /** Every call of this operation suffers `fault`, until the result is called. */
  always(operation: string, fault: Fault): () => void
  clear(): void
}

/** Where calls come in: recorded, delayed, hit by faults. */
export interface Door {
  readonly calls: RecordedCall[]
  readonly faults: Faults
  pass<T>(
    call: Omit<Call, 'index'>,
    effect: () => T,
    refusal: (code: string, status: number, message: string) => Error,
  ): Promise<T>
}

/** @param latencyMs how long a call takes, from the caller and back; half of it before the effect */
export function createDoor(clock: CloudClock, latencyMs: (operation: string) => number): Door {
  const calls: RecordedCall[] = []
  const counts = new Map<string, number>()
  const planners: Planner[] = []
  const faults = createFaults(planners)
  const wait = async (ms: number): Promise<void> => {
    if (ms > 0) await new Promise<void>((resolve) => clock.after(ms, resolve))
  }
  return {
    calls,
    faults,
    async pass(call, effect, refusal) {
      const index = counts.get(call.operation) ?? 0
      counts.set(call.operation, index + 1)
      const input = copyOf(call.input)
      const record: RecordedCall = {
        ...call,
        input,
        index,
        atMs: clock.now(),
        answeredAtMs: undefined,
        outcome: 'pending',
        effects: 0,
      }
      calls.push(record)
      const fault = firstSay(planners, record)
      const halfMs = latencyMs(call.operation) / 2
      try {
        await wait(halfMs)
        const counted = (): ReturnType<typeof effect> => {
          record.effects += 1
          return effect()
        }
        const answer = await suffer(clock, fault, counted, refusal)
        await wait(halfMs)
        record.outcome = 'ok'
        return answer
      } catch (error) {
        await wait(halfMs)
        record.outcome = codeOf(error)
        throw error
      } finally {
        record.answeredAtMs = clock.now()
      }
    },
  }
}

/** Asks no further once one has spoken: a planner may count its turns. */
function firstSay(planners: readonly Planner[], call: Call): Fault | undefined {
  for (const planner of [...planners]) {
    const fault = planner(call)
    if (fault !== undefined) return fault
  }
  return undefined
}

function createFaults(planners: Planner[]): Faults {
  const remove = (planner: Planner): void => {
    const at = planners.indexOf(planner)
    if (at >= 0) planners.splice(at, 1)
  }
  const plan = (planner: Planner): (() => void) => {
    planners.unshift(planner)
    return () => {
      remove(planner)
    }
  }
  return {
    plan,
    next(operation, fault) {
      const once: Planner = (call) => {
        if (!names(operation, call)) return undefined
        remove(once)
        return fault
      }
      // Behind the others, so that the first registered is the first to strike.
      planners.push(once)
    },
    always: (operation, fault) => plan((call) => (names(operation, call) ? fault : undefined)),
    clear() {
      planners.length = 0
    },
  }
}

const names = (operation: string, call: Call): boolean => operation === '*' || operation === call.operation

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if ('code' in error && typeof error.code === 'string') return error.code
  if ('status' in error && typeof error.status === 'number') return `HTTP ${String(error.status)}`
  return error.name
}

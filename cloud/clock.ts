/** Time as the model sees it: reading it, and being called when it comes. */
export interface CloudClock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Runs `event` once `ms` have passed; the result cancels it. */
  after(ms: number, event: () => void): () => void
}

/** The machine's own clock; pending events do not keep the process alive. */
export function realClock(): CloudClock {
  return {
    now: () => Date.now(),
    after(ms, event) {
      const timer = setTimeout(event, ms)
      timer.unref()
      return () => {
        clearTimeout(timer)
      }
    },
  }
}

interface Pending {
  readonly atMs: number
  /** Drawn from the seed: decides between events of the same instant. */
  readonly tie: number
  readonly order: number
  readonly event: () => void
}

export interface VirtualClock extends CloudClock {
  sleep(ms: number): Promise<void>
  /** Lets time run, event by event, until `done` is true or nothing is pending any more or `limitMs` have passed. */
  runUntil(done: () => boolean, limitMs: number): Promise<void>
}

/**
 * A clock that jumps from event to event. Between two events every promise that can settle does, so what
 * a flow does in no time happens in no time.
 *
 * @param random decides the order of events of the same instant
 */
export function virtualClock(startMs: number, random: () => number = () => 0): VirtualClock {
  let nowMs = startMs
  let order = 0
  const pending = new Set<Pending>()

  const after = (ms: number, event: () => void): (() => void) => {
    const entry = { atMs: nowMs + Math.max(0, ms), tie: random(), order: order++, event }
    pending.add(entry)
    return () => pending.delete(entry)
  }
  const next = (): Pending | undefined => {
    let first: Pending | undefined
    for (const entry of pending) if (first === undefined || comesBefore(entry, first)) first = entry
    return first
  }
  return {
    now: () => nowMs,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    async runUntil(done, limitMs) {
      const endMs = nowMs + limitMs
      await settle()
      for (let entry = next(); !done() && entry !== undefined && entry.atMs <= endMs; entry = next()) {
        pending.delete(entry)
        nowMs = Math.max(nowMs, entry.atMs)
        entry.event()
        await settle()
      }
      if (!done()) nowMs = Math.max(nowMs, endMs)
    },
  }
}

function comesBefore(a: Pending, b: Pending): boolean {
  return a.atMs - b.atMs < 0 || (a.atMs === b.atMs && (a.tie < b.tie || (a.tie === b.tie && a.order < b.order)))
}

/** A macrotask: all promise reactions that are due run before it. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

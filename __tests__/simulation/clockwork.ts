import type { VirtualClock } from '../../cloud/clock.ts'

interface Pending {
  readonly atMs: number
  readonly tie: number
  readonly order: number
  /** Undefined once it was cancelled. */
  event: (() => void) | undefined
}

export interface Clockwork extends VirtualClock {
  /** Looks at the world after every event, and may plan others. */
  watch: () => void
  readonly events: () => number
}

/** The cloud's virtual clock for long simulations: with a heap, and with somebody who looks after every event. */
export function createClockwork(startMs: number, random: () => number): Clockwork {
  let nowMs = startMs
  let order = 0
  let events = 0
  const heap = createHeap()
  const after = (ms: number, event: () => void): (() => void) => {
    const entry: Pending = { atMs: nowMs + Math.max(0, ms), tie: random(), order: order++, event }
    heap.push(entry)
    return () => {
      entry.event = undefined
    }
  }
  const clock: Clockwork = {
    watch: () => undefined,
    events: () => events,
    now: () => nowMs,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    async runUntil(done, limitMs) {
      const endMs = nowMs + limitMs
      await settle()
      clock.watch()
      while (!done()) {
        const entry = heap.peek()
        if (entry === undefined || entry.atMs > endMs) {
          nowMs = Math.max(nowMs, endMs)
          return
        }
        heap.pop()
        const { event } = entry
        if (event === undefined) continue
        nowMs = Math.max(nowMs, entry.atMs)
        events += 1
        event()
        await settle()
        clock.watch()
      }
    },
  }
  return clock
}

/** A macrotask: all promise reactions that are due run before it. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Heap {
  push(entry: Pending): void
  peek(): Pending | undefined
  pop(): void
}

function createHeap(): Heap {
  const all: Pending[] = []
  const isBefore = (a: number, b: number): boolean => {
    const [first, second] = [all[a], all[b]]
    return first !== undefined && second !== undefined && comesBefore(first, second)
  }
  const swap = (a: number, b: number): void => {
    const [first, second] = [all[a], all[b]]
    if (first === undefined || second === undefined) return
    all[a] = second
    all[b] = first
  }
  return {
    peek: () => all[0],
    push(entry) {
      let index = all.push(entry) - 1
      for (let parent = (index - 1) >> 1; index > 0 && isBefore(index, parent); parent = (index - 1) >> 1) {
        swap(index, parent)
        index = parent
      }
    },
    pop() {
      const last = all.pop()
      if (last === undefined || all.length === 0) return
      all[0] = last
      for (let index = 0, least = 0; ; index = least) {
        for (const child of [2 * index + 1, 2 * index + 2]) if (isBefore(child, least)) least = child
        if (least === index) return
        swap(index, least)
      }
    },
  }
}

function comesBefore(a: Pending, b: Pending): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs
  return a.tie === b.tie ? a.order < b.order : a.tie < b.tie
}

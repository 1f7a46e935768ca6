import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '../run.ts'

export interface Violation {
  readonly invariant: string
  readonly what: string
}

/** A seed under which an invariant was broken. */
export interface Failing {
  readonly seed: number
  readonly violations: readonly Violation[]
}

export interface Order {
  readonly kind: 'seeds' | 'trace' | 'mutant' | 'list'
  readonly first?: number
  readonly count?: number
  readonly step?: number
  readonly mutant?: string
}

/** One thing that a worker has to tell. */
export interface Line {
  readonly failing?: number
  readonly violations?: readonly Violation[]
  readonly played?: number
  readonly counts?: readonly (readonly [string, number])[]
  readonly trace?: readonly string[]
  readonly hash?: string
  readonly mutant?: string
  readonly caughtBy?: string
  readonly seed?: number
  readonly others?: readonly string[]
  readonly required?: readonly string[]
  readonly mutants?: readonly string[]
}

/**
 * Has a worker process carry out an order. The simulation stands among the tests, which no script imports.
 *
 * @throws Error where the worker breaks down
 */
export async function orderOf(order: Order, hear: (line: Line) => void): Promise<void> {
  const worker = spawn(process.execPath, [resolve(ROOT, '__tests__/simulation/worker.ts'), JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((done) => worker.on('close', done))
  for await (const line of createInterface({ input: worker.stdout })) hear(JSON.parse(line) as Line)
  const code = await ended
  if (code !== 0) throw new Error(`A worker of the simulation ended with ${String(code)}`)
}

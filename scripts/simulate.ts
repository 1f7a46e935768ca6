/**
 * `npm run simulate -- --seeds N [--from S]`: plays seeds on all cores and prints those that fail.
 * `npm run simulate -- --seed S --trace [--mutant NAME]`: prints what happens under one seed.
 * `npm run simulate -- --mutants`: breaks the product on purpose, and fails where nobody notices.
 */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { keepSeeds } from './simulate/kept.ts'
import { orderOf, type Failing } from './simulate/orders.ts'

/** Enough for every fault and every kill to have happened. */
const USUAL_SEEDS = 2_000

/** Each mutant must be caught within so many seeds. */
const MUTANT_SEEDS = 2_000

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: String(USUAL_SEEDS) },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    trace: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    mutant: { type: 'string', default: '' },
  },
})

process.exitCode = (await run()) ? 0 : 1

async function run(): Promise<boolean> {
  if (values.mutants) return playMutants()
  if (values.trace) return trace(Number(values.seed ?? values.from))
  return values.seed === undefined
    ? playSeeds(Number(values.from), Number(values.seeds))
    : playSeeds(Number(values.seed), 1)
}

async function playSeeds(from: number, seeds: number): Promise<boolean> {
  const workers = Math.min(availableParallelism(), seeds)
  const counts = new Map<string, number>()
  const failing: Failing[] = []
  const began = performance.now()
  let played = 0
  await Promise.all(
    Array.from({ length: workers }, async (_, index) => {
      const count = Math.ceil((seeds - index) / workers)
      let before = 0
      await orderOf({ kind: 'seeds', first: from + index, count, step: workers }, (line) => {
        if (line.failing !== undefined) failing.push(tell({ seed: line.failing, violations: line.violations ?? [] }))
        for (const [what, times] of line.counts ?? []) counts.set(what, (counts.get(what) ?? 0) + times)
        if (line.played === undefined) return
        played += line.played - before
        before = line.played
        if (process.stderr.isTTY) process.stderr.write(`\r${String(played)} of ${String(seeds)}`)
      })
    }),
  )
  keepSeeds(failing)
  const seconds = (performance.now() - began) / 1_000
  const missing = seeds < USUAL_SEEDS ? [] : await unmet(counts)
  printCounts(counts)
  for (const what of missing) console.log(`never happened: ${what}`)
  console.log(`${String(seeds)} seeds, ${String(failing.length)} failing, ${seconds.toFixed(1)} s`)
  return failing.length === 0 && missing.length === 0
}

function tell(failed: Failing): Failing {
  const invariants = new Map(failed.violations.map(({ invariant, what }) => [invariant, what]))
  for (const [invariant, what] of invariants) console.log(`seed ${String(failed.seed)}: ${invariant}: ${what}`)
  return failed
}

async function unmet(counts: ReadonlyMap<string, number>): Promise<readonly string[]> {
  let required: readonly string[] = []
  await orderOf({ kind: 'list' }, (line) => {
    required = line.required ?? []
  })
  return required.filter((what) => !counts.has(what))
}

function printCounts(counts: ReadonlyMap<string, number>): void {
  for (const [what, times] of [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${String(times).padStart(8)} ${what}`)
}

async function trace(seed: number): Promise<boolean> {
  let failed = false
  await orderOf(
    { kind: 'trace', first: seed, mutant: values.mutant },
    ({ trace: lines = [], violations = [], hash }) => {
      for (const line of lines) console.log(line)
      for (const { invariant, what } of violations) console.log(`${invariant}: ${what}`)
      console.log(`seed ${String(seed)}, trace ${String(hash)}`)
      failed = violations.length > 0
    },
  )
  return !failed
}

async function playMutants(): Promise<boolean> {
  let names: readonly string[] = []
  await orderOf({ kind: 'list' }, (line) => {
    names = line.mutants ?? []
  })
  const waiting = names.filter((name) => name.includes(values.mutant))
  const survivors: string[] = []
  const lane = async (): Promise<void> => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      await orderOf({ kind: 'mutant', mutant, first: Number(values.from), count: MUTANT_SEEDS }, (line) => {
        if (line.seed === undefined) survivors.push(String(line.mutant))
        console.log(
          line.seed === undefined
            ? `SURVIVES ${String(line.mutant)}: ${String(line.caughtBy)} did not notice; noticed: ${(line.others ?? []).join(', ') || 'nothing'}`
            : `caught   ${String(line.mutant)}: ${String(line.caughtBy)}, seed ${String(line.seed)}`,
        )
      })
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
  console.log(`${String(survivors.length)} mutants survive`)
  return survivors.length === 0
}

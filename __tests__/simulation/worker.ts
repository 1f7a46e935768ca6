/**
 * Plays seeds and prints one line of JSON for each thing worth telling: a process of its own, so that several
 * cores can be used. The first argument is the work order, as JSON.
 */
import { REQUIRED } from './coverage.ts'
import { MUTANTS, productOf } from './mutants.ts'
import { REAL } from './product.ts'
import { simulate } from './simulate.ts'

interface Order {
  readonly kind: 'seeds' | 'trace' | 'mutant' | 'list'
  readonly first?: number
  readonly count?: number
  /** From one seed to the next: the other workers take those in between. */
  readonly step?: number
  readonly mutant?: string
}

/** So many seeds are told of at a time. */
const REPORT = 100

const { kind, first = 1, count = 1, step = 1, mutant = '' } = JSON.parse(process.argv[2] ?? '{}') as Order

function say(what: object): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

async function playSeeds(): Promise<void> {
  const counts = new Map<string, number>()
  for (let n = 0; n < count; n++) {
    const seed = first + n * step
    const outcome = await simulate(seed, REAL)
    for (const [what, times] of outcome.counts) counts.set(what, (counts.get(what) ?? 0) + times)
    if (outcome.violations.length > 0) say({ failing: seed, violations: outcome.violations })
    if ((n + 1) % REPORT === 0 || n + 1 === count) {
      say({ played: n + 1, counts: [...counts] })
      counts.clear()
    }
  }
}

async function playTrace(): Promise<void> {
  const { trace, violations, hash } = await simulate(first, await chosen(), true)
  say({ trace, violations, hash })
}

async function playMutant(): Promise<void> {
  const product = await chosen()
  const caughtBy = MUTANTS.find(({ name }) => name === mutant)?.caughtBy
  const others = new Set<string>()
  for (let seed = first; seed < first + count; seed++) {
    const { violations } = await simulate(seed, product)
    const found = violations.find(({ invariant }) => invariant === caughtBy)
    for (const { invariant } of violations) others.add(invariant)
    // What the product itself gets wrong proves nothing about the mutant.
    if (found === undefined || (await simulate(seed, REAL)).violations.some(({ invariant }) => invariant === caughtBy))
      continue
    say({ mutant, caughtBy, seed, what: found.what })
    return
  }
  say({ mutant, caughtBy, others: [...others] })
}

async function chosen() {
  const found = MUTANTS.find(({ name }) => name === mutant)
  return found === undefined ? REAL : productOf(found)
}

if (kind === 'seeds') await playSeeds()
else if (kind === 'trace') await playTrace()
else if (kind === 'mutant') await playMutant()
else say({ required: REQUIRED, mutants: MUTANTS.map(({ name }) => name) })

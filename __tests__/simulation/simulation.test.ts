import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { apply } from './patched.ts'
import { MUTANTS, productOf } from './mutants.ts'
import { REAL } from './product.ts'
import { simulate } from './simulate.ts'

/** Each is a world of its own; `npm run simulate` plays as many as you like. */
const SEEDS = 300
const BATCH = 50

const KEPT = Object.keys(
  JSON.parse(readFileSync(new URL('./seeds.json', import.meta.url), 'utf8')) as Record<string, string>,
).map(Number)

async function brokenBy(seeds: readonly number[]): Promise<readonly string[]> {
  const broken: string[] = []
  for (const seed of seeds)
    for (const { invariant, what } of (await simulate(seed, REAL)).violations)
      broken.push(`seed ${String(seed)}: ${invariant}: ${what}`)
  return broken
}

const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, n) => first + n)

describe('whatever fails, is lost, late, doubled or killed: nothing is left, and nobody else is touched', () => {
  const batches = range(0, SEEDS / BATCH).map((n) => range(1 + n * BATCH, BATCH))

  test.each(batches.map((seeds) => ({ from: seeds[0], to: seeds.at(-1), seeds })))(
    'seeds $from to $to',
    async ({ seeds }) => {
      expect(await brokenBy(seeds)).toEqual([])
    },
    120_000,
  )

  test('seeds that failed once', async () => {
    expect(await brokenBy(KEPT)).toEqual([])
  }, 120_000)
})

describe('the simulation itself', () => {
  test('the same seed gives the same trace, and another seed another', async () => {
    const [once, again, other] = [
      await simulate(7, REAL, true),
      await simulate(7, REAL, true),
      await simulate(8, REAL, true),
    ]
    expect(once.trace.length).toBeGreaterThan(50)
    expect(again.hash).toBe(once.hash)
    expect(other.hash).not.toBe(once.hash)
  })

  test('watching does not change what happens', async () => {
    const [silent, watched] = [await simulate(9, REAL), await simulate(9, REAL, true)]
    expect(silent.events).toBe(watched.events)
    expect([...silent.counts]).toEqual([...watched.counts])
  })

  test('a broken product is noticed', async () => {
    const mutant = MUTANTS.find(({ name }) => name === 'a new client token for each try')
    if (mutant === undefined) throw new Error('there is no such mutant any more')
    const product = await productOf(mutant)
    const noticed: string[] = []
    for (const seed of range(1, 30))
      noticed.push(...(await simulate(seed, product)).violations.map(({ invariant }) => invariant))
    expect(noticed).toContain(mutant.caughtBy)
  }, 60_000)

  const patches = MUTANTS.flatMap(({ name, patches = [] }) => patches.map((patch) => ({ name, patch })))
  test.each(patches)('mutant "$name" still finds its place in the source', ({ patch }) => {
    expect(() => apply(patch)).not.toThrow()
  })
})

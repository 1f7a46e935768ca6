import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ROOT } from '../run.ts'
import type { Failing } from './orders.ts'

const KEPT = resolve(ROOT, '__tests__/simulation/seeds.json')

/** More would make the tests slow and teach nothing new: the first of each kind tell enough. */
const KEPT_OF_ONE_RUN = 3

/** Seeds that failed once are played by the tests for ever. */
export function keepSeeds(failing: readonly Failing[]): void {
  const kept = JSON.parse(readFileSync(KEPT, 'utf8')) as Record<string, string>
  const news = failing.filter(({ seed }) => !(String(seed) in kept)).slice(0, KEPT_OF_ONE_RUN)
  if (news.length === 0) return
  for (const { seed, violations } of news) kept[String(seed)] = violations[0]?.invariant ?? ''
  writeFileSync(KEPT, `${JSON.stringify(kept, undefined, 2)}\n`)
  console.log(`kept in ${KEPT}: ${news.map(({ seed }) => String(seed)).join(', ')}`)
}

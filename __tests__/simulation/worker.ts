/** Plays a range of seeds and prints one line of JSON for each: a process of its own, so that two cores can be used. */
import { REAL } from './product.ts'
import { simulate } from './simulate.ts'

const [first = '1', count = '1', step = '1', tracing = ''] = process.argv.slice(2)
for (let n = 0; n < Number(count); n++) {
  const { seed, violations, counts, trace, hash, events } = await simulate(
    Number(first) + n * Number(step),
    REAL,
    tracing !== '',
  )
  process.stdout.write(
    `${JSON.stringify({ seed, violations, counts: [...counts], events, ...(tracing === '' ? {} : { trace, hash }) })}\n`,
  )
}

import { describe, expect, test } from '@jest/globals'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { parseInterface } from '../../scripts/reference.ts'
import { readInputs } from '../../src/inputs.ts'
import { fencesOf, markdownPages, pageText, ROOT } from './pages.ts'

const ACTION = parseInterface(readFileSync(join(ROOT, 'action.yml'), 'utf8'))
const BOOT_SCRIPT = readFileSync(join(ROOT, 'src', 'boot', 'boot.sh'), 'utf8')

interface Step {
  readonly id?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly needs?: string | readonly string[]
  readonly if?: string
  readonly outputs?: Readonly<Record<string, string>>
  readonly permissions?: unknown
  readonly steps?: readonly Step[]
}

interface Example {
  readonly jobs?: Readonly<Record<string, Job>>
  readonly steps?: readonly Step[]
}

const EXAMPLES = markdownPages().flatMap((path) =>
  fencesOf(pageText(path))
    .filter(({ language }) => language === 'yaml' || language === 'yml')
    .map(({ text, line }) => ({ where: `${path}:${String(line)}`, text })),
)

const OURS = /(^|\/)ec2-spot-runner@/

const STEPS = EXAMPLES.flatMap(({ where, text }) => {
  const example = parse(text) as Example
  const jobs = { ...example.jobs, ...(example.steps === undefined ? {} : { '': { steps: example.steps } }) }
  return Object.entries(jobs).flatMap(([job, { steps = [] }]) =>
    steps
      .filter(({ uses }) => OURS.test(uses ?? ''))
      .map((step) => ({ where: `${where} ${job} ${String(step.with?.['mode'])}`, step })),
  )
})

describe('the examples of the pages are workflows that work', () => {
  test('the README and the guide have examples, and they use the action', () => {
    expect(EXAMPLES.filter(({ where }) => where.startsWith('README.md'))).not.toEqual([])
    expect(STEPS.filter(({ where }) => where.startsWith('README.md')).length).toBeGreaterThanOrEqual(2)
    expect(STEPS.filter(({ where }) => where.startsWith('docs/guide.md')).length).toBeGreaterThanOrEqual(6)
  })

  test.each(EXAMPLES)('$where is YAML', ({ text }) => {
    expect(() => parse(text, { strict: true, uniqueKeys: true }) as unknown).not.toThrow()
  })

  test.each(STEPS)('$where passes only inputs that there are', ({ step }) => {
    expect(Object.keys(ACTION.inputs ?? {})).toEqual(expect.arrayContaining(Object.keys(step.with ?? {})))
  })

  test.each(STEPS)('$where passes what its mode needs, and nothing that it refuses', ({ step }) => {
    const given = Object.fromEntries(Object.entries(step.with ?? {}).map(([name, value]) => [name, literal(value)]))
    expect(given['github-token']).not.toBe('')
    // The step before it, or the environment, sets the region.
    const inputs: Record<string, string> = { 'aws-region': 'eu-central-1', ...given }
    expect(() => readInputs((name) => inputs[name] ?? '', BOOT_SCRIPT)).not.toThrow()
  })

  test.each(EXAMPLES.filter(({ text }) => /\n {2}start:/.test(text)))(
    '$where stops what it starts, whatever becomes of the job between, or leaves stop out for brevity',
    ({ where, text }) => {
      const { jobs = {} } = parse(text) as Example
      const stop = jobs['stop']
      // Only the guide may show a part of a workflow.
      const isPart = stop === undefined && where.startsWith('docs/guide.md')
      expect(isPart || (stop?.if ?? '').includes('always()')).toBe(true)
      expect(isPart || [stop?.needs ?? []].flat().includes('start')).toBe(true)
    },
  )

  test.each(EXAMPLES)('$where refers to jobs, steps and outputs that there are', ({ text }) => {
    const { jobs = {} } = parse(text) as Example
    const outputs = Object.entries(jobs).flatMap(([name, job]) =>
      Object.keys(job.outputs ?? {}).map((output) => `needs.${name}.outputs.${output}`),
    )
    const used = [...text.matchAll(/needs\.[\w-]+\.outputs\.[\w-]+/g)].map(([reference]) => reference)
    expect(outputs).toEqual(expect.arrayContaining([...new Set(used)]))
    for (const job of Object.values(jobs)) {
      expect(Object.keys(jobs)).toEqual(expect.arrayContaining([job.needs ?? []].flat()))
      const own = (job.steps ?? []).filter(({ uses }) => OURS.test(uses ?? '')).map(({ id }) => id)
      for (const value of Object.values(job.outputs ?? {})) {
        const [, step = '', output = ''] = /steps\.([\w-]+)\.outputs\.([\w-]+)/.exec(value) ?? []
        expect(own).toContain(step)
        expect(Object.keys(ACTION.outputs ?? {})).toContain(output)
      }
    }
  })
})

/** What an expression could come to; a literal as GitHub passes it on. */
function literal(value: unknown): string {
  const text = String(value)
  if (!text.includes('${{')) return text
  if (text.includes('outputs.label')) return 'ec2-spot-1-1'
  if (text.includes('outputs.instance-ids')) return '["i-0123456789abcdef0"]'
  return text.replace(/\$\{\{[^}]*\}\}/g, 'value')
}

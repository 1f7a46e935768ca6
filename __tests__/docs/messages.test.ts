import { describe, expect, test } from '@jest/globals'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BOOT_PHASES, BOOT_STEPS } from '../../src/domain/boot-phase.ts'
import { AWS_RULES } from '../../src/domain/failure-rules.ts'
import { pageText, ROOT } from './pages.ts'

/** Everything that the action may say, as its source has it. */
const SAID = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => readFileSync(join(ROOT, 'src', path), 'utf8').replaceAll('\\`', '`'))
  .join('\n')

/** What others say, and what is no message. */
const NOT_OURS = [
  'aws ',
  'chown ',
  'signal ',
  'gh ',
  '${{',
  'ec2-spot-runner: phase=',
  'The runner has received',
  'lost communication',
  'HTTP ',
]

/** The messages that a page quotes, in pieces where it leaves something out. */
function quotedIn(page: string): readonly string[] {
  const quotes = [...page.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, quote = '']) => quote)
  return quotes
    .filter((quote) => quote.includes(' ') && !/^[a-z-]+: \S+$/.test(quote))
    .filter((quote) => !NOT_OURS.some((start) => quote.startsWith(start)))
    .flatMap((quote) => quote.split('...'))
    .map((piece) => piece.trim())
    .filter((piece) => piece.length >= 8)
}

/** The part of a page from one heading to the next of its level. */
function section(page: string, heading: string): string {
  const from = page.indexOf(`\n${heading}\n`)
  const level = heading.slice(0, heading.indexOf(' ') + 1)
  const to = page.indexOf(`\n${level}`, from + 1)
  return from < 0 ? '' : page.slice(from, to < 0 ? undefined : to)
}

const TROUBLESHOOTING = pageText('docs/troubleshooting.md')

describe('the pages for those whose run failed quote what the action really says', () => {
  test.each([
    ...quotedIn(TROUBLESHOOTING).map((quote) => ['docs/troubleshooting.md', quote] as const),
    ...quotedIn(section(pageText('README.md'), '## When it fails')).map((quote) => ['README.md', quote] as const),
  ])('%s: "%s"', (_, quote) => {
    expect(SAID.includes(quote)).toBe(true)
  })

  test('there are enough quotes for this to mean something', () => {
    expect(quotedIn(TROUBLESHOOTING).length).toBeGreaterThan(15)
  })

  test('every phase of the boot, and every step that can fail, is explained', () => {
    const part = section(TROUBLESHOOTING, '## The machine never came online')
    for (const word of [...BOOT_PHASES, ...BOOT_STEPS]) expect(part).toContain(`\`${word}\``)
  })

  test('the codes of the answer table are codes that the action knows', () => {
    const rows = section(TROUBLESHOOTING, '## Start failed')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    const codes = rows.flatMap((row) =>
      [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
    )
    expect(codes.length).toBeGreaterThan(5)
    expect(Object.keys(AWS_RULES)).toEqual(expect.arrayContaining(codes))
  })
})

import { describe, expect, test } from '@jest/globals'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { anchorOf, anchorsOf, linksOf, markdownPages, pageText, ROOT } from './pages.ts'

const LINKS = markdownPages().flatMap((path) =>
  linksOf(pageText(path))
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => ({ path, target })),
)

describe('the pages hold together', () => {
  test.each(LINKS)('$path links to $target, which is there', ({ path, target }) => {
    const [file = '', anchor] = target.split('#')
    const to = file === '' ? path : normalize(join(dirname(path), file))
    expect(existsSync(join(ROOT, to)) ? 'there' : to).toBe('there')
    expect(anchor === undefined || anchorsOf(pageText(to)).has(anchor)).toBe(true)
  })

  test('every page under docs, and infra, is reached from the README', () => {
    const reached = new Set<string>(['README.md'])
    for (const path of reached) {
      for (const link of LINKS.filter((one) => one.path === path)) {
        const to = normalize(join(dirname(path), link.target.split('#')[0] ?? ''))
        const page = to.endsWith('.md') ? to : join(to, 'README.md')
        if (existsSync(join(ROOT, page))) reached.add(normalize(page))
      }
    }
    const pages = markdownPages().filter((path) => /^(docs|infra)\//.test(path))
    expect(pages.filter((path) => !reached.has(path))).toEqual([])
  })

  test('decisions are numbered without gaps', () => {
    const numbers = readdirSync(join(ROOT, 'docs', 'decisions')).flatMap((name) => /^(\d{4})-/.exec(name)?.[1] ?? [])
    expect(numbers).toEqual(numbers.map((_, index) => String(index + 1).padStart(4, '0')))
  })

  test.each([
    ['Why each statement is as it is', 'why-each-statement-is-as-it-is'],
    ['`a`: B, c & d', 'a-b-c--d'],
    ['Timeouts, and what each of them bounds', 'timeouts-and-what-each-of-them-bounds'],
  ])('the anchor of "%s" is as GitHub makes it', (heading, anchor) => {
    expect(anchorOf(heading)).toBe(anchor)
  })
})

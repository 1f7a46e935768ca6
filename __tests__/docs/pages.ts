import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** Folders that are not ours to check, or not pages. */
const SKIPPED = ['node_modules', 'dist', 'build', 'coverage', '.git']

/** Every Markdown page of the repository, as paths from its root. */
export function markdownPages(folder = ROOT): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED.includes(entry.name) ? [] : markdownPages(path)
    return entry.name.endsWith('.md') ? [relative(ROOT, path)] : []
  })
}

export function pageText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

export interface Fence {
  readonly language: string
  readonly text: string
  /** Of the first line inside, from 1. */
  readonly line: number
}

/** The fenced blocks of a page. */
export function fencesOf(page: string): readonly Fence[] {
  const fences: Fence[] = []
  for (const found of page.matchAll(/^( *)```(\w*)[^\n]*\n([\s\S]*?)^\1```$/gm)) {
    const line = page.slice(0, found.index).split('\n').length + 1
    fences.push({ language: found[2] ?? '', text: found[3] ?? '', line })
  }
  return fences
}

/** A page without its code, in which a bracket is not a link. */
export function proseOf(page: string): string {
  return page.replace(/^( *)```[\s\S]*?^\1```$/gm, '').replace(/`[^`\n]*`/g, (code) => 'x'.repeat(code.length))
}

/** The targets of the links of a page: `docs/guide.md#matrix`. */
export function linksOf(page: string): readonly string[] {
  return [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
}

/** The anchors that GitHub gives to the headings of a page. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const headings = page
    .replace(/^( *)```[\s\S]*?^\1```$/gm, '')
    .split('\n')
    .filter((line) => /^#{1,6} /.test(line))
  return new Set(headings.map((heading) => anchorOf(heading.replace(/^#+ /, ''))))
}

/** Lower case, blanks to hyphens, and nothing but letters, digits, hyphens and underscores. */
export function anchorOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}

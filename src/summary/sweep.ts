import { code, table } from './markdown.ts'

/** One thing that a sweep looked at twice, and what it did about it. */
export interface SweepLine {
  readonly what: string
  readonly id: string
  readonly why: string
  readonly done: string
  readonly failed: boolean
}

export function sweepSummary(lines: readonly SweepLine[], dryRun: boolean): string {
  const title = dryRun ? '### Sweep (dry run: nothing was changed)' : '### Sweep'
  if (lines.length === 0) return `${title}\n\nNothing is left behind.`
  return `${title}\n\n${table(
    ['what', 'which', 'why', 'done'],
    lines.map(({ what, id, why, done }) => [what, code(id), why, done]),
  )}`
}

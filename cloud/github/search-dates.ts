/**
 * Whether an instant lies in a range of GitHub's search syntax: `2026-11-20`, `>=2026-11-20T00:00:00Z`,
 * `2026-11-19..2026-11-20`, `*..2026-11-20`. A bare day is the whole day, in UTC.
 */
export function isWithin(atMs: number, range: string | undefined): boolean {
  if (range === undefined) return true
  const between = /^(.+)\.\.(.+)$/.exec(range)
  if (between !== null) return atMs >= firstMs(between[1] ?? '*') && atMs <= lastMs(between[2] ?? '*')
  const compared = /^(>=|<=|>|<)?(.+)$/.exec(range)
  const instant = compared?.[2] ?? ''
  switch (compared?.[1]) {
    case '>=':
      return atMs >= firstMs(instant)
    case '<=':
      return atMs <= lastMs(instant)
    case '>':
      return atMs > lastMs(instant)
    case '<':
      return atMs < firstMs(instant)
    default:
      return atMs >= firstMs(instant) && atMs <= lastMs(instant)
  }
}

const DAY_MS = 86_400_000

function firstMs(instant: string): number {
  return instant === '*' ? Number.NEGATIVE_INFINITY : Date.parse(instant)
}

/** The listing knows whole seconds. */
function lastMs(instant: string): number {
  if (instant === '*') return Number.POSITIVE_INFINITY
  return Date.parse(instant) + (/^\d{4}-\d{2}-\d{2}$/.test(instant) ? DAY_MS : 1000) - 1
}

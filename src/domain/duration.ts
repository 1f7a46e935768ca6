const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const DURATION = /^(\d+(?:\.\d+)?)([smhd]?)$/

/** `90s`, `10m`, `1.5h`, `1d`; a bare number means minutes. Undefined where the text is none of these. */
export function parseDurationMs(text: string): number | undefined {
  const [, amount, unit] = DURATION.exec(text) ?? []
  if (amount === undefined) return undefined
  return Math.round(Number(amount) * UNIT_MS[(unit === '' ? 'm' : unit) as keyof typeof UNIT_MS])
}

/** `850 ms`, `12 s`, `3 min 20 s`, `2 h 5 min`: what a person reads. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${String(Math.round(ms))} ms`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${String(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return joined(minutes, 'min', seconds % 60, 's')
  return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
}

function joined(much: number, unit: string, little: number, littleUnit: string): string {
  return little === 0 ? `${String(much)} ${unit}` : `${String(much)} ${unit} ${String(little)} ${littleUnit}`
}

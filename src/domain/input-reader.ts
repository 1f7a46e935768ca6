import { parseDurationMs } from './duration.ts'
import { NAME_PATTERN } from './identity.ts'

/** Gives the text of an input; empty where the workflow does not set it. */
export type InputSource = (name: string) => string

/** Every problem of the inputs at once, so that nobody mends them one run at a time. */
export class InputError extends Error {
  readonly problems: readonly string[]
  constructor(problems: readonly string[]) {
    const inputs = new Set(problems.map((problem) => problem.split(':', 1)[0])).size
    super(
      `${inputs === 1 ? 'An input' : `${String(inputs)} inputs`} cannot work:\n${problems.map((problem) => `- ${problem}`).join('\n')}`,
    )
    this.name = 'InputError'
    this.problems = problems
  }
}

export type Reader = ReturnType<typeof createReader>

/** Reads inputs one by one and collects what is wrong with them; a bad one reads as its default. */
export function createReader(source: InputSource) {
  const basics = createBasics(source)
  const { problem, problems, text, matching, whole } = basics
  return {
    problem,
    text,
    matching,
    whole,
    optional: (name: string, pattern: RegExp, wanted: string): string | undefined =>
      text(name, '') === '' ? undefined : matching(name, '', pattern, wanted),
    optionalWhole: (name: string, least: number, most: number, unit: string): number | undefined =>
      text(name, '') === '' ? undefined : whole(name, least, least, most, unit),
    name: (): string =>
      text('name', '') === ''
        ? ''
        : matching(
            'name',
            '',
            NAME_PATTERN,
            'a name: lower-case letters, digits and `-`, beginning with a letter or digit, at most 24 characters',
          ),
    lines: (name: string): readonly string[] =>
      source(name)
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    list: (name: string, pattern: RegExp, wanted: string): readonly string[] => {
      const entries = splitList(source(name))
      for (const entry of entries) if (!pattern.test(entry)) problem(name, `\`${entry}\` is not ${wanted}`)
      return [...new Set(entries)]
    },
    choice: <const T extends readonly [string, ...string[]]>(name: string, choices: T): T[number] => {
      const given = text(name, choices[0])
      if (choices.includes(given)) return given
      problem(name, `\`${given}\` is none of ${choices.map((choice) => `\`${choice}\``).join(', ')}`)
      return choices[0]
    },
    flag: (name: string, fallback: boolean): boolean => {
      const given = text(name, String(fallback)).toLowerCase()
      if (given !== 'true' && given !== 'false') problem(name, `\`${given}\` is neither \`true\` nor \`false\``)
      return given === 'true'
    },
    duration: (name: string, fallback: string, leastMs: number, mostMs: number): number => {
      const given = text(name, fallback)
      const value = parseDurationMs(given)
      if (value !== undefined && value >= leastMs && value <= mostMs) return value
      problem(
        name,
        `\`${given}\` is no time from ${String(leastMs / 1_000)} s to ${String(mostMs / 3_600_000)} h; write it as \`90s\`, \`10m\` or \`2h\``,
      )
      return parseDurationMs(fallback) ?? leastMs
    },
    finish: <T>(request: T): T => {
      if (problems.length > 0) throw new InputError(problems)
      return request
    },
  }
}

/** What all other readings are made of. */
function createBasics(source: InputSource) {
  const problems: string[] = []
  const problem = (name: string, what: string): void => {
    problems.push(`${name}: ${what}`)
  }
  const text = (name: string, fallback: string): string => {
    const given = source(name).trim()
    return given === '' ? fallback : given
  }
  const matching = (name: string, fallback: string, pattern: RegExp, wanted: string): string => {
    const given = text(name, fallback)
    if (pattern.test(given)) return given
    problem(name, `\`${given}\` is not ${wanted}`)
    return fallback
  }
  const whole = (name: string, fallback: number, least: number, most: number, unit: string): number => {
    const given = text(name, String(fallback))
    const value = /^\d+$/.test(given) ? Number(given) : Number.NaN
    if (value >= least && value <= most) return value
    problem(name, `\`${given}\` is not a whole number from ${String(least)} to ${String(most)} (${unit})`)
    return fallback
  }
  return { problems, problem, text, matching, whole }
}

/** Entries between commas or new lines, or a JSON list as our own outputs have it; `a,,b` has an entry too many. */
function splitList(text: string): readonly string[] {
  const trimmed = text.trim()
  const parsed = trimmed.startsWith('[') ? parseJsonList(trimmed) : undefined
  if (parsed !== undefined) return parsed
  const entries = trimmed.split(/[\n,]/).map((entry) => entry.trim())
  return /^,|,[ \t]*,/.test(trimmed) ? entries : entries.filter((entry) => entry !== '')
}

function parseJsonList(text: string): readonly string[] | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined
  } catch {
    return undefined
  }
}

import { styleText } from 'node:util'
import { layOut, wrap } from './markdown.ts'

/** Who does something in the timeline. */
export type Actor = 'workflow' | 'action' | 'EC2' | 'machine' | 'GitHub'

/** One thing that somebody does. */
export interface Deed {
  readonly actor: Actor
  readonly text: string
}

/** What the demo is written on. */
export interface Page {
  /** A line of the timeline; time is counted from the last heading. */
  readonly tell: (deed: Deed) => void
  readonly heading: (text: string) => void
  /** Text as it stands, indented below its title. */
  readonly section: (title: string, text: string) => void
  /** The same, laid out for the width of the page. */
  readonly markdown: (title: string, text: string) => void
  readonly line: (text: string) => void
}

type Colour = 'cyan' | 'yellow' | 'magenta' | 'green' | 'blue'

const COLOURS: Readonly<Record<Actor, Colour>> = {
  workflow: 'cyan',
  action: 'yellow',
  EC2: 'magenta',
  machine: 'green',
  GitHub: 'blue',
}
const ACTOR_COLUMNS = 10
const INDENT = '    '
/** Narrower than this nothing is readable, wider than this the eye loses the line. */
const COLUMNS = { least: 60, most: 120, unknown: 110 }

/** A page on a terminal, or on whatever standard output is: colours for a person alone. */
export function openPage(now: () => number = () => performance.now()): Page {
  const { stdout } = process
  const inColour = stdout.isTTY && (process.env['NO_COLOR'] ?? '') === ''
  const width = Math.min(
    Math.max(stdout.isTTY && stdout.columns > 0 ? stdout.columns : COLUMNS.unknown, COLUMNS.least),
    COLUMNS.most,
  )
  const line = (text = ''): void => {
    stdout.write(`${text}\n`)
  }
  const paint = (style: Colour | 'bold' | 'dim', text: string): string =>
    inColour ? styleText(style, text, { validateStream: false }) : text
  const indented = (lines: readonly string[]): void => {
    for (const text of lines) line(text === '' ? '' : `${INDENT}${text}`)
  }
  let zero = now()
  const titled = (title: string, lines: readonly string[]): void => {
    line()
    line(`  ${paint('bold', title)}`)
    line()
    indented(lines)
  }
  return {
    line,
    heading: (text) => {
      zero = now()
      line()
      line(paint('bold', text))
      line()
    },
    tell: ({ actor, text }) => {
      const time = timeText(now() - zero)
      const [first = '', ...rest] = timelineText(text, width - time.length - ACTOR_COLUMNS - 2)
      line(`${paint('dim', time)}  ${paint(COLOURS[actor], actor.padEnd(ACTOR_COLUMNS))}${first}`)
      for (const more of rest) line(' '.repeat(time.length + ACTOR_COLUMNS + 2) + more)
    },
    section: (title, text) => {
      titled(title, text.trimEnd().split('\n'))
    },
    markdown: (title, text) => {
      titled(title, layOut(text, width - INDENT.length))
    },
  }
}

/** Seconds since the act began, always of one length. */
export function timeText(ms: number): string {
  return `${(ms / 1_000).toFixed(1).padStart(6)} s`
}

/** What follows on the first line stands two columns further in. */
function timelineText(text: string, width: number): readonly string[] {
  return text
    .split('\n')
    .flatMap((part) => wrap(part, width - 2))
    .map((part, at) => (at === 0 ? part : `  ${part}`))
}

/** What a machine says of its boot on the serial console, in the order in which it says it. */
export const BOOT_PHASES = [
  'deadline-armed',
  'imds',
  'pre-runner-script',
  'runner-download',
  'runner-starting',
  'runner-exited',
  'kept',
  'powering-off',
] as const

/** The steps that can fail: each is said as `failed:<step>`, with what to change as the reason. */
export const BOOT_STEPS = [
  'boot',
  'no-user-data',
  'pre-runner-script',
  'runner-user',
  'runner-missing',
  'runner-configured',
  'runner-not-writable',
  'runner-download',
  'runner-config',
  'runner-start',
  'runner-deprecated',
] as const

export type BootPhase = (typeof BOOT_PHASES)[number]
export type BootStep = (typeof BOOT_STEPS)[number]

export interface BootFailure {
  readonly step: BootStep
  /** A sentence for the user; empty where the machine gave none. */
  readonly reason: string
}

/** How far a machine came, as its console tells it. */
export interface BootReport {
  /** The last phase; undefined while the console shows none. */
  readonly phase: BootPhase | undefined
  /** What the machine said beside that phase, such as `exit code 0, no job seen`. */
  readonly reason: string
  readonly failure: BootFailure | undefined
}

// Anything may stand before the marker: cloud-init and the kernel put times and names there.
const MARKER = /ec2-spot-runner: phase=(\S+)(?: reason=(.*))?$/

/** Reads the phase markers out of console text, which may begin anywhere: EC2 keeps only its last 64 KB. */
export function bootReport(console: string): BootReport {
  let report: BootReport = { phase: undefined, reason: '', failure: undefined }
  for (const line of consoleLines(console)) {
    const [, word, reason = ''] = MARKER.exec(line) ?? []
    const phase = BOOT_PHASES.find((known) => known === word)
    const step = BOOT_STEPS.find((known) => `failed:${known}` === word)
    if (phase !== undefined) report = { ...report, phase, reason }
    if (step !== undefined) report = { ...report, failure: { step, reason } }
  }
  return report
}

/** The last `count` lines that hold anything, for a person to read. */
export function lastConsoleLines(console: string, count: number): readonly string[] {
  return consoleLines(console)
    .filter((line) => line.trim() !== '')
    .slice(-count)
}

// Escape sequences (colours, cursor) and carriage returns are of no use in a log.
// eslint-disable-next-line no-control-regex
const TERMINAL_NOISE = /\u001b\[[0-9;?]*[A-Za-z]|\r/g

function consoleLines(console: string): readonly string[] {
  return console
    .replace(TERMINAL_NOISE, '')
    .split('\n')
    .map((line) => line.trimEnd())
}

/**
 * Who a start is. Everything a start makes is derived from its identity before the first effect, so that
 * a repeat, a stop or a sweep can find all of it without having been told anything.
 */
export interface Identity {
  /** `owner/repo`, as GitHub spells it. */
  readonly repository: string
  readonly runId: number
  readonly runAttempt: number
  /** Tells several starts of one run apart; empty where a run has only one. */
  readonly name: string
}

/** The pattern of `name`: it may stand in a label, a runner name and a launch template name. */
export const NAME_PATTERN = /^[a-z0-9][a-z0-9-]{0,23}$/

// Fifteen digits: a longer number would not come back as it is.
const LABEL_PATTERN = /^ec2-spot-([1-9][0-9]{0,14})-([1-9][0-9]{0,14})(?:-([a-z0-9][a-z0-9-]{0,23}))?$/
const RUNNER_PATTERN =
  /^(ec2-spot-[1-9][0-9]{0,14}-[1-9][0-9]{0,14}(?:-[a-z0-9][a-z0-9-]{0,23})?)\.([1-9][0-9]{0,14})(?:\.r([1-9][0-9]{0,14}))?$/

/** `ec2-spot-<run_id>-<run_attempt>[-<name>]`: what a job writes into `runs-on`. */
export function labelOf(identity: Identity): string {
  const name = identity.name === '' ? '' : `-${identity.name}`
  return `ec2-spot-${String(identity.runId)}-${String(identity.runAttempt)}${name}`
}

/** The identity a label speaks of, or undefined where the text is not a label of ours. */
export function identityOfLabel(repository: string, label: string): Identity | undefined {
  const [, runId, runAttempt, name = ''] = LABEL_PATTERN.exec(label) ?? []
  if (runId === undefined || runAttempt === undefined) return undefined
  return { repository, runId: Number(runId), runAttempt: Number(runAttempt), name }
}

/** The label of runner `number` (from 1) alone; a start of one runner has only the shared label. */
export function runnerLabel(label: string, number: number): string {
  return `${label}.${String(number)}`
}

/** `<label>.<n>`, and `.r<k>` where GitHub refused the name `k` times: at most 64 characters, GitHub's limit. */
export function runnerName(label: string, number: number, tries = 0): string {
  return tries === 0 ? runnerLabel(label, number) : `${runnerLabel(label, number)}.r${String(tries)}`
}

export interface RunnerName {
  readonly label: string
  readonly number: number
  readonly tries: number
}

/** What a runner name says, or undefined where it is not one of ours. */
export function parseRunnerName(text: string): RunnerName | undefined {
  const [, label, number, tries = '0'] = RUNNER_PATTERN.exec(text) ?? []
  if (label === undefined || number === undefined) return undefined
  return { label, number: Number(number), tries: Number(tries) }
}

/** A registration is ours only if its whole name fits and it carries the very label that its name says. */
export function isOwnRegistration(runner: { readonly name: string; readonly labels: readonly string[] }): boolean {
  const parsed = parseRunnerName(runner.name)
  return parsed !== undefined && runner.labels.includes(parsed.label)
}

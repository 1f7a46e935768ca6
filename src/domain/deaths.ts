import type { BootReport, BootStep } from './boot-phase.ts'
import type { Machine } from './machine.ts'

/** A machine that is gone before its runner was online. */
export type Death =
  /** Another machine may do better. */
  | { readonly kind: 'replace'; readonly reason: string }
  /** Another machine would end the same way. */
  | { readonly kind: 'give-up'; readonly reason: string }

/** What fails in every machine alike: the image, the inputs and the token are the same. */
const ALIKE: readonly BootStep[] = [
  'pre-runner-script',
  'runner-user',
  'runner-missing',
  'runner-configured',
  'runner-not-writable',
  'runner-deprecated',
]

/**
 * What to do about a machine that died while booting. One replacement is made; a second death is taken for
 * the machine's own fault.
 *
 * @param deaths how many machines of this runner died before
 */
export function judgeDeath(machine: Machine | undefined, boot: BootReport, deaths: number): Death {
  const reason = reasonOf(machine, boot)
  if (machine?.reasonCode === 'Client.UserInitiatedShutdown')
    return { kind: 'give-up', reason: 'somebody terminated it: a stop, a sweep or a person' }
  if (boot.failure !== undefined && ALIKE.includes(boot.failure.step)) return { kind: 'give-up', reason }
  return deaths === 0
    ? { kind: 'replace', reason }
    : { kind: 'give-up', reason: `${reason}; it was the second machine of this runner to die` }
}

function reasonOf(machine: Machine | undefined, boot: BootReport): string {
  if (boot.failure?.step === 'runner-deprecated')
    return `the runner in the image is deprecated and GitHub sends it no jobs: build the image anew with the current runner, or use \`runner: download\` (${boot.failure.reason})`
  if (boot.failure !== undefined) return `its boot failed at ${boot.failure.step}: ${boot.failure.reason}`
  const phase =
    boot.phase === undefined
      ? 'before it said anything on its console'
      : `in phase ${boot.phase}${boot.reason === '' ? '' : ` (${boot.reason})`}`
  const ec2 =
    machine === undefined
      ? 'EC2 does not know it any more'
      : `EC2: ${machine.state}${machine.reasonCode === undefined ? '' : `, ${machine.reasonCode}`}`
  return `it died ${phase}; ${ec2}`
}

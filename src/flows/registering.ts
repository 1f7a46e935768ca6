import { parseRunnerName, runnerName } from '../domain/identity.ts'
import type { BootPlan } from '../boot/user-data.ts'
import type { Outside } from '../ports/outside.ts'
import type { Registration } from '../ports/github.ts'
import { labelsOf, type Undertaking } from './undertaking.ts'

/** How many names to try: a name is taken where the answer to an earlier request was lost, which does not go on for long. */
const MOST_NAMES = 5

/** What a machine needs to become a runner. */
export interface Ticket {
  readonly number: number
  readonly name: string
  /** Undefined where the machine registers itself by token. */
  readonly runnerId: number | undefined
  /** Secret. */
  readonly boot: BootPlan['registration']
  /** Whether GitHub knew an earlier name of this runner: somebody has been here before. */
  readonly hadRival: boolean
}

/**
 * Registers runner `number`. Where its name is taken the next one is used, `.r1`, `.r2` and so on: who
 * holds the first is found out later, and by then this start is not held up.
 */
export async function register(
  outside: Outside,
  undertaking: Undertaking,
  number: number,
  serverUrl: string,
  firstTry = 0,
): Promise<Ticket> {
  const { runners, host } = outside
  const labels = labelsOf(undertaking, number)
  if (!undertaking.request.ephemeral) {
    const token = await runners.createRegistrationToken()
    host.report.mask(token)
    const name = runnerName(undertaking.label, number, firstTry)
    return {
      number,
      name,
      runnerId: undefined,
      hadRival: false,
      boot: { kind: 'token', token, url: `${serverUrl}/${undertaking.identity.repository}`, runnerName: name, labels },
    }
  }
  for (let tries = firstTry; tries < firstTry + MOST_NAMES; tries++) {
    const name = runnerName(undertaking.label, number, tries)
    const made = await runners.createJitRunner(name, labels)
    if (made === 'taken') continue
    host.report.mask(made.jitConfig)
    return {
      number,
      name,
      runnerId: made.registration.runnerId,
      hadRival: tries > firstTry,
      boot: { kind: 'jit', jitConfig: made.jitConfig },
    }
  }
  throw new Error(
    `GitHub holds runners named ${runnerName(undertaking.label, number)} and ${String(MOST_NAMES - 1)} more like it. Remove them under Settings, Actions, Runners, and start again.`,
  )
}

/** Tickets for all runners of a start; what was made is noted as it is made, so that it can be undone. */
export async function registerAll(
  outside: Outside,
  undertaking: Undertaking,
  serverUrl: string,
  made: Set<number>,
): Promise<readonly Ticket[]> {
  const numbers = Array.from({ length: undertaking.request.count }, (_, index) => index + 1)
  const tickets = await Promise.allSettled(
    numbers.map(async (number) => {
      const ticket = await register(outside, undertaking, number, serverUrl)
      if (ticket.runnerId !== undefined) made.add(ticket.runnerId)
      return ticket
    }),
  )
  return tickets.map((ticket) => {
    if (ticket.status === 'rejected') throw ticket.reason
    return ticket.value
  })
}

/** The registrations of this start that no machine of it will ever use: left by an earlier try of the same step. */
export function strandedAmong(
  registrations: readonly Registration[],
  undertaking: Undertaking,
  inUse: readonly string[],
): readonly Registration[] {
  return registrations.filter((registration) => {
    const parsed = parseRunnerName(registration.name)
    return (
      parsed?.label === undertaking.label &&
      !inUse.includes(registration.name) &&
      !registration.online &&
      !registration.busy
    )
  })
}

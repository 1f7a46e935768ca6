import { isOutcomeUnknown, PlatformError } from '../domain/failures.ts'
import { parseRunnerName, runnerName } from '../domain/identity.ts'
import type { BootPlan } from '../boot/user-data.ts'
import type { Outside } from '../ports/outside.ts'
import type { Registration } from '../ports/github.ts'
import { labelsOf, type Undertaking } from './undertaking.ts'
import type { Made } from './unmaking.ts'

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
  made: Made,
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
    const answer = await noteDoubt(made, () => runners.createJitRunner(name, labels))
    if (answer === 'taken') continue
    const { registration, jitConfig } = answer
    host.report.mask(jitConfig)
    made.runnerIds.add(registration.runnerId)
    const hadRival = tries > firstTry
    return { number, name, runnerId: registration.runnerId, hadRival, boot: { kind: 'jit', jitConfig } }
  }
  throw new Error(
    `GitHub holds runners named ${runnerName(undertaking.label, number)} and ${String(MOST_NAMES - 1)} more like it. Remove them under Settings, Actions, Runners, and start again.`,
  )
}

/** A name that is taken, and a request without an answer, may both have left a registration of ours. */
async function noteDoubt<T>(made: Made, register: () => Promise<T | 'taken'>): Promise<T | 'taken'> {
  try {
    const answer = await register()
    if (answer === 'taken') made.mayHaveRegistered = true
    return answer
  } catch (error) {
    if (!(error instanceof PlatformError) || isOutcomeUnknown(error.failure)) made.mayHaveRegistered = true
    throw error
  }
}

/** Tickets for all runners of a start. */
export async function registerAll(
  outside: Outside,
  undertaking: Undertaking,
  serverUrl: string,
  made: Made,
): Promise<readonly Ticket[]> {
  const numbers = Array.from({ length: undertaking.request.count }, (_, index) => index + 1)
  const tickets = await Promise.allSettled(
    numbers.map((number) => register(outside, undertaking, number, serverUrl, made)),
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

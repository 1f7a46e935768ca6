import { copyOf } from '../copy.ts'
import { refusal } from './refusal.ts'
import type { World } from './world.ts'

/**
 * Does `effect` once for each client token of an operation. A refused call is not remembered: its token may
 * be used again.
 */
export function once<T>(
  world: World,
  operation: string,
  input: { ClientToken?: string | undefined },
  effect: () => T,
): T {
  const { ClientToken: token, ...parameters } = input
  if (token === undefined || token === '' || !world.rules.idempotentTokens) return effect()
  if (token.length > 128) throw refusal('InvalidParameterValue', 'The client token exceeds 128 characters')
  const key = `${operation} ${token}`
  const written = canonical(parameters)
  const earlier = world.tokens.get(key)
  const now = world.clock.now()
  if (earlier !== undefined) {
    if (earlier.parameters !== written && world.rules.tokenParameters) throw mismatch()
    if (now < earlier.overAtMs && world.rules.tokenInProgress) throw inProgress()
    return copyOf(earlier.answer as T)
  }
  const answer = effect()
  world.tokens.set(key, {
    parameters: written,
    answer: copyOf(answer),
    overAtMs: now + world.answerMs(operation),
  })
  return answer
}

const mismatch = (): Error =>
  refusal(
    'IdempotentParameterMismatch',
    'The request uses the same client token as a previous, but non-identical request',
  )

const inProgress = (): Error =>
  refusal('IdempotentCallInProgress', 'A call with the same client token is still in progress')

/** JSON with sorted keys, without members that are undefined. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null || value instanceof Date) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]: [string, unknown]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`
}

import type { CloudClock } from './clock.ts'

/** One call at a door of the model: an AWS operation or a GitHub route. */
export interface Call {
  readonly service: 'ec2' | 'sts' | 'ssm' | 'github'
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  /** How many calls of this operation came before. */
  readonly index: number
}

/** What can go wrong with a call, at the door and not in the platform's own rules. */
export type Fault =
  /** The platform answers with this error and does nothing. */
  | { readonly kind: 'refuse'; readonly code: string; readonly status: number; readonly message: string }
  /** The effect happens `ms` later, and the answer comes after it. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The request never arrives; the caller sees a broken connection after `afterMs`. */
  | { readonly kind: 'lose-request'; readonly afterMs: number }
  /** The effect happens; the caller sees a broken connection after `afterMs`. */
  | { readonly kind: 'lose-response'; readonly afterMs: number }
  /** The caller sees a broken connection after `afterMs`; the request is still on its way, and has its effect after `ms`. */
  | { readonly kind: 'arrive-late'; readonly ms: number; readonly afterMs: number }
  /** The effect happens twice; the second answer is the one that is seen. */
  | { readonly kind: 'duplicate' }
  /** The answer is no XML and no JSON, as from a proxy in between. */
  | { readonly kind: 'garble'; readonly status: number }

/** Decides the fate of each call; the first planner that has something to say wins. */
export type Planner = (call: Call) => Fault | undefined

/** A connection that broke before an answer came: what Node throws for it. */
export class ConnectionLost extends Error {
  readonly code = 'ECONNRESET'
  constructor() {
    super('socket hang up')
    this.name = 'Error'
  }
}

/** Thrown at a door for `garble` faults; the HTTP front turns it into an HTML page. */
export class Garbled extends Error {
  readonly status: number
  constructor(status: number) {
    super(`a proxy answered with status ${String(status)} and a page of HTML`)
    this.status = status
  }
}

/** Carries out `effect` as `fault` says. `refusal` builds the error that this platform's client would see. */
export async function suffer<T>(
  clock: CloudClock,
  fault: Fault | undefined,
  effect: () => T,
  refusal: (code: string, status: number, message: string) => Error,
): Promise<T> {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve))
  switch (fault?.kind) {
    case undefined:
      return effect()
    case 'refuse':
      throw refusal(fault.code, fault.status, fault.message)
    case 'delay':
      await wait(fault.ms)
      return effect()
    case 'lose-request':
      await wait(fault.afterMs)
      throw new ConnectionLost()
    case 'lose-response':
      attempt(effect)
      await wait(fault.afterMs)
      throw new ConnectionLost()
    case 'arrive-late':
      clock.after(fault.ms, () => {
        attempt(effect)
      })
      await wait(fault.afterMs)
      throw new ConnectionLost()
    case 'duplicate':
      attempt(effect)
      return effect()
    case 'garble':
      throw new Garbled(fault.status)
  }
}

/** The effect happens, and nobody hears how it went. */
function attempt(effect: () => unknown): void {
  try {
    effect()
  } catch {
    // A refusal is an answer too, and this answer is lost.
  }
}

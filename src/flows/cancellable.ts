import type { Outside } from '../ports/outside.ts'

/** The job was cancelled while the flow was at work. */
export class CancelledError extends Error {
  constructor() {
    super('The job was cancelled.')
    this.name = 'CancelledError'
  }
}

/**
 * The same outside, which lets go at once when the job is cancelled: what is being waited for is given up,
 * and the flow begins nothing new. A call that is on its way, or about to be repeated by its adapter, may
 * still have its effect: the post step looks for it.
 */
export function cancellable(outside: Outside): Outside {
  const { host } = outside
  const { cancellation } = host
  return {
    ...outside,
    ec2: guarded(outside.ec2, cancellation),
    runners: guarded(outside.runners, cancellation),
    actions: guarded(outside.actions, cancellation),
    host: {
      ...host,
      clock: { now: () => host.clock.now(), sleep: (ms) => unlessCancelled(cancellation, () => host.clock.sleep(ms)) },
    },
  }
}

type Calls = Readonly<Record<string, (...input: never[]) => Promise<unknown>>>

function guarded<Port extends object>(port: Port, cancellation: AbortSignal): Port {
  const calls = Object.entries(port as Calls).map(([name, call]) => [
    name,
    (...input: never[]) => unlessCancelled(cancellation, () => call(...input)),
  ])
  return Object.fromEntries(calls) as Port
}

async function unlessCancelled<T>(cancellation: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (cancellation.aborted) throw new CancelledError()
  let letGo = (): void => undefined
  const cancelled = new Promise<never>((_, reject) => {
    letGo = () => {
      reject(new CancelledError())
    }
    cancellation.addEventListener('abort', letGo, { once: true })
  })
  try {
    return await Promise.race([work(), cancelled])
  } finally {
    cancellation.removeEventListener('abort', letGo)
  }
}

import { setTimeout as sleep } from 'node:timers/promises'

export interface ServiceAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

// The real runner tries for as long as it lives; a machine of the local cloud has the deadline of its user data.
const TRIES = 600
const PAUSE_MS = 500

/**
 * One request to the runner service, tried again while it is down (no connection, or a 5xx).
 *
 * @throws where `signal` aborts it, or the service stays down
 */
export async function ask(
  method: 'POST' | 'DELETE',
  url: string,
  body: unknown,
  { tries = TRIES, signal }: { readonly tries?: number; readonly signal?: AbortSignal } = {},
): Promise<ServiceAnswer> {
  for (let left = tries - 1; ; left--) {
    try {
      const answer = await fetch(url, {
        method,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: signal ?? null,
      })
      if (answer.status < 500 || left <= 0) return { status: answer.status, body: parsed(await answer.text()) }
    } catch (error) {
      if (left <= 0 || signal?.aborted === true) throw error
    }
    await sleep(PAUSE_MS, undefined, signal === undefined ? {} : { signal })
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

/** The version of the runner that this image pretends to have. */
export const RUNNER_VERSION = process.env['LOCAL_CLOUD_RUNNER_VERSION'] ?? '2.336.0'

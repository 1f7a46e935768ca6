import { PlatformError, type Failure } from '../domain/failures.ts'
import { isOwnFault, messageOf } from '../domain/message.ts'
import { requireAnswer } from './answers.ts'
import type { Operation, Operations, Send } from './send.ts'

/** Calls AWS; what it throws becomes a `PlatformError`. */
export async function call<K extends Operation>(
  send: Send,
  operation: K,
  input: Operations[K][0],
): Promise<Operations[K][1]> {
  const answer = await send(operation, input).catch((error: unknown) => {
    if (isOwnFault(error)) throw error
    throw new PlatformError(failureOf(operation, error), { cause: error })
  })
  requireAnswer(operation, answer)
  return answer
}

/** Node's codes for a connection that gave no answer. */
const BROKEN_CONNECTION = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|UND_ERR)/

/** What the SDK throws, by kind: an error of the service, a timeout, a broken connection, or an answer that was no XML. */
export function failureOf(operation: string, error: unknown): Failure {
  const text = messageOf(error)
  const base = { service: 'aws', operation, message: text } as const
  const { name, code, status, fault } = traits(error)
  if (name === 'TimeoutError' || name === 'AbortError' || code === 'ETIMEDOUT') return { ...base, code: 'Timeout' }
  if (code !== undefined && BROKEN_CONNECTION.test(code)) return { ...base, code: 'Network' }
  // An answer of success that cannot be read makes the SDK throw an error of its own, with that status.
  const isRefusal = status !== undefined && status >= 400 && name !== 'Error' && name !== 'SyntaxError'
  const isService = fault || isRefusal
  if (isService && name !== undefined) return { ...base, code: name, ...(status === undefined ? {} : { status }) }
  if (status !== undefined)
    return {
      ...base,
      code: `HTTP ${String(status)}`,
      status: status < 400 ? 502 : status,
      message: 'the answer was not what EC2 answers',
    }
  return { ...base, code: name === undefined || name === 'Error' ? 'Network' : name }
}

function traits(error: unknown): {
  name: string | undefined
  code: string | undefined
  status: number | undefined
  fault: boolean
} {
  if (!(error instanceof Error)) return { name: undefined, code: undefined, status: undefined, fault: false }
  const extra = error as Error & { code?: unknown; $fault?: unknown; $metadata?: { httpStatusCode?: unknown } }
  const status = extra.$metadata?.httpStatusCode
  return {
    name: error.name,
    code: typeof extra.code === 'string' ? extra.code : undefined,
    status: typeof status === 'number' ? status : undefined,
    fault: extra.$fault !== undefined,
  }
}

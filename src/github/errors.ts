import { PlatformError, type Failure } from '../domain/failures.ts'
import { isOwnFault, messageOf } from '../domain/message.ts'
import type { GitHubResponse, Request, Route } from './request.ts'

/** Calls GitHub; what it throws becomes a `PlatformError`. */
export async function call(
  request: Request,
  nowMs: number,
  route: Route,
  parameters: Readonly<Record<string, unknown>>,
): Promise<GitHubResponse> {
  const answer = await request(route, parameters).catch((error: unknown) => {
    if (isOwnFault(error)) throw error
    throw new PlatformError(failureOf(route, error, nowMs), { cause: error })
  })
  // GitHub answers with JSON or with nothing: a page with status 200 is of a proxy, and GitHub has heard nothing.
  if (typeof answer.data === 'string' && answer.data !== '') throw new PlatformError(pageFrom(route))
  return answer
}

function pageFrom(route: string): Failure {
  const message = 'the answer was not what GitHub answers'
  return { service: 'github', operation: route, code: 'HTTP 502', status: 502, message }
}

/** What octokit throws: a refusal has a `response`, a request without an answer has none. */
export function failureOf(route: string, error: unknown, nowMs: number): Failure {
  const base = { service: 'github', operation: route } as const
  const text = messageOf(error)
  const { status, headers, message } = responseOf(error)
  if (status === undefined) return { ...base, code: isTimeout(error) ? 'Timeout' : 'Network', message: text }
  const retryAfterMs = retryAfter(headers, nowMs)
  const limited =
    status === 429 || (status === 403 && (retryAfterMs !== undefined || /rate limit/i.test(message ?? '')))
  return {
    ...base,
    code: limited ? 'RateLimited' : `HTTP ${String(status)}`,
    status,
    message: message ?? 'the answer was not what GitHub answers',
    ...(limited && retryAfterMs !== undefined ? { retryAfterMs } : {}),
  }
}

interface Refusal {
  readonly status: number | undefined
  readonly headers: Readonly<Record<string, unknown>>
  readonly message: string | undefined
}

function responseOf(error: unknown): Refusal {
  const response = isRecord(error) ? error['response'] : undefined
  if (!isRecord(response) || typeof response['status'] !== 'number')
    return { status: undefined, headers: {}, message: undefined }
  const body = response['data']
  return {
    status: response['status'],
    headers: isRecord(response['headers']) ? response['headers'] : {},
    message: isRecord(body) && typeof body['message'] === 'string' ? body['message'] : undefined,
  }
}

/** GitHub REST, "Rate limits": `retry-after` in seconds for secondary limits, `x-ratelimit-reset` in epoch seconds once nothing remains. */
function retryAfter(headers: Readonly<Record<string, unknown>>, nowMs: number): number | undefined {
  const seconds = Number(headers['retry-after'] ?? Number.NaN)
  if (Number.isFinite(seconds)) return seconds * 1_000
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN)
  return String(headers['x-ratelimit-remaining']) === '0' && Number.isFinite(reset)
    ? Math.max(0, reset * 1_000 - nowMs)
    : undefined
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof Error &&
    (/timed? ?out|aborted/i.test(error.message) || error.name === 'AbortError' || error.name === 'TimeoutError')
  )
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

import type { GitHubResponse, Request } from '../../src/github/request.ts'
import { ConnectionLost, Garbled } from '../faults.ts'
import type { GitHubAnswer, GitHubCall } from './answers.ts'

/**
 * Carries a call to the model, or does to it what a test planned. `effect` throws `RefusedAnswer` for what
 * GitHub refuses; a broken connection and a garbled answer reject as `suffer` says.
 */
export type GitHubDoor = (call: GitHubCall, effect: () => GitHubAnswer) => Promise<GitHubAnswer>

interface ErrorResponse {
  readonly status: number
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly data: unknown
}

interface FailedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What octokit throws, in the same shape: `response` is missing where no answer came. */
export class HttpError extends Error {
  readonly status: number
  readonly request: FailedRequest
  readonly response?: ErrorResponse

  constructor(
    message: string,
    status: number,
    request: FailedRequest,
    response?: ErrorResponse,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'HttpError'
    this.status = status
    this.request = request
    if (response !== undefined) this.response = response
  }
}

/** An answer that is no success, on its way through a door that takes errors for what they are. */
export class RefusedAnswer extends Error {
  readonly status: number
  readonly answer: GitHubAnswer

  constructor(answer: GitHubAnswer) {
    super(`GitHub answered ${String(answer.status)}`)
    this.status = answer.status
    this.answer = answer
  }
}

/** A planned refusal in GitHub's clothes: the last argument of `suffer`. */
export function plannedRefusal(_code: string, status: number, message: string): RefusedAnswer {
  return new RefusedAnswer({
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: { message, documentation_url: 'https://docs.github.com/rest', status: String(status) },
  })
}

/** Both doors: through `door` to `dispatch` and back. */
export async function carry(
  door: GitHubDoor,
  dispatch: (call: GitHubCall) => GitHubAnswer,
  call: GitHubCall,
): Promise<GitHubAnswer> {
  try {
    return await door(call, () => {
      const answer = dispatch(call)
      if (!isSuccess(answer)) throw new RefusedAnswer(answer)
      return answer
    })
  } catch (error) {
    if (error instanceof RefusedAnswer) return error.answer
    throw error
  }
}

function isSuccess({ status }: GitHubAnswer): boolean {
  return status >= 200 && status < 300
}

/** The in-process door for one token, as octokit's `request` is. */
export function requestDoor(
  send: (call: GitHubCall) => Promise<GitHubAnswer>,
  token: string,
  apiUrl: () => string,
): Request {
  return async (route, parameters) => {
    const { headers = {}, ...rest } = parameters
    const call: GitHubCall = { route, parameters: rest, token, headers: headers as Record<string, string> }
    const [method = '', path = ''] = route.split(' ')
    const url =
      apiUrl() + path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => encodeURIComponent(String(rest[name])))
    const failed: FailedRequest = { method, url, headers: { authorization: 'token [REDACTED]' } }
    let answer: GitHubAnswer
    try {
      answer = await send(call)
    } catch (error) {
      if (error instanceof Garbled) answer = htmlPage(error.status)
      else if (error instanceof ConnectionLost)
        throw new HttpError(error.message, 500, failed, undefined, { cause: error })
      else throw error
    }
    return read(answer, failed)
  }
}

function htmlPage(status: number): GitHubAnswer {
  return { status, headers: { 'content-type': 'text/html' }, body: '<html><body><h1>Bad gateway</h1></body></html>' }
}

function read(answer: GitHubAnswer, request: FailedRequest): GitHubResponse {
  const { status, headers } = answer
  const data: unknown = answer.body ?? ''
  if (isSuccess(answer)) return { status, headers, data }
  throw new HttpError(status === 304 ? 'Not modified' : errorMessage(data), status, request, {
    status,
    url: request.url,
    headers,
    data,
  })
}

function errorMessage(data: unknown): string {
  if (typeof data === 'string') return data
  const { message, documentation_url: documentation } = data as { message: string; documentation_url: string }
  return `${message} - ${documentation}`
}

import { createHash } from 'node:crypto'
import type { GitHubAnswer, GitHubCall } from './answers.ts'
import { Refusal, notFound, refusalBody } from './answers.ts'
import { countBurst, countRequest, rateLimitHeaders, refundRequest } from './limits.ts'
import type { GitHubModel } from './model.ts'
import { isDown } from './model.ts'
import { placeOf } from './route-rule.ts'
import { routeRule } from './routes.ts'
import { acceptedPermissions, authenticate } from './tokens.ts'

const COMMON_HEADERS = {
  'content-type': 'application/json; charset=utf-8',
  'x-github-media-type': 'github.v3; format=json',
  'x-github-api-version-selected': '2022-11-28',
}

/** Everything that GitHub does with one request, at once; both doors lead here. Never throws for what GitHub refuses. */
export function dispatch(model: GitHubModel, call: GitHubCall): GitHubAnswer {
  try {
    if (isDown(model))
      throw new Refusal(
        503,
        'No server is currently available to service your request. Sorry about that. Please try resubmitting your request.',
      )
    return serve(model, call)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: error.status, headers: { ...COMMON_HEADERS, ...error.headers }, body: refusalBody(error) }
  }
}

function serve(model: GitHubModel, call: GitHubCall): GitHubAnswer {
  const token = authenticate(model, call.token)
  countRequest(model, token)
  countBurst(model, token, call.route)
  const rule = routeRule(call.route)
  if (rule === undefined) throw notFound()
  const place = placeOf(model, call, token, rule.permission)
  const answer = rule.serve(model, { call, token, place })
  // What leaves the model is a copy, in the types that JSON has.
  const text = answer.body === undefined ? '' : JSON.stringify(answer.body)
  const headers = { ...COMMON_HEADERS, ...acceptedPermissions(rule.permission), ...answer.headers }
  if (!call.route.startsWith('GET ')) {
    return {
      status: answer.status,
      headers: { ...headers, ...rateLimitHeaders(token) },
      body: text === '' ? undefined : JSON.parse(text),
    }
  }
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`
  if (call.headers['if-none-match'] === etag && model.rules.conditionalRequestsAreFree) {
    refundRequest(token)
    return { status: 304, headers: { ...headers, ...rateLimitHeaders(token), etag }, body: undefined }
  }
  return { status: answer.status, headers: { ...headers, ...rateLimitHeaders(token), etag }, body: JSON.parse(text) }
}

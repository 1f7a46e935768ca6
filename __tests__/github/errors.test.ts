import { describe, expect, test } from '@jest/globals'
import { call, failureOf } from '../../src/github/errors.ts'
import type { GitHubResponse } from '../../src/github/request.ts'

const NOW_MS = 1_000_000
const ROUTE = 'GET /repos/{owner}/{repo}'
const answer = (status: number, headers: object = {}, data: unknown = { message: 'Said' }): Error =>
  Object.assign(new Error('text of octokit'), { status, response: { status, headers, data } })

describe('what octokit throws', () => {
  test.each([
    ['a refusal', answer(403), { code: 'HTTP 403', status: 403, message: 'Said' }],
    [
      'a primary limit',
      answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1060' }),
      { code: 'RateLimited', retryAfterMs: 60_000 },
    ],
    [
      'a limit that has just ended',
      answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '900' }),
      { code: 'RateLimited', retryAfterMs: 0 },
    ],
    ['a secondary limit', answer(403, { 'retry-after': '30' }), { code: 'RateLimited', retryAfterMs: 30_000 }],
    ['a limit told by 429', answer(429), { code: 'RateLimited', status: 429 }],
    [
      'a limit told in words',
      answer(403, {}, { message: 'You have exceeded a secondary rate limit.' }),
      { code: 'RateLimited' },
    ],
    [
      'a refusal with requests left',
      answer(403, { 'x-ratelimit-remaining': '10', 'x-ratelimit-reset': '1060' }),
      { code: 'HTTP 403' },
    ],
    ['a page of HTML', answer(502, {}, '<html>'), { code: 'HTTP 502', status: 502 }],
    [
      'no answer',
      Object.assign(new Error('socket hang up'), { status: 500 }),
      { code: 'Network', message: 'socket hang up' },
    ],
    [
      'a timeout',
      Object.assign(new Error('The operation was aborted due to timeout'), { name: 'TimeoutError' }),
      { code: 'Timeout' },
    ],
    ['no error at all', 'boom', { code: 'Network', message: 'boom' }],
    ['a response without a status', Object.assign(new Error('x'), { response: {} }), { code: 'Network' }],
  ])('%s', (_what, thrown, failure) => {
    expect(failureOf(ROUTE, thrown, NOW_MS)).toMatchObject({ service: 'github', operation: ROUTE, ...failure })
  })

  test('a page of HTML is not repeated to the user', () => {
    expect(failureOf(ROUTE, answer(502, {}, '<html>'), NOW_MS).message).not.toContain('<html>')
  })
})

describe('an answer with a status of success', () => {
  const calling = (data: unknown) =>
    call(async (): Promise<GitHubResponse> => ({ status: 200, headers: {}, data }), NOW_MS, ROUTE, {})

  test('is no success where it is the page of a proxy: a runner would count as removed that is not', async () => {
    await expect(calling('<html>Sign in to the network</html>')).rejects.toMatchObject({
      failure: { service: 'github', operation: ROUTE, code: 'HTTP 502', status: 502 },
    })
  })

  test.each([
    ['JSON', { id: 1 }],
    ['nothing', ''],
    ['nothing at all', undefined],
  ])('is one where it is %s', async (_what, data) => {
    await expect(calling(data)).resolves.toMatchObject({ data })
  })
})

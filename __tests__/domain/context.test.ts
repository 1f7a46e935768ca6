import { describe, expect, test } from '@jest/globals'
import { missingToken, publicRefusal, refusal } from '../../src/domain/context.ts'
import { contextOf } from '../flows/rehearsal.ts'

const context = contextOf(1)
const FORK = { ...context, isFork: true }

describe('a run', () => {
  test.each([
    ['with a token', context, 'token', undefined],
    ['of a fork, in pull_request_target', { ...FORK, eventName: 'pull_request_target' }, 'token', /stranger's code/],
    [
      'of the repository itself, in pull_request_target',
      { ...context, eventName: 'pull_request_target' },
      'token',
      undefined,
    ],
    ['of a fork whose token was let in', { ...FORK, eventName: 'pull_request' }, 'token', undefined],
    ['of a fork, without a token', FORK, '', /GitHub gives no secrets to a pull request from a fork/],
    [
      'of Dependabot, without a token',
      { ...context, actor: 'dependabot[bot]' },
      '',
      /Dependabot's runs see only Dependabot secrets/,
    ],
    ['without a token', context, '', /the secret is empty or misspelt/],
    [
      'of a fork, in pull_request_target, without a token',
      { ...FORK, eventName: 'pull_request_target' },
      '',
      /stranger's code/,
    ],
  ])('%s', (_case, run, token, refused) => {
    expect(refusal(run, token) ?? 'nothing').toMatch(refused ?? /^nothing$/)
  })

  test('every sentence about a missing token names it', () => {
    for (const run of [context, FORK, { ...context, actor: 'dependabot[bot]' }])
      expect(missingToken(run)).toContain('`github-token`')
  })
})

test.each([
  [true, false, true],
  [true, true, false],
  [false, false, false],
  [false, true, false],
])('a repository that is public: %p, allowed: %p, is refused: %p', (isPublic, allowed, refused) => {
  expect(publicRefusal(isPublic, allowed) !== undefined).toBe(refused)
})

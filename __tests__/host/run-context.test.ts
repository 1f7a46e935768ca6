import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readRunContext } from '../../src/host/run-context.ts'

const folder = mkdtempSync(join(tmpdir(), 'ec2-spot-runner-context-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const ENV = { GITHUB_REPOSITORY: 'octo-org/octo-repo', GITHUB_RUN_ID: '17', GITHUB_RUN_ATTEMPT: '2' }

function withEvent(event: unknown) {
  const path = join(folder, 'event.json')
  writeFileSync(path, typeof event === 'string' ? event : JSON.stringify(event))
  return readRunContext({ ...ENV, GITHUB_EVENT_PATH: path })
}

describe('the context of a run', () => {
  test('is read from the environment of the step', () => {
    const env = {
      ...ENV,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_ACTOR: 'octocat',
      GITHUB_ACTION: 'start',
      GITHUB_SERVER_URL: 'https://ghe.example',
    }
    expect(readRunContext(env)).toMatchObject({
      repository: 'octo-org/octo-repo',
      runId: 17,
      runAttempt: 2,
      eventName: 'push',
      actor: 'octocat',
      stepId: 'start',
      serverUrl: 'https://ghe.example',
      isPublic: undefined,
      isFork: false,
    })
    expect(readRunContext(ENV).serverUrl).toBe('https://github.com')
  })

  test.each([
    [{ GITHUB_REPOSITORY: undefined }],
    [{ GITHUB_REPOSITORY: 'octo-repo' }],
    [{ GITHUB_REPOSITORY: 'a/b/c' }],
    [{ GITHUB_RUN_ID: undefined }],
    [{ GITHUB_RUN_ID: '0' }],
    [{ GITHUB_RUN_ID: 'x' }],
    [{ GITHUB_RUN_ATTEMPT: '1.5' }],
  ])('with %j is none', (env) => {
    expect(() => readRunContext({ ...ENV, ...env })).toThrow('This is no step of a GitHub workflow')
  })

  test.each([
    ['public by visibility', { repository: { visibility: 'public', private: true } }, true],
    ['internal', { repository: { visibility: 'internal', private: true } }, false],
    ['private by flag', { repository: { private: true } }, false],
    ['public by flag', { repository: { private: false } }, true],
    ['unsaid', { repository: {} }, undefined],
    ['unsaid in an event without a repository', {}, undefined],
    ['unsaid in an event that is no JSON', '<html>', undefined],
    ['unsaid in an event that is no object', 'null', undefined],
  ])('knows whether the repository is public: %s', (_what, event, isPublic) => {
    expect(withEvent(event).isPublic).toBe(isPublic)
  })

  test.each([
    ['of the repository', { pull_request: { head: { repo: { full_name: 'octo-org/octo-repo' } } } }, false],
    ['of a fork', { pull_request: { head: { repo: { full_name: 'stranger/octo-repo' } } } }, true],
    ['of a fork that was deleted', { pull_request: { head: { repo: null } } }, true],
    ['that says nothing', { pull_request: {} }, true],
    ['that is none', {}, false],
  ])('knows whether a pull request is one %s', (_what, event, isFork) => {
    expect(withEvent(event).isFork).toBe(isFork)
  })

  test('does without an event that is not there', () => {
    expect(readRunContext({ ...ENV, GITHUB_EVENT_PATH: join(folder, 'nowhere') }).isPublic).toBeUndefined()
  })
})

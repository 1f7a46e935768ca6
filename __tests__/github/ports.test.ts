import { describe, expect, test } from '@jest/globals'
import type { GitHubResponse, Request } from '../../src/github/request.ts'
import { createActions } from '../../src/github/actions.ts'
import { createRunners } from '../../src/github/runners.ts'
import { PlatformError } from '../../src/domain/failures.ts'
import type { ActionsPort, RunnersPort } from '../../src/ports/github.ts'
import { newLife, rehearse, REPOSITORY } from '../flows/rehearsal.ts'
import type { Stage } from '../flows/rehearsal.ts'

interface Ports {
  readonly runners: RunnersPort
  readonly actions: ActionsPort
}
const portsOf = (stage: Stage): Ports => stage.outside(newLife())

/** GitHub answers every request like this. */
function answering(data: unknown, headers: GitHubResponse['headers'] = {}): Ports {
  const request: Request = async () => ({ status: 200, headers, data })
  const host = { clock: { now: () => 0, sleep: async () => undefined }, random: () => 0 }
  return { runners: createRunners(request, REPOSITORY, host), actions: createActions(request, REPOSITORY, host) }
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    return `answer ${JSON.stringify(await work)}`
  } catch (error) {
    return error instanceof PlatformError ? error.failure.code : String(error)
  }
}

describe('runners', () => {
  test('are registered once under a name', () =>
    rehearse(async (stage) => {
      const { runners } = portsOf(stage)
      const made = await runners.createJitRunner('ec2-spot-1-1.1', ['ec2-spot-1-1'])
      expect(made).toMatchObject({
        registration: { name: 'ec2-spot-1-1.1', labels: ['ec2-spot-1-1'], online: false, busy: false },
      })
      expect(await runners.createJitRunner('ec2-spot-1-1.1', ['ec2-spot-1-1'])).toBe('taken')
    }))

  test('are listed to the end, over pages', () =>
    rehearse(async (stage) => {
      const { runners } = portsOf(stage)
      for (let n = 1; n <= 203; n++) {
        await runners.createJitRunner(`r${String(n)}`, ['x'])
        await stage.clock.sleep(1_000)
      }
      await stage.clock.sleep(3_000)
      expect(new Set((await runners.runners()).map(({ name }) => name)).size).toBe(203)
      expect(await runners.runnerByName('r7')).toMatchObject({ name: 'r7' })
      expect(await runners.runnerByName('r')).toBeUndefined()
    }))

  test('are removed once, and absent afterwards', () =>
    rehearse(async (stage) => {
      const { runners } = portsOf(stage)
      const made = await runners.createJitRunner('r', ['x'])
      const id = made === 'taken' ? 0 : made.registration.runnerId
      expect(await runners.runner(id)).toMatchObject({ runnerId: id })
      expect([await runners.deleteRunner(id), await runners.deleteRunner(id)]).toEqual(['deleted', 'absent'])
      expect(await runners.runner(id)).toBeUndefined()
    }))

  test('that run a job are busy, and stay', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start()
        stage.queueJob([started.outputs['label'] ?? ''])
        await stage.clock.sleep(10_000)
        const { runners } = portsOf(stage)
        const [runner] = await runners.runners()
        expect(runner).toMatchObject({ online: true, busy: true })
        expect(await runners.deleteRunner(runner?.runnerId ?? 0)).toBe('busy')
      },
      { script: () => ({ jobMs: 600_000 }) },
    ))

  test('register by a token that is not empty', () =>
    rehearse(async (stage) => {
      const token = await portsOf(stage).runners.createRegistrationToken()
      expect(stage.cloud.github.control.secrets()).toContain(token)
    }))

  test('for Linux are offered for both architectures', () =>
    rehearse(async (stage) => {
      const downloads = await portsOf(stage).runners.downloads()
      expect(downloads.map(({ architecture }) => architecture).toSorted()).toEqual(['arm64', 'x64'])
      for (const { url, sha256 } of downloads)
        expect([url, sha256]).toEqual([expect.stringMatching(/-linux-/), expect.stringMatching(/^[0-9a-f]{64}$/)])
    }))
})

describe('jobs', () => {
  test('tell their runner and their steps', () =>
    rehearse(async (stage) => {
      const started = await stage.start()
      stage.queueJob([started.outputs['label'] ?? ''])
      await stage.clock.sleep(60_000)
      expect(await portsOf(stage).actions.jobs(stage.runId, 1)).toMatchObject([
        {
          name: 'work',
          state: 'completed',
          conclusion: 'success',
          runnerName: `${started.outputs['label'] ?? ''}.1`,
          steps: [
            { name: 'Set up job' },
            { name: 'build', state: 'completed' },
            { name: 'test', state: 'completed' },
            { name: 'Complete job' },
          ],
        },
      ])
    }))

  test('with what nobody knows have not ended', async () => {
    const job = {
      id: 1,
      name: 'a',
      status: 'dreaming',
      conclusion: null,
      runner_name: '',
      steps: [{ status: 'x' }],
      labels: ['a', { name: 'b' }, 7],
      started_at: 'never',
      completed_at: '2026-11-20T10:00:00Z',
    }
    expect(await answering({ jobs: [job] }).actions.jobs(1, 1)).toMatchObject([
      {
        state: 'in_progress',
        conclusion: undefined,
        runnerName: undefined,
        labels: ['a', 'b'],
        startedAtMs: undefined,
        completedAtMs: Date.UTC(2026, 10, 20, 10),
        steps: [{ name: '', state: 'in_progress' }],
      },
    ])
  })
})

test.each([
  [{ private: true }, false],
  [{ private: false }, true],
  [{}, true],
])('a repository %j is public: %p', async (repository, isPublic) => {
  expect(await answering(repository).actions.repositoryIsPublic()).toBe(isPublic)
})

describe('a malformed answer is never read as "nothing there"', () => {
  const SHAPES: readonly (readonly [string, unknown])[] = [
    ['an empty text', ''],
    ['a page of HTML', '<html>'],
    ['nothing', undefined],
    ['null', null],
    ['an empty object', {}],
    ['a list of the wrong thing', { runners: 'none', jobs: 7, runner: [], token: 5 }],
    [
      'entries without what they need',
      { runners: [{}], jobs: [{ id: 'x' }], runner: { id: 1 }, encoded_jit_config: '' },
    ],
    ['entries that are no objects', { runners: [null], jobs: [1], id: '1', name: 2 }],
  ]
  const READS: readonly (readonly [string, (ports: Ports) => Promise<unknown>])[] = [
    ['the listing of runners', ({ runners }) => runners.runners()],
    ['a runner by name', ({ runners }) => runners.runnerByName('a')],
    ['a runner by id', ({ runners }) => runners.runner(1)],
    ['a registration', ({ runners }) => runners.createJitRunner('a', ['b'])],
    ['a registration token', ({ runners }) => runners.createRegistrationToken()],
    ['jobs', ({ actions }) => actions.jobs(1, 1)],
  ]
  const CELLS = READS.flatMap(([what, read]) => SHAPES.map(([shape, data]) => [what, shape, read, data] as const))
  test.each(CELLS)('%s: %s', async (_what, _shape, read, data) => {
    expect(await codeOf(read(answering(data)))).toBe('HTTP 502')
  })

  test('a listing that does not end says so', async () => {
    const { runners } = answering({ runners: [] }, { link: '<https://api.github.com/x?page=2>; rel="next"' })
    await expect(runners.runners()).rejects.toThrow('did not end within 200 pages')
  })

  test('a full page without a link is not taken for the last one', async () => {
    let pages = 0
    const request: Request = async () => {
      pages += 1
      const entries = Array.from({ length: pages < 3 ? 100 : 1 }, (_, n) => ({ id: pages * 1_000 + n, name: 'x' }))
      return { status: 200, headers: {}, data: { runners: entries } }
    }
    const host = { clock: { now: () => 0, sleep: async () => undefined }, random: () => 0 }
    expect(await createRunners(request, REPOSITORY, host).runners()).toHaveLength(201)
  })
})

describe('an error of GitHub is never read as "nothing there"', () => {
  const ONE = 'GET /repos/{owner}/{repo}/actions/runners/{runner_id}'
  const DELETE = 'DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}'
  const CASES: readonly (readonly [string, string, (ports: Ports) => Promise<unknown>])[] = [
    ['a runner', ONE, ({ runners }) => runners.runner(1)],
    ['a deletion', DELETE, ({ runners }) => runners.deleteRunner(1)],
    ['the listing', 'GET /repos/{owner}/{repo}/actions/runners', ({ runners }) => runners.runners()],
  ]
  const CELLS = CASES.flatMap(([what, route, read]) =>
    [401, 403, 500, 503].map((status) => [what, status, route, read] as const),
  )
  test.each(CELLS)('%s: %d', (_what, status, route, read) =>
    rehearse(async (stage) => {
      stage.cloud.faults.always(route, { kind: 'refuse', code: '', status, message: 'No.' })
      expect(await codeOf(read(portsOf(stage)))).toBe(`HTTP ${String(status)}`)
    }),
  )
})

import type { Scenario } from './scenario.ts'
import type { Stage } from './stage.ts'
import { DAY, HOUR, MINUTE, SECOND, VERSION, verdict } from './stage.ts'

const RUNNERS = '/repos/{owner}/{repo}/actions/runners'

function listed(stage: Stage, parameters: Record<string, unknown> = {}): { names: string[]; link: string | undefined } {
  const { body, headers } = stage.call(`GET ${RUNNERS}`, parameters)
  return { names: (body as { runners: { name: string }[] }).runners.map(({ name }) => name), link: headers['link'] }
}

function build(stage: Stage, labels: readonly string[] = ['spot']): number {
  const { control } = stage.github
  return control.queueJob(control.createRun({ repository: 'octo/forge' }), { name: 'build', labels })
}

function tokenOf(stage: Stage): string {
  return (stage.call(`POST ${RUNNERS}/registration-token`).body as { token: string }).token
}

export const registrationScenarios: readonly Scenario[] = [
  {
    rule: 'runnerNamesAreUnique',
    play: (stage) => [verdict(stage.jit('twin')), verdict(stage.jit('twin'))],
    on: ['201', '409 Already exists - A runner with the name twin already exists.'],
    off: ['201', '201'],
  },
  {
    rule: 'jitRequestsAreChecked',
    play(stage) {
      const tooMany = Array.from({ length: 101 }, (_, index) => `label-${String(index)}`)
      const cases: [string, string[]][] = [
        ['n'.repeat(65), ['spot']],
        ['none', []],
        ['empty', ['']],
        ['long', ['l'.repeat(257)]],
        ['many', tooMany],
        ['n'.repeat(64), ['l'.repeat(256)]],
      ]
      return cases.map(([name, labels]) => stage.jit(name, labels).status)
    },
    on: [422, 422, 422, 422, 422, 201],
    off: [201, 201, 201, 201, 201, 201],
  },
  {
    rule: 'registrationTokensExpire',
    async play(stage) {
      const token = tokenOf(stage)
      const register = (name: string): number =>
        stage.github.runners.register({ token, name, labels: ['spot'], ephemeral: false, version: VERSION }).status
      const fresh = register('first')
      await stage.pass(HOUR)
      return [fresh, register('second')]
    },
    on: [201, 401],
    off: [201, 201],
  },
  {
    rule: 'ephemeralTakesOneJob',
    async play(stage) {
      const runner = stage.runner()
      const first = build(stage)
      build(stage)
      await stage.poll(runner)
      stage.github.runners.complete(first, 'success')
      return [stage.readRunner(runner.id).status, typeof (await stage.poll(runner))]
    },
    on: [404, 'number'],
    off: [200, 'object'],
  },
  {
    rule: 'busyRunnersCannotBeDeleted',
    async play(stage) {
      const runner = stage.runner('busy')
      build(stage)
      await stage.poll(runner)
      return verdict(stage.deleteRunner(runner.id))
    },
    on: '422 Runner "busy" is currently running a job and cannot be deleted.',
    off: '204',
  },
  {
    rule: 'runnerListLags',
    async play(stage) {
      stage.jit('fresh')
      const atOnce = listed(stage).names
      await stage.pass(2 * SECOND)
      const later = listed(stage).names
      stage.deleteRunner(stage.github.control.runnersOf('octo/forge')[0]?.id ?? 0)
      return { atOnce, later, afterDeletion: listed(stage).names }
    },
    on: { atOnce: [], later: ['fresh'], afterDeletion: ['fresh'] },
    off: { atOnce: ['fresh'], later: ['fresh'], afterDeletion: [] },
  },
  {
    rule: 'pagesAreBounded',
    async play(stage) {
      for (let i = 0; i < 105; i += 1) {
        if (i % 70 === 0) await stage.pass(MINUTE)
        stage.jit(`runner-${String(i)}`)
      }
      await stage.pass(MINUTE)
      const first = listed(stage, { per_page: 200 })
      return [
        listed(stage).names.length,
        first.names.length,
        first.link,
        listed(stage, { per_page: 100, page: 2 }).names.length,
      ]
    },
    on: [
      30,
      100,
      '<https://api.github.com/repos/octo/forge/actions/runners?per_page=100&page=2>; rel="next", ' +
        '<https://api.github.com/repos/octo/forge/actions/runners?per_page=100&page=2>; rel="last"',
      5,
    ],
    off: [105, 105, undefined, 105],
  },
  {
    rule: 'unusedRunnersAreRemoved',
    async play(stage) {
      stage.jit('ephemeral')
      stage.github.runners.register({ token: tokenOf(stage), name: 'lasting', labels: ['spot'], ephemeral: false })
      const names = (): string[] => stage.github.control.runnersOf('octo/forge').map(({ name }) => name)
      const seen = [names()]
      for (const ms of [DAY - SECOND, SECOND, 13 * DAY]) {
        await stage.pass(ms)
        seen.push(names())
      }
      return seen
    },
    on: [['ephemeral', 'lasting'], ['ephemeral', 'lasting'], ['lasting'], []],
    off: Array.from({ length: 4 }, () => ['ephemeral', 'lasting']),
  },
  {
    rule: 'deletionIsSeenAtTheNextPoll',
    async play(stage) {
      const runner = stage.runner()
      const waiting = stage.github.runners.next(runner.sessionId, MINUTE)
      stage.deleteRunner(runner.id)
      await stage.pass(MINUTE)
      return [(await waiting).status, await stage.poll(runner)]
    },
    on: [204, 404],
    off: [404, 404],
  },
]

import { describe, expect, test } from '@jest/globals'
import type { CloudSnapshot } from '../cloud/cloud.ts'
import { virtualClock } from '../cloud/clock.ts'
import { createCloud } from '../cloud/cloud.ts'
import { seeded } from '../cloud/play/stage.ts'
import { callTable } from '../demo/calls.ts'
import { leftBehind } from '../demo/left.ts'
import { lineReader, shownLine } from '../demo/log.ts'
import { layOut, wrap } from '../demo/markdown.ts'
import { timeText } from '../demo/page.ts'
import { changes, type JobView, type View } from '../demo/watch.ts'

const NOTHING: View = { fleets: [], machines: [], templates: [], runners: [], jobs: [] }
const JOB: JobView = {
  name: 'test',
  isHosted: false,
  status: 'queued',
  conclusion: undefined,
  labels: ['spot-1'],
  runnerName: undefined,
  steps: [],
}
const MACHINE = { instanceId: 'i-1', state: 'pending', reason: undefined, console: '' }
const LAUNCHED = { instanceId: 'i-1', instanceType: 'c7i.large', availabilityZone: 'us-east-1a' }

function told(before: Partial<View>, after: Partial<View>): readonly string[] {
  const deeds = changes({ ...NOTHING, ...before }, { ...NOTHING, ...after })
  return deeds.map(({ actor, text }) => `${actor}: ${text}`)
}

describe('the timeline', () => {
  const runner = { name: 'r.1', ephemeral: true, status: 'offline' as const }
  test.each<[string, Partial<View>, Partial<View>, readonly string[]]>([
    ['nothing where nothing changes', { machines: [MACHINE] }, { machines: [MACHINE] }, []],
    ['a new template', {}, { templates: ['t'] }, ['EC2: launch template t is created']],
    ['a template that is gone', { templates: ['t'] }, {}, ['EC2: launch template t is deleted']],
    [
      'a fleet that launches nothing',
      {},
      { fleets: [{ market: 'spot', pools: 6, outcome: 'ok', launched: [] }] },
      ['EC2: CreateFleet for spot in 6 pools: nothing launched'],
    ],
    [
      'a fleet that launches',
      {},
      { fleets: [{ market: 'on-demand', pools: 1, outcome: 'ok', launched: [LAUNCHED] }] },
      ['EC2: CreateFleet for on-demand in 1 pool: launched i-1, c7i.large in us-east-1a'],
    ],
    [
      'a fleet that is refused',
      {},
      { fleets: [{ market: 'spot', pools: 2, outcome: 'UnauthorizedOperation', launched: [] }] },
      ['EC2: CreateFleet for spot in 2 pools: UnauthorizedOperation'],
    ],
    [
      'a machine that runs and speaks, in whole lines',
      { machines: [MACHINE] },
      { machines: [{ ...MACHINE, state: 'running', console: 'ec2-spot-runner: phase=imds reason=spot\n\nLis' }] },
      ['EC2: i-1 is running', 'machine: boot: imds, spot'],
    ],
    [
      'the last words of a machine before its end',
      { machines: [{ ...MACHINE, state: 'running', console: 'one\n' }] },
      { machines: [{ ...MACHINE, state: 'shutting-down', reason: 'by user', console: 'one\ntwo\n' }] },
      ['machine: two', 'EC2: i-1 is shutting-down (by user)'],
    ],
    ['a registration', {}, { runners: [runner] }, ['GitHub: runner r.1 is registered']],
    [
      'a runner that comes online',
      { runners: [runner] },
      { runners: [{ ...runner, status: 'online' }] },
      ['GitHub: runner r.1 is online'],
    ],
    ['a removal', { runners: [runner] }, {}, ['GitHub: runner r.1 is no longer registered']],
    ['a queued job', {}, { jobs: [JOB] }, ['GitHub: job "test" is queued for spot-1']],
    ['no queue for a hosted job', {}, { jobs: [{ ...JOB, isHosted: true }] }, []],
    [
      'a job that begins',
      { jobs: [JOB] },
      { jobs: [{ ...JOB, status: 'in_progress', runnerName: 'r.1' }] },
      ['GitHub: job "test" goes to r.1'],
    ],
    [
      'the steps of a job before its end',
      { jobs: [{ ...JOB, status: 'in_progress', steps: [{ name: 'build', conclusion: undefined }] }] },
      {
        jobs: [
          { ...JOB, status: 'completed', conclusion: 'failure', steps: [{ name: 'build', conclusion: 'failure' }] },
        ],
      },
      ['machine: step "build": failure', 'workflow: job "test": failure'],
    ],
  ])('tells of %s', (_, before, after, expected) => {
    expect(told(before, after)).toEqual(expected)
  })

  test.each([
    [0, '   0.0 s'],
    [12_345, '  12.3 s'],
  ])('writes %i ms as "%s"', (ms, text) => {
    expect(timeText(ms)).toBe(text)
  })
})

describe('what is left behind', () => {
  const empty: CloudSnapshot = createCloud({ clock: virtualClock(0), random: seeded(1) }).snapshot()
  const instance = { instanceId: 'i-1', state: 'running' } as CloudSnapshot['ec2']['live'][number]
  const registration = { name: 'r.1' } as CloudSnapshot['github']['registrations'][number]
  test.each<[string, CloudSnapshot, readonly string[]]>([
    ['nothing, of an empty cloud', empty, []],
    ['a live instance', { ...empty, ec2: { ...empty.ec2, live: [instance] } }, ['instance i-1 is running']],
    ['a launch template', { ...empty, ec2: { ...empty.ec2, launchTemplates: ['t'] } }, ['launch template t exists']],
    [
      'a registration',
      { ...empty, github: { ...empty.github, registrations: [registration] } },
      ['runner r.1 is registered'],
    ],
  ])('is %s', (_, snapshot, expected) => {
    expect(leftBehind(snapshot)).toEqual(expected)
  })
})

describe("a step's log", () => {
  test.each<[string, string | undefined]>([
    ['Asking for spot.', 'Asking for spot.'],
    ['::group::Launching 1 of 1', 'Launching 1 of 1'],
    ['::endgroup::', undefined],
    ['::add-mask::secret', undefined],
    ['::warning::100%25 of it%0Anext line', 'warning: 100% of it\nnext line'],
    ['::error title=EC2 spot interruption::taken', 'error: taken'],
    ['', undefined],
  ])('shows %j as %j', (line, shown) => {
    expect(shownLine(line)).toBe(shown)
  })

  test('comes in whole lines, however it is cut', () => {
    const lines: string[] = []
    const reader = lineReader((line) => lines.push(line))
    for (const text of ['on', 'e\ntw', 'o\n', 'three']) reader.read(text)
    reader.end()
    reader.end()
    expect(lines).toEqual(['one', 'two', 'three'])
  })
})

describe('the layout', () => {
  test.each([
    ['a bb ccc', 4, ['a bb', 'ccc']],
    ['a bb ccc', 8, ['a bb ccc']],
    ['abcdefgh ij', 4, ['abcdefgh', 'ij']],
    ['', 4, ['']],
  ])('wraps %j at %i', (line, width, expected) => {
    expect(wrap(line, width)).toEqual(expected)
  })

  test('puts the columns of a table under each other, and keeps the text around it', () => {
    expect(layOut('# Title\n\n| a | b |\n| --- | --- |\n| one | x \\| y |\n\nend\n', 80)).toEqual([
      '# Title',
      '',
      '| a   | b      |',
      '| --- | ------ |',
      '| one | x \\| y |',
      '',
      'end',
    ])
  })

  test('wraps the widest column of a table that is too wide', () => {
    const [head = '', ...rest] = layOut('| a | b |\n| --- | --- |\n| one | two three four five six |', 26)
    expect(head).toHaveLength(26)
    expect(rest.slice(1)).toEqual(['| one | two three four   |', '|     | five six         |'])
  })
})

test('the table of calls counts each operation, and names what was not ok', () => {
  const call = (service: 'ec2' | 'github', operation: string, outcome = 'ok') => ({ service, operation, outcome })
  const route = 'GET /repos/{owner}/{repo}/actions/runners/{runner_id}'
  const table = callTable([
    call('github', route),
    call('ec2', 'CreateFleet', 'RequestLimitExceeded'),
    call('ec2', 'CreateFleet', 'RequestLimitExceeded'),
    call('ec2', 'CreateFleet'),
  ])
  expect(table.split('\n').slice(2)).toEqual([
    '| EC2 | CreateFleet | 3 | RequestLimitExceeded |',
    '| GitHub | GET runners/{id} | 1 |  |',
  ])
})

import { describe, expect, test } from '@jest/globals'
import { bootReport } from '../../src/domain/boot-phase.ts'
import type { Machine, MachineState } from '../../src/domain/machine.ts'
import { endedByItself, isReclaimed, judge, worst } from '../../src/domain/verdict.ts'
import type { Evidence, JobEvidence, Verdict } from '../../src/domain/verdict.ts'

const machine = (state: MachineState, reasonCode?: string): Machine => ({
  instanceId: 'i-1',
  state,
  market: 'spot',
  instanceType: 'c7i.large',
  availabilityZone: 'zone-a',
  launchedAtMs: 0,
  ...(reasonCode === undefined ? {} : { reasonCode }),
  tags: {},
})
const job = (state: string, conclusion: string | undefined, steps: readonly string[]): JobEvidence => ({
  name: 'work',
  state,
  conclusion,
  steps: steps.map((each) => ({ state: each })),
})

const MACHINES = {
  running: machine('running'),
  pending: machine('pending'),
  stopped: machine('stopped', 'Client.InstanceInitiatedShutdown'),
  'taken by AWS': machine('terminated', 'Server.SpotInstanceTermination'),
  'being taken by AWS': machine('shutting-down', 'Server.SpotInstanceTermination'),
  'shut down by AWS': machine('terminated', 'Server.SpotInstanceShutdown'),
  'terminated by a caller': machine('terminated', 'Client.UserInitiatedShutdown'),
  'powered off by itself': machine('terminated', 'Client.InstanceInitiatedShutdown'),
  'lost with its hardware': machine('terminated', 'Server.InternalError'),
  'gone without a reason': machine('terminated'),
} as const

const JOBS = {
  none: [],
  unknown: undefined,
  green: [job('completed', 'success', ['completed', 'completed'])],
  red: [job('completed', 'failure', ['completed', 'completed'])],
  running: [job('in_progress', undefined, ['completed', 'in_progress', 'queued'])],
  'cut off': [job('completed', 'failure', ['completed', 'in_progress'])],
  'without steps': [job('completed', 'failure', [])],
  'green, then cut off': [job('completed', 'success', ['completed']), job('completed', 'failure', ['in_progress'])],
} as const satisfies Record<string, readonly JobEvidence[] | undefined>

type Column = keyof typeof JOBS
const COLUMNS = Object.keys(JOBS) as Column[]

/** One letter for each column of JOBS: none, unknown, green, red, running, cut off, without steps, green then cut off. */
const LETTERS: Readonly<Record<string, Verdict>> = {
  I: 'interrupted',
  F: 'finished',
  U: 'unknown',
  T: 'terminated-by-us',
}
const TABLE: readonly (readonly [keyof typeof MACHINES, string | undefined, string])[] = [
  ['running', 'fulfilled', 'TTFFTTTT'],
  ['running', undefined, 'TTFFTTTT'],
  ['running', 'instance-terminated-no-capacity', 'IUFFIIII'],
  ['running', 'marked-for-termination', 'IUFFIIII'],
  ['pending', 'fulfilled', 'TTFFTTTT'],
  ['stopped', 'instance-terminated-by-user', 'TTFFTTTT'],
  ['taken by AWS', 'instance-terminated-no-capacity', 'IUFFIIII'],
  ['taken by AWS', undefined, 'IUFFIIII'],
  ['being taken by AWS', 'instance-terminated-by-price', 'IUFFIIII'],
  ['shut down by AWS', undefined, 'IUFFIIII'],
  ['gone without a reason', 'instance-terminated-capacity-oversubscribed', 'IUFFIIII'],
  ['gone without a reason', 'instance-terminated-by-experiment', 'IUFFIIII'],
  ['terminated by a caller', 'instance-terminated-by-user', 'TTFFTTTT'],
  ['terminated by a caller', undefined, 'TTFFTTTT'],
  ['powered off by itself', 'instance-terminated-by-user', 'UUFFUUUU'],
  ['lost with its hardware', 'instance-terminated-by-service', 'UUFFUUUU'],
  ['gone without a reason', undefined, 'UUFFUUUU'],
]

describe('the verdict of one machine', () => {
  const cells = TABLE.flatMap(([name, spotStatus, letters]) =>
    COLUMNS.map((column, at) => [name, spotStatus, column, LETTERS[letters.charAt(at)]] as const),
  )
  test.each(cells)('%s, spot request %s, job %s: %s', (name, spotStatus, column, verdict) => {
    const evidence: Evidence = { machine: MACHINES[name], spotStatus, jobs: JOBS[column], boot: undefined }
    expect(judge(evidence).verdict).toBe(verdict)
  })

  test.each(cells.filter(([, , column]) => column === 'green' || column === 'red'))(
    '%s, spot request %s: a job that ended by itself (%s) is never called interrupted',
    (name, spotStatus, column) => {
      const boot = bootReport('ec2-spot-runner: phase=failed:boot reason=x')
      expect(judge({ machine: MACHINES[name], spotStatus, jobs: JOBS[column], boot }).verdict).toBe('finished')
    },
  )

  const marker = (text: string) => bootReport(`ec2-spot-runner: phase=${text}`)
  test.each([
    ['powering-off reason=idle', 'idle'],
    ['powering-off reason=deadline', 'expired'],
    ['powering-off reason=runner-exited', 'unknown'],
    ['runner-starting reason=idle', 'unknown'],
    ['failed:runner-missing reason=no run.sh', 'failed-to-boot'],
  ] as const)('a machine that powered itself off and said "%s" is %s', (text, verdict) => {
    const self = MACHINES['powered off by itself']
    expect(judge({ machine: self, spotStatus: undefined, jobs: [], boot: marker(text) }).verdict).toBe(verdict)
  })

  test.each(Object.keys(MACHINES) as (keyof typeof MACHINES)[])('what a machine says makes no verdict: %s', (name) => {
    if (name === 'powered off by itself') return
    const with_ = judge({
      machine: MACHINES[name],
      spotStatus: undefined,
      jobs: [],
      boot: marker('powering-off reason=idle'),
    })
    const without = judge({ machine: MACHINES[name], spotStatus: undefined, jobs: [], boot: undefined })
    expect(with_).toEqual(without)
  })

  test.each([
    [
      'taken by AWS',
      'cut off',
      'instance-terminated-no-capacity',
      'AWS took the machine (EC2: terminated, Server.SpotInstanceTermination, spot request instance-terminated-no-capacity); job "work" was cut off',
    ],
    [
      'taken by AWS',
      'none',
      undefined,
      'AWS took the machine (EC2: terminated, Server.SpotInstanceTermination); it had no job',
    ],
    ['running', 'running', 'fulfilled', 'job "work" was still running; EC2: running, spot request fulfilled'],
    ['running', 'none', undefined, 'alive without a job; EC2: running'],
    ['running', 'green', undefined, '"work" ended by itself; EC2: running'],
    [
      'terminated by a caller',
      'none',
      undefined,
      'terminated through the API before; EC2: terminated, Client.UserInitiatedShutdown',
    ],
  ] as const)('%s, job %s: says what it rests on', (name, column, spotStatus, evidence) => {
    expect(judge({ machine: MACHINES[name], spotStatus, jobs: JOBS[column], boot: undefined }).evidence).toBe(evidence)
  })
})

describe('a reclaim', () => {
  test.each([
    ['instance-terminated-by-user', false],
    ['instance-terminated-by-service', false],
    ['instance-terminated-by-schedule', false],
    ['request-canceled-and-instance-running', false],
    ['fulfilled', false],
    ['', false],
    ['instance-terminated-no-capacity', true],
    ['instance-stopped-no-capacity', true],
    ['instance-terminated-by-price', true],
    ['marked-for-stop', true],
    ['marked-for-termination', true],
    ['marked-for-stop-by-experiment', true],
    ['xinstance-terminated-by-price', false],
  ])('is what the spot request says: %s: %p', (status, reclaimed) => {
    expect(isReclaimed(MACHINES.running, status)).toBe(reclaimed)
  })
})

test.each([
  ['green', true],
  ['red', true],
  ['running', false],
  ['cut off', false],
  ['without steps', false],
] as const)('a job that is %s ended by itself: %p', (column, ended) => {
  expect(JOBS[column].map(endedByItself)).toEqual([ended])
})

test.each([
  [[], 'unknown'],
  [['finished'], 'finished'],
  [['finished', 'terminated-by-us'], 'terminated-by-us'],
  [['finished', 'idle', 'expired'], 'expired'],
  [['expired', 'unknown'], 'unknown'],
  [['unknown', 'failed-to-boot'], 'failed-to-boot'],
  [['failed-to-boot', 'interrupted', 'finished'], 'interrupted'],
] as const)('of %j the worst is %s', (verdicts, verdict) => {
  expect(worst(verdicts)).toBe(verdict)
})

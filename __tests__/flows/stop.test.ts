import { describe, expect, test } from '@jest/globals'
import type { Fault } from '../../cloud/faults.ts'
import { annotations, callsOf, everLaunched, list, newLife, NOTHING, rehearse } from './rehearsal.ts'
import type { Inputs, Played, RehearsalOptions, Stage } from './rehearsal.ts'

const LIST = 'GET /repos/{owner}/{repo}/actions/runners'
const DELETE = 'DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}'
const JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs'
const DENIED: Fault = { kind: 'refuse', code: 'UnauthorizedOperation', status: 403, message: 'You may not.' }

function stateOf({ cloud }: Stage, id: string | undefined): string | undefined {
  return cloud.snapshot().ec2.instances.find(({ instanceId }) => instanceId === id)?.state
}

describe('what a stop takes down', () => {
  const WAYS: readonly (readonly [string, (started: Played) => Inputs, Partial<{ runId: number }>])[] = [
    ['with empty inputs, the start of its own run, attempt and name', () => ({}), {}],
    ['by label', ({ outputs }) => ({ label: outputs['label'] ?? '' }), {}],
    ['by label, from another run', ({ outputs }) => ({ label: outputs['label'] ?? '' }), { runId: 999_999 }],
    [
      'by the list of ids that start puts out',
      ({ outputs }) => ({ 'instance-ids': outputs['instance-ids'] ?? '' }),
      {},
    ],
    [
      'by ids from another run',
      ({ outputs }) => ({ 'instance-ids': outputs['instance-ids'] ?? '' }),
      { runId: 999_999 },
    ],
    [
      'by label and ids',
      ({ outputs }) => ({ label: outputs['label'] ?? '', 'instance-ids': outputs['instance-ids'] ?? '' }),
      {},
    ],
    ['everything of its run', () => ({ all: 'true' }), {}],
  ]
  test.each(WAYS)('%s: nothing is left', (_way, inputs, context) =>
    rehearse(async (stage) => {
      const started = await stage.start({ count: '2' })
      const stopped = await stage.stop(inputs(started), context)
      expect(stopped.failed).toBe('')
      expect(annotations(stopped)).toEqual([])
      expect(stopped.outputs).toEqual({ verdict: 'terminated-by-us', interrupted: 'false' })
      expect(stage.left()).toEqual(NOTHING)
    }),
  )

  const SIBLINGS: readonly (readonly [string, Inputs, object])[] = [
    ['of another name', { name: 'other' }, {}],
    ['of another attempt', { name: 'mine' }, { runAttempt: 2 }],
    ['of another run', { name: 'mine' }, { runId: 424_242 }],
    ['whose name begins alike', { name: 'mine-too' }, {}],
    ['without a name', {}, {}],
  ]
  test.each(SIBLINGS)('never a start %s', (_which, inputs, context) =>
    rehearse(async (stage) => {
      await stage.start({ name: 'mine' })
      await stage.stop({ name: 'mine' })
      const sibling = await stage.start(inputs, context)
      await stage.start({ name: 'mine' })
      const stopped = await stage.stop({ name: 'mine' })
      expect(stopped.failed).toBe('')
      expect(stage.left().machines).toEqual([sibling.outputs['instance-id']])
      expect(stage.left().registrations).toHaveLength(1)
    }),
  )

  test('with all, every name and attempt of the run, and no other run', () =>
    rehearse(async (stage) => {
      await stage.start({ name: 'a' })
      await stage.start({ name: 'b' }, { runAttempt: 2 })
      const other = await stage.start({}, { runId: 424_242 })
      const stopped = await stage.stop({ all: 'true' })
      expect(stopped.failed).toBe('')
      expect(stage.left().machines).toEqual([other.outputs['instance-id']])
    }))

  test('of its own label and never that of another repository with the same run', () =>
    rehearse(async (stage) => {
      stage.cloud.github.control.addRepository('octo-org/other')
      const other = await stage.start({}, { repository: 'octo-org/other' })
      const before = stage.left()
      const stopped = await stage.stop({ 'instance-ids': other.outputs['instance-ids'] ?? '' })
      expect(stopped.failed).toBe('')
      expect(annotations(stopped)).toEqual([
        `warning: ${other.outputs['instance-id'] ?? ''} is left alone: it does not carry the tags of a machine of octo-org/octo-repo.`,
      ])
      expect(stage.left().machines).toEqual(before.machines)
      await stage.stop({ all: 'true' })
      expect(stage.left().machines).toEqual(before.machines)
    }))

  test('a second time, it is a success that does nothing', () =>
    rehearse(async (stage) => {
      await stage.start()
      await stage.stop()
      const writes = (): number => callsOf(stage.cloud, 'TerminateInstances') + callsOf(stage.cloud, DELETE)
      const before = writes()
      // GitHub still lists the registration for a moment.
      await stage.clock.sleep(3_000)
      const again = await stage.stop()
      expect(again.failed).toBe('')
      expect(annotations(again)).toEqual([])
      expect(writes()).toBe(before)
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('of a start that never was: a success, after looking twice', () =>
    rehearse(async (stage) => {
      const stopped = await stage.stop()
      expect(stopped).toMatchObject({ failed: '', outputs: { verdict: 'unknown', interrupted: 'false' } })
      expect(annotations(stopped)).toEqual([])
      expect(stopped.summaries[0]).toContain('There was no machine.')
      expect(callsOf(stage.cloud, 'DescribeInstances')).toBe(2)
    }))

  test('ids that EC2 has forgotten are no reason to fail', () =>
    rehearse(async (stage) => {
      const started = await stage.start()
      await stage.stop()
      await stage.clock.sleep(2 * 3_600_000)
      const stopped = await stage.stop({ 'instance-ids': started.outputs['instance-ids'] ?? '' })
      expect(stopped.failed).toBe('')
      expect(annotations(stopped)).toEqual([])
    }))

  test('of a start that delivered takes at most three seconds where calls take 100 ms', () =>
    rehearse(
      async (stage) => {
        await stage.start()
        const stopped = await stage.stop()
        expect(stopped.failed).toBe('')
        expect(stopped.tookMs).toBeLessThanOrEqual(3_000)
      },
      { cloud: { latencyMs: () => 100 } },
    ))

  test('a machine that is listed late is found in the second look', () =>
    rehearse(
      async (stage) => {
        const life = newLife()
        void stage.start({}, {}, life)
        await stage.clock.sleep(1_000)
        life.dead = true
        const stopped = await stage.stop()
        expect(stopped.failed).toBe('')
        expect(stopped.lines.map(({ text }) => text)).toContainEqual(expect.stringContaining('looking again'))
        expect(everLaunched(stage.cloud)).toHaveLength(1)
        expect(stage.left()).toEqual(NOTHING)
      },
      { cloud: { timing: { listingLagMs: [12_000, 12_000] } } },
    ))
})

describe('the verdict', () => {
  const LONG: RehearsalOptions = { script: () => ({ jobMs: 600_000 }) }
  interface Scene {
    readonly options?: RehearsalOptions
    readonly inputs?: Inputs
    /** What happens between start and stop. */
    readonly act: (stage: Stage, id: string, label: string) => Promise<unknown>
    readonly verdict: string
    readonly interrupted?: string
    readonly told?: RegExp
  }
  const job = async (stage: Stage, label: string, ms: number): Promise<void> => {
    stage.queueJob([label])
    await stage.clock.sleep(ms)
  }
  const INTERRUPTION =
    /^error: i-\w+ \(\S+ in \S+\) was interrupted\. .*Nothing is wrong with the job itself: run it again\.$/
  const SCENES: readonly (readonly [string, Scene])[] = [
    ['a job that ended well', { act: (stage, _id, label) => job(stage, label, 60_000), verdict: 'finished' }],
    [
      'a job that failed by itself',
      {
        options: { script: () => ({ conclusion: 'failure' }) },
        act: (stage, _id, label) => job(stage, label, 60_000),
        verdict: 'finished',
      },
    ],
    ['no job yet', { act: () => Promise.resolve(), verdict: 'terminated-by-us' }],
    [
      'a job that still runs',
      { options: LONG, act: (stage, _id, label) => job(stage, label, 30_000), verdict: 'terminated-by-us' },
    ],
    [
      'a job under which AWS took the machine',
      {
        options: LONG,
        act: async (stage, id, label) => {
          await job(stage, label, 30_000)
          stage.cloud.ec2.control.interrupt(id, { noticeMs: 0 })
          await stage.clock.sleep(10_000)
        },
        verdict: 'interrupted',
        interrupted: 'true',
        told: INTERRUPTION,
      },
    ],
    [
      'an idle machine that AWS took',
      {
        act: async (stage, id) => {
          stage.cloud.ec2.control.interrupt(id, { noticeMs: 0 })
          await stage.clock.sleep(10_000)
        },
        verdict: 'interrupted',
        interrupted: 'true',
        told: INTERRUPTION,
      },
    ],
    [
      'a job that ended by itself within the notice',
      {
        act: async (stage, id, label) => {
          stage.queueJob([label])
          await stage.clock.sleep(5_000)
          stage.cloud.ec2.control.interrupt(id)
          await stage.clock.sleep(60_000)
        },
        verdict: 'finished',
      },
    ],
    [
      'a failed job that ended by itself within the notice',
      {
        options: { script: () => ({ conclusion: 'failure' }) },
        act: async (stage, id, label) => {
          stage.queueJob([label])
          await stage.clock.sleep(5_000)
          stage.cloud.ec2.control.interrupt(id)
          await stage.clock.sleep(130_000)
        },
        verdict: 'finished',
      },
    ],
    [
      'a machine that nobody used',
      { inputs: { 'idle-timeout': '1m' }, act: (stage) => stage.clock.sleep(120_000), verdict: 'idle' },
    ],
    [
      'a machine past its deadline',
      {
        inputs: { 'idle-timeout': '10m', 'max-lifetime': '5m' },
        act: (stage) => stage.clock.sleep(400_000),
        verdict: 'expired',
      },
    ],
    [
      'a machine that did not boot',
      {
        options: { script: () => ({ end: { kind: 'fails', step: 'runner-missing', reason: 'no run.sh' } }) },
        inputs: { 'wait-for': 'launch' },
        act: (stage) => stage.clock.sleep(60_000),
        verdict: 'failed-to-boot',
      },
    ],
    [
      'a machine that somebody terminated',
      {
        act: (stage, id) => stage.cloud.send('TerminateInstances', { InstanceIds: [id] }),
        verdict: 'terminated-by-us',
      },
    ],
    [
      'a machine whose hardware failed',
      {
        act: (stage, id) => {
          stage.cloud.ec2.control.kill(id)
          return Promise.resolve()
        },
        verdict: 'unknown',
      },
    ],
  ]
  test.each(SCENES)('%s', (_what, { options, inputs, act, verdict, interrupted = 'false', told }) =>
    rehearse(async (stage) => {
      const started = await stage.start(inputs)
      await act(stage, started.outputs['instance-id'] ?? '', started.outputs['label'] ?? '')
      const stopped = await stage.stop()
      expect(stopped.failed).toBe('')
      expect(stopped.outputs).toEqual({ verdict, interrupted })
      const unexpected = annotations(stopped).filter((line) => !line.includes('busy') && told?.test(line) !== true)
      expect(unexpected).toEqual([])
      expect(annotations(stopped).filter((line) => told?.test(line))).toHaveLength(told === undefined ? 0 : 1)
      expect(stopped.summaries[0]).toContain(`| ${verdict} |`)
      expect(stage.left().machines).toEqual([])
    }, options),
  )

  test('the annotation of an interruption has a title that scripts can look for', () =>
    rehearse(async (stage) => {
      const started = await stage.start()
      stage.cloud.ec2.control.interrupt(started.outputs['instance-id'] ?? '', { noticeMs: 0 })
      const { lines } = await stage.stop()
      expect(lines.filter(({ level }) => level === 'error').map(({ title }) => title)).toEqual([
        'EC2 spot interruption',
      ])
    }))

  test.each([
    ['by id, from another run', ({ outputs }: Played) => ({ 'instance-ids': outputs['instance-ids'] ?? '' }), true],
    ['with all, from another attempt', () => ({ all: 'true' }), false],
  ])('rests on the jobs of the run and attempt that the machine was started in: %s', (_what, inputs, fromOtherRun) =>
    rehearse(async (stage) => {
      const started = await stage.start()
      stage.queueJob(list(started.outputs['runs-on']))
      await stage.clock.sleep(5_000)
      stage.cloud.ec2.control.interrupt(started.outputs['instance-id'] ?? '')
      await stage.clock.sleep(60_000)
      const { control } = stage.cloud.github
      const context = fromOtherRun
        ? { runId: control.createRun({ repository: 'octo-org/octo-repo' }) }
        : { runAttempt: 2 }
      const stopped = await stage.stop(inputs(started), context)
      expect(stopped.failed).toBe('')
      expect(stopped.outputs).toEqual({ verdict: 'finished', interrupted: 'false' })
    }),
  )

  test('of a machine whose tags have faded is unknown: nobody knows which runner it was', () =>
    rehearse(async (stage) => {
      const started = await stage.start()
      stage.queueJob(list(started.outputs['runs-on']))
      await stage.clock.sleep(5_000)
      stage.cloud.ec2.control.interrupt(started.outputs['instance-id'] ?? '')
      await stage.clock.sleep(30 * 60_000)
      const stopped = await stage.stop({ 'instance-ids': started.outputs['instance-ids'] ?? '' })
      expect(stopped).toMatchObject({ failed: '', outputs: { interrupted: 'false' } })
    }))

  test('of several machines is the worst', () =>
    rehearse(async (stage) => {
      const started = await stage.start({ count: '2' })
      const [first = ''] = list(started.outputs['instance-ids'])
      stage.cloud.ec2.control.interrupt(first, { noticeMs: 0 })
      const stopped = await stage.stop()
      expect(stopped.outputs).toEqual({ verdict: 'interrupted', interrupted: 'true' })
    }))
})

describe('a machine that AWS is taking back', () => {
  test('is left to AWS, so that the evidence stays whole', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start()
        stage.queueJob(list(started.outputs['runs-on']))
        await stage.clock.sleep(20_000)
        stage.cloud.ec2.control.interrupt(started.outputs['instance-id'] ?? '')
        await stage.clock.sleep(10_000)
        const stopped = await stage.stop()
        expect(stopped).toMatchObject({ failed: '', outputs: { verdict: 'interrupted', interrupted: 'true' } })
        expect(callsOf(stage.cloud, 'TerminateInstances')).toBe(0)
        expect(stage.cloud.snapshot().ec2.instances[0]?.reason?.code).toBe('Server.SpotInstanceTermination')
        expect(stopped.tookMs).toBeGreaterThan(100_000)
        expect(stopped.tookMs).toBeLessThan(130_000)
      },
      { script: () => ({ jobMs: 900_000 }) },
    ))

  test('keeps its registration until then: an idle runner that lost it would power its machine off first', () =>
    rehearse(async (stage) => {
      const started = await stage.start()
      stage.cloud.ec2.control.interrupt(started.outputs['instance-id'] ?? '')
      const stopped = await stage.stop()
      expect(stopped).toMatchObject({ failed: '', outputs: { verdict: 'interrupted' } })
      expect(stage.cloud.snapshot().ec2.instances[0]?.reason?.code).toBe('Server.SpotInstanceTermination')
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('and does not take it for 150 s, is terminated all the same', () =>
    rehearse(async (stage) => {
      const started = await stage.start()
      stage.cloud.ec2.control.interrupt(started.outputs['instance-id'] ?? '', { noticeMs: 900_000 })
      const stopped = await stage.stop()
      expect(stopped.failed).toBe('')
      expect(stopped.tookMs).toBeLessThan(170_000)
      expect(stateOf(stage, started.outputs['instance-id'])).not.toBe('running')
    }))
})

describe('a runner that GitHub still calls busy', () => {
  const BUSY: Fault = { kind: 'refuse', code: '', status: 422, message: 'Runner is currently running a job' }

  test('is asked for again until it may go', () =>
    rehearse(async (stage) => {
      await stage.start()
      for (let n = 0; n < 3; n++) stage.cloud.faults.next(DELETE, BUSY)
      const stopped = await stage.stop()
      expect(stopped.failed).toBe('')
      expect(annotations(stopped)).toEqual([])
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('for longer, is left to GitHub with a warning', () =>
    rehearse(async (stage) => {
      await stage.start()
      stage.cloud.faults.always(DELETE, BUSY)
      const stopped = await stage.stop()
      expect(stopped.failed).toBe('')
      expect(annotations(stopped)).toEqual([
        expect.stringMatching(/^warning: GitHub still calls 1 of our runners busy/),
      ])
      expect(stopped.summaries[0]).toContain('1 still busy')
      expect(stage.left()).toMatchObject({ machines: [], registrations: { length: 1 } })
    }))
})

describe('one half that fails does not keep the other from its work', () => {
  const HALVES: readonly (readonly [string, string, Record<'machines' | 'registrations', number>, RegExp])[] = [
    [
      'machines cannot be listed',
      'DescribeInstances',
      { machines: 1, registrations: 0 },
      /A machine that may be left powers itself off/,
    ],
    [
      'machines cannot be terminated',
      'TerminateInstances',
      { machines: 1, registrations: 0 },
      /Still alive, and powering off by itself at its deadline: i-/,
    ],
    [
      'templates cannot be listed',
      'DescribeLaunchTemplates',
      { machines: 0, registrations: 0 },
      /DescribeLaunchTemplates.*\nA machine that may be left powers itself off/,
    ],
    ['runners cannot be listed', LIST, { machines: 0, registrations: 1 }, /github-token needs `administration: write`/],
    [
      'a runner cannot be removed',
      DELETE,
      { machines: 0, registrations: 1 },
      /github-token needs `administration: write`/,
    ],
  ]
  test.each(HALVES)('where %s, the rest goes, and the stop says what is left', (_what, operation, left, sentence) =>
    rehearse(async (stage) => {
      await stage.start()
      const mend = stage.cloud.faults.always(operation, DENIED)
      const stopped = await stage.stop()
      expect(stopped.failed).toMatch(/did not fully succeed/)
      expect(stopped.failed).toMatch(sentence)
      expect({ machines: stage.left().machines.length, registrations: stage.left().registrations.length }).toEqual(left)
      expect(stopped.outputs).toHaveProperty('verdict')
      mend()
      expect((await stage.stop()).failed).toBe('')
      expect(stage.left()).toEqual(NOTHING)
    }),
  )

  test('where spot requests cannot be read, all goes, and a warning says what is not known', () =>
    rehearse(async (stage) => {
      await stage.start()
      stage.cloud.faults.always('DescribeSpotInstanceRequests', DENIED)
      const stopped = await stage.stop()
      expect(stopped.failed).toBe('')
      expect(annotations(stopped)).toEqual([
        expect.stringMatching(/^warning: Whether AWS took a machine may not be known/),
      ])
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('where jobs cannot be read, all goes, the verdict is less sure, and a warning says so', () =>
    rehearse(async (stage) => {
      const started = await stage.start()
      stage.cloud.ec2.control.interrupt(started.outputs['instance-id'] ?? '', { noticeMs: 0 })
      stage.cloud.faults.always(JOBS, DENIED)
      const stopped = await stage.stop()
      expect(stopped).toMatchObject({ failed: '', outputs: { verdict: 'unknown', interrupted: 'false' } })
      expect(annotations(stopped)).toEqual([
        expect.stringMatching(/^warning: What became of the job is unknown: .*actions-token needs `actions: read`/),
      ])
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('trouble that passes is waited out, whichever call it strikes', async () => {
    const total = await rehearse(async (stage) => {
      await stage.start({ count: '2' })
      const before = stage.cloud.calls.length
      await stage.stop()
      return stage.cloud.calls.length - before
    })
    for (const fault of [
      { kind: 'lose-response', afterMs: 500 },
      { kind: 'lose-request', afterMs: 500 },
      { kind: 'garble', status: 502 },
      { kind: 'duplicate' },
    ] satisfies Fault[]) {
      for (let at = 0; at < total; at++) {
        await rehearse(async (stage) => {
          await stage.start({ count: '2' })
          let seen = 0
          stage.cloud.faults.plan(() => (seen++ === at ? fault : undefined))
          const stopped = await stage.stop()
          expect({ at, fault, failed: stopped.failed, left: stage.left() }).toEqual({
            at,
            fault,
            failed: '',
            left: NOTHING,
          })
          expect(stopped.outputs['verdict']).toBe('terminated-by-us')
        })
      }
    }
  })
})

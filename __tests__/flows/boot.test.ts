import { describe, expect, test } from '@jest/globals'
import type { MachineScript } from '../../cloud/machines/scripted-machines.ts'
import { annotations, everLaunched, list, NOTHING, rehearse } from './rehearsal.ts'
import type { RehearsalOptions } from './rehearsal.ts'

type End = MachineScript['end']

/** The first machine ends so, all others live. */
const firstEnds = (end: End): RehearsalOptions => ({ script: (_machine, index) => (index === 0 ? { end } : {}) })
const allEnd = (end: End): RehearsalOptions => ({ script: () => ({ end }) })

describe('a machine that is lost before its runner is online', () => {
  const ENDS: readonly (readonly [string, End])[] = [
    ['before it says anything', { kind: 'dies', after: undefined }],
    ['in an early phase', { kind: 'dies', after: 'imds' }],
    ['when the runner starts', { kind: 'dies', after: 'runner-starting' }],
    ['because its own boot failed', { kind: 'fails', step: 'runner-download', reason: 'the network was slow' }],
  ]
  test.each(ENDS)('%s, is replaced from another pool, and only the second one is handed on', (_what, end) =>
    rehearse(async (stage) => {
      const started = await stage.start()
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([])
      const [dead, alive] = stage.cloud.snapshot().ec2.instances
      expect(started.outputs['instance-id']).toBe(alive?.instanceId)
      expect(list(started.outputs['instance-ids'])).toEqual([alive?.instanceId])
      expect([dead?.instanceType, dead?.availabilityZone]).not.toEqual([alive?.instanceType, alive?.availabilityZone])
      expect(stage.left().registrations).toEqual([`ec2-spot-${String(stage.runId)}-1.1.r1`])
      expect(started.lines.map(({ text }) => text)).toContainEqual(expect.stringMatching(/is lost: .*Replacing it\.$/))
    }, firstEnds(end)),
  )

  test('is replaced for a runner that registers itself, too', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start({ ephemeral: 'false' })
        expect(started.failed).toBe('')
        expect((await stage.stop()).failed).toBe('')
        expect(stage.left()).toEqual(NOTHING)
      },
      firstEnds({ kind: 'dies', after: 'imds' }),
    ))

  test('is replaced although its fellows are online already', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start({ count: '3' })
        expect(started.failed).toBe('')
        expect(new Set(list(started.outputs['instance-ids'])).size).toBe(3)
        expect(stage.left().machines.toSorted()).toEqual(list(started.outputs['instance-ids']).toSorted())
        expect(stage.left().registrations).toHaveLength(3)
      },
      firstEnds({ kind: 'dies', after: 'runner-starting' }),
    ))

  test('is replaced even when only one pool is left', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start({ 'instance-types': 'c7i.large', subnets: 'subnet-0defa017000000001' })
        expect(started).toMatchObject({ failed: '', outputs: { market: 'on-demand' } })
      },
      firstEnds({ kind: 'dies', after: 'imds' }),
    ))

  test('is taken for its own fault the second time: the start fails with the end of its console, and leaves nothing', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start()
        expect(started.failed).toMatch(
          /^i-\w+ did not become a runner: it died in phase imds; .*it was the second machine of this runner to die/,
        )
        expect(started.failed).toContain('The end of its console:\n  ec2-spot-runner: phase=deadline-armed')
        expect(everLaunched(stage.cloud)).toHaveLength(2)
        expect(stage.left()).toEqual(NOTHING)
      },
      allEnd({ kind: 'dies', after: 'imds' }),
    ))

  test('by AWS, which takes it back while it boots, is replaced', () =>
    rehearse(async (stage) => {
      const starting = stage.start()
      await stage.clock.sleep(8_000)
      const [id = ''] = everLaunched(stage.cloud)
      stage.cloud.ec2.control.interrupt(id, { noticeMs: 0 })
      expect(await starting).toMatchObject({ failed: '', outputs: { 'instance-id': everLaunched(stage.cloud)[1] } })
    }))

  test('because somebody terminated it, is not replaced: a stop must not be fought', () =>
    rehearse(async (stage) => {
      const starting = stage.start()
      await stage.clock.sleep(8_000)
      expect((await stage.stop()).failed).toBe('')
      const { failed } = await starting
      expect(failed).toContain('somebody terminated it: a stop, a sweep or a person')
      expect(everLaunched(stage.cloud)).toHaveLength(1)
      expect(stage.left()).toEqual(NOTHING)
    }))
})

describe('a failure that every machine would share', () => {
  const ALIKE = [
    ['pre-runner-script', 'exit code 3'],
    ['runner-missing', 'no run.sh in /opt/actions-runner'],
    ['runner-user', 'no user runner'],
  ] as const
  test.each(ALIKE)('%s: fails at once with the reason, and launches no second machine', (step, reason) =>
    rehearse(
      async (stage) => {
        const started = await stage.start()
        expect(started.failed).toContain(`its boot failed at ${step}: ${reason}.`)
        expect(started.tookMs).toBeLessThan(60_000)
        expect(everLaunched(stage.cloud)).toHaveLength(1)
        expect(stage.left()).toEqual(NOTHING)
      },
      allEnd({ kind: 'fails', step, reason }),
    ),
  )

  test('a deprecated runner is called exactly that', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start()
        expect(started.failed).toContain(
          'the runner in the image is deprecated and GitHub sends it no jobs: build the image anew with the current runner, or use `runner: download`',
        )
        expect(everLaunched(stage.cloud)).toHaveLength(1)
        expect(stage.left()).toEqual(NOTHING)
      },
      { script: () => ({ runnerVersion: '2.300.0' }) },
    ))
})

describe('a machine that never gets online', () => {
  test('ends the start at start-timeout, with how far it came, and leaves nothing', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start({ 'start-timeout': '2m', 'capacity-timeout': '1m' })
        expect(started.failed).toMatch(
          /was not online within 2 min \(`start-timeout`\)\. It had reached: runner-starting\./,
        )
        expect(started.tookMs).toBeLessThan(120_000 + 20_000)
        expect(stage.left()).toEqual(NOTHING)
      },
      allEnd({ kind: 'hangs', after: 'runner-starting' }),
    ))

  test('with allow-partial is given up, with a warning, and the others go on', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start({
          count: '3',
          'start-timeout': '2m',
          'capacity-timeout': '1m',
          'allow-partial': 'true',
        })
        expect(started.failed).toBe('')
        expect(annotations(started)).toEqual([expect.stringMatching(/^warning: .*was not online within 2 min/)])
        expect(list(started.outputs['instance-ids'])).toHaveLength(2)
        expect(stage.left().machines).toHaveLength(2)
        expect(stage.left().registrations).toHaveLength(2)
      },
      firstEnds({ kind: 'hangs', after: 'imds' }),
    ))
})

describe('two starts of one identity', () => {
  test('a step that is retried takes over the machines of its first try', () =>
    rehearse(async (stage) => {
      const first = await stage.start({ count: '2' })
      const second = await stage.start({ count: '2' })
      expect(second.failed).toBe('')
      expect(annotations(second)).toEqual([])
      expect(list(second.outputs['instance-ids'])).toEqual(list(first.outputs['instance-ids']))
      expect(everLaunched(stage.cloud)).toHaveLength(2)
      expect(stage.left().registrations).toHaveLength(2)
    }))

  test('and launches only those that are missing', () =>
    rehearse(async (stage) => {
      const first = await stage.start({ count: '3' })
      const [gone = '', ...kept] = list(first.outputs['instance-ids'])
      stage.cloud.ec2.control.kill(gone)
      await stage.clock.sleep(60_000)
      const second = await stage.start({ count: '3' })
      expect(second.failed).toBe('')
      expect(list(second.outputs['instance-ids'])).toEqual(expect.arrayContaining(kept))
      expect(stage.left().machines).toHaveLength(3)
    }))

  test.each([
    ['another job', { 'start-job': '78' }, {}],
    ['another step of the job', {}, { stepId: 'start_2' }],
    ['a step that does not know its job', { 'start-job': '' }, {}],
  ])('%s under the same name fails, says why, and does not touch the first', (_what, inputs, context) =>
    rehearse(async (stage) => {
      await stage.start()
      const before = stage.left()
      const second = await stage.start(inputs, context)
      expect(second.failed).toMatch(
        /^Two starts of this run share the name "" \(none\).*Give each start its own `name`/,
      )
      expect(stage.left()).toEqual(before)
    }),
  )

  test('of two at the very same time one fails and the other goes on', () =>
    rehearse(
      async (stage) => {
        const [one, other] = await Promise.all([stage.start(), stage.start({ 'start-job': '78' })])
        const failures = [one.failed, other.failed].filter((failed) => failed !== '')
        expect(failures).toEqual([expect.stringContaining('Two starts of this run share the name')])
        expect(everLaunched(stage.cloud)).toHaveLength(1)
        expect(stage.left().registrations).toHaveLength(1)
      },
      { cloud: { latencyMs: () => 300 } },
    ))

  test('another name, attempt or run is another start', () =>
    rehearse(async (stage) => {
      const starts = await Promise.all([
        stage.start({ name: 'a' }),
        stage.start({ name: 'b' }),
        stage.start({ name: 'a' }, { runAttempt: 2 }),
        stage.start({ name: 'a' }, { runId: 999_999 }),
      ])
      expect(starts.map(({ failed }) => failed)).toEqual(['', '', '', ''])
      expect(everLaunched(stage.cloud)).toHaveLength(4)
    }))
})

import { describe, expect, test } from '@jest/globals'
import { DAY_MS, endRun, HOUR_MS, machineTags, plantMachine, plantRun, runAgain } from './planting.ts'
import { annotations, list, NOTHING, rehearse, START_MS } from './rehearsal.ts'
import type { Inputs, RehearsalOptions, Stage } from './rehearsal.ts'

const JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs'
const FAILING: RehearsalOptions = { script: () => ({ conclusion: 'failure' }) }
const KEEP: Inputs = { 'keep-on-failure': '30m' }

/** A start, and a job on its machine that is over by now. */
async function started(stage: Stage, inputs: Inputs): Promise<string> {
  const played = await stage.start(inputs)
  expect(played.failed).toBe('')
  stage.queueJob([played.outputs['label'] ?? ''])
  await stage.clock.sleep(60_000)
  return played.outputs['instance-id'] ?? ''
}

describe('a stop after a job that failed', () => {
  test.each(['true', 'false'])(
    'leaves the machine and nothing else (`ephemeral: %s`), and says how to get in',
    (ephemeral) =>
      rehearse(async (stage) => {
        const id = await started(stage, { ...KEEP, ephemeral })
        const stopped = await stage.stop()
        expect(stopped.failed).toBe('')
        expect(annotations(stopped)).toEqual([])
        expect(stopped.outputs).toEqual({ verdict: 'finished', interrupted: 'false' })
        expect(stage.left()).toEqual({ ...NOTHING, machines: [id] })
        const text = stopped.lines.map((line) => line.text).find((line) => line.includes('keep-on-failure')) ?? ''
        expect(text).toContain(`aws ssm start-session --region us-east-1 --target ${id}`)
        const untilMs = Date.parse(/until (\S+) because/.exec(text)?.[1] ?? '')
        expect(untilMs - START_MS).toBeGreaterThan(30 * 60_000)
        expect(untilMs - stage.clock.now()).toBeLessThan(30 * 60_000)
        expect(stopped.summaries[0]).toContain(text)
        // By itself it goes when the time is over.
        await stage.clock.sleep(untilMs - stage.clock.now() + 60_000)
        expect(stage.left()).toEqual(NOTHING)
      }, FAILING),
  )

  test('leaves it however often it runs, by label, by id or for all', () =>
    rehearse(async (stage) => {
      const id = await started(stage, KEEP)
      for (const inputs of [{}, { 'instance-ids': id }, { all: 'true' }]) {
        const stopped = await stage.stop(inputs)
        expect(stopped).toMatchObject({ failed: '', outputs: { verdict: 'finished' } })
        expect(stage.left().machines).toEqual([id])
      }
    }, FAILING))

  test('takes the machine where nobody asked to keep it', () =>
    rehearse(async (stage) => {
      await started(stage, { ephemeral: 'false' })
      expect((await stage.stop()).failed).toBe('')
      expect(stage.left()).toEqual(NOTHING)
    }, FAILING))

  test('takes the machine where GitHub does not say what became of the job', () =>
    rehearse(async (stage) => {
      await started(stage, KEEP)
      stage.cloud.faults.plan(({ operation }) =>
        operation === JOBS ? { kind: 'refuse', code: 'Forbidden', status: 403, message: 'You may not.' } : undefined,
      )
      const stopped = await stage.stop()
      expect(stopped.failed).toBe('')
      expect(annotations(stopped)).toContainEqual(expect.stringContaining('What became of the job is unknown'))
      expect(stage.left()).toEqual(NOTHING)
    }, FAILING))

  test('takes the siblings whose jobs succeeded', () =>
    rehearse(
      async (stage) => {
        const played = await stage.start({ ...KEEP, count: '2', ephemeral: 'false' })
        for (const label of list(played.outputs['labels'])) stage.queueJob([label])
        await stage.clock.sleep(60_000)
        expect((await stage.stop()).failed).toBe('')
        expect(stage.left().machines).toHaveLength(1)
      },
      { script: (_machine, index) => (index === 0 ? { conclusion: 'failure' } : {}) },
    ))
})

test('a stop takes a machine that is to be kept only on failure, where its job succeeded or never came', () =>
  rehearse(async (stage) => {
    await started(stage, { ...KEEP, ephemeral: 'false' })
    await stage.start({ ...KEEP, name: 'idle' })
    expect((await stage.stop({ all: 'true' })).failed).toBe('')
    expect(stage.left()).toEqual(NOTHING)
  }))

test('a start says in its summary that the machine of a failed job stays', () =>
  rehearse(async (stage) => {
    const played = await stage.start(KEEP)
    expect(played.summaries[0]).toContain('After a job that failed it stays for 30 min.')
    expect(stage.cloud.snapshot().ec2.live[0]?.tags).toMatchObject({ 'ec2-spot-runner:keep': '1800' })
    const plain = await stage.start({ name: 'plain' })
    expect(plain.summaries[0]).not.toContain('After a job that failed')
    const machine = stage.cloud.snapshot().ec2.live.find(({ tags }) => tags['ec2-spot-runner:name'] === 'plain')
    expect(Object.keys(machine?.tags ?? {})).not.toContain('ec2-spot-runner:keep')
  }))

describe('a sweep', () => {
  const MINUTE_MS = 60_000

  /** A machine that was to go by itself ten minutes after its job failed, and does not. */
  function plantKept(stage: Stage, runId: number): string {
    const tags = machineTags(stage.cloud, `ec2-spot-${String(runId)}-1`, { leftMs: DAY_MS })
    return plantMachine(stage.cloud, { tags: { ...tags, 'ec2-spot-runner:keep': '600' }, ageMs: HOUR_MS })
  }

  test('leaves a machine that is kept until its time is over, counted from the end of its run', () =>
    rehearse(async (stage) => {
      const runId = plantRun(stage.cloud)
      const id = plantKept(stage, runId)
      await stage.clock.sleep(HOUR_MS)
      expect((await stage.sweep()).failed).toBe('')
      expect(stage.left().machines).toEqual([id])
      endRun(stage.cloud, runId)
      await stage.clock.sleep(5 * MINUTE_MS)
      expect((await stage.sweep()).failed).toBe('')
      expect(stage.left().machines).toEqual([id])
      await stage.clock.sleep(5 * MINUTE_MS)
      expect((await stage.sweep()).failed).toBe('')
      expect(stage.left().machines).toEqual([])
    }))

  test('leaves it for that time after the next attempt began', () =>
    rehearse(async (stage) => {
      const runId = plantRun(stage.cloud)
      const id = plantKept(stage, runId)
      endRun(stage.cloud, runId)
      await stage.clock.sleep(MINUTE_MS)
      runAgain(stage.cloud, runId)
      await stage.clock.sleep(5 * MINUTE_MS)
      expect((await stage.sweep()).failed).toBe('')
      expect(stage.left().machines).toEqual([id])
      await stage.clock.sleep(5 * MINUTE_MS)
      expect((await stage.sweep()).failed).toBe('')
      expect(stage.left().machines).toEqual([])
    }))
})

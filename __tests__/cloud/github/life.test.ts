import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { isWithin } from '../../../cloud/github/search-dates.ts'
import type { Runner, Stage } from './stage.ts'
import { DAY, HOUR, SECOND, stage } from './stage.ts'

type Act = 'register' | 'connect' | 'queue' | 'poll' | 'report' | 'complete' | 'delete' | 'cancel' | 'rerun' | 'pass'

const ACTS: readonly Act[] = [
  'register',
  'connect',
  'queue',
  'poll',
  'report',
  'complete',
  'delete',
  'cancel',
  'rerun',
  'pass',
]

interface Life {
  readonly runners: Runner[]
  readonly runs: number[]
  names: number
}

/** One thing that may happen; `pick` chooses to whom. */
async function act(on: Stage, life: Life, what: Act, pick: number): Promise<void> {
  const { control, runners } = on.github
  const one = <T>(from: readonly T[]): T | undefined => from[pick % Math.max(1, from.length)]
  const runner = one(life.runners)
  const runId = one(life.runs)
  const jobId = one(control.runnersOf('octo/forge').flatMap(({ id }) => jobsOn(on, id)))
  switch (what) {
    case 'register':
      on.jit(`idle-${String((life.names += 1))}`)
      break
    case 'connect':
      life.runners.push(on.runner(`runner-${String((life.names += 1))}`))
      break
    case 'queue':
      life.runs.push(control.createRun({ repository: 'octo/forge' }))
      control.queueJob(life.runs.at(-1) ?? 0, { name: 'build', labels: ['spot'], steps: [{ name: 's', run: 'true' }] })
      break
    case 'poll':
      if (runner !== undefined) void runners.next(runner.sessionId, 20 * SECOND)
      break
    case 'report':
      if (jobId !== undefined) runners.reportStep(jobId, 0, { status: 'in_progress' })
      break
    case 'complete':
      if (jobId !== undefined) runners.complete(jobId, pick % 2 === 0 ? 'success' : 'failure')
      break
    case 'delete':
      if (runner !== undefined) on.deleteRunner(runner.id)
      break
    case 'cancel':
      if (runId !== undefined) on.call('POST /repos/{owner}/{repo}/actions/runs/{run_id}/cancel', { run_id: runId })
      break
    case 'rerun':
      if (runId !== undefined) on.call('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', { run_id: runId })
      break
    case 'pass':
      await on.pass((pick % 200) * SECOND)
  }
}

function jobsOn(on: Stage, runnerId: number): number[] {
  const held = on.github.snapshot().jobs.filter(({ id }) => on.github.control.job(id).runner?.id === runnerId)
  return held.filter(({ status }) => status === 'in_progress').map(({ id }) => id)
}

/** What must hold at every instant. */
function check(on: Stage): void {
  const { registrations, jobs } = on.github.snapshot()
  for (const { id, name, busy } of registrations) {
    expect(jobsOn(on, id)).toHaveLength(busy ? 1 : 0)
    const taken = jobs.filter((job) => job.runnerName === name)
    expect(taken.length).toBeLessThanOrEqual(1)
  }
}

describe('whatever happens', () => {
  test('no runner has two jobs, no job two runners, and in the end nothing is left', async () => {
    const acts = fc.array(fc.tuple(fc.constantFrom(...ACTS), fc.nat(1_000)), {
      minLength: 30,
      maxLength: 60,
      size: 'max',
    })
    await fc.assert(
      fc.asyncProperty(acts, async (happening) => {
        const on = stage()
        const life: Life = { runners: [], runs: [], names: 0 }
        for (const [what, pick] of happening) {
          await act(on, life, what, pick)
          check(on)
        }
        await on.pass(3 * DAY)
        const { registrations, jobs, runs } = on.github.snapshot()
        expect(registrations).toEqual([])
        expect(jobs.filter(({ status }) => status !== 'completed')).toEqual([])
        expect(runs.filter(({ status }) => status !== 'completed')).toEqual([])
      }),
      { numRuns: 100, seed: 20_261_120 },
    )
  })
})

describe('a range of dates', () => {
  const noon = Date.parse('2026-11-20T12:00:00Z')
  test.each<[string | undefined, boolean]>([
    [undefined, true],
    ['2026-11-20', true],
    ['2026-11-19', false],
    ['>=2026-11-20T12:00:00Z', true],
    ['>2026-11-20T12:00:00Z', false],
    ['>2026-11-20', false],
    ['<=2026-11-20', true],
    ['<2026-11-20', false],
    ['2026-11-19..2026-11-20', true],
    ['2026-11-21..*', false],
    ['*..2026-11-20', true],
  ])('%s', (range, expected) => {
    expect(isWithin(noon, range)).toBe(expected)
    expect(isWithin(noon + HOUR, '2026-11-20T12:00:00Z')).toBe(false)
  })
})

import { expect, test } from '@jest/globals'
import { keptUntil, type EndedJob } from '../../src/domain/keeping.ts'
import type { Machine } from '../../src/domain/machine.ts'
import { TAG } from '../../src/domain/tags.ts'

const END_MS = 1_000_000
const KEEP = { [TAG.keep]: '600' }
const UNTIL_MS = END_MS + 600_000

const machine = (tags: Record<string, string>, state: Machine['state'] = 'running'): Machine => ({
  instanceId: 'i-1',
  state,
  market: 'spot',
  instanceType: 'c7i.large',
  availabilityZone: 'zone-a',
  launchedAtMs: 0,
  tags,
})
const job = (more: Partial<EndedJob> = {}): EndedJob => ({
  name: 'build',
  state: 'completed',
  conclusion: 'failure',
  completedAtMs: END_MS,
  steps: [{ state: 'completed' }],
  ...more,
})
const FAILED = job()
const GREEN = job({ conclusion: 'success' })

test.each<[string, Machine, readonly EndedJob[] | undefined, number, number | undefined]>([
  ['its job failed a moment ago', machine(KEEP), [FAILED], END_MS, UNTIL_MS],
  ['the last instant has not come', machine(KEEP), [FAILED], UNTIL_MS - 1, UNTIL_MS],
  ['the time is over', machine(KEEP), [FAILED], UNTIL_MS, undefined],
  ['its deadline comes first', machine({ ...KEEP, [TAG.deadline]: '1200' }), [FAILED], END_MS, 1_200_000],
  ['its deadline has come', machine({ ...KEEP, [TAG.deadline]: '1000' }), [FAILED], END_MS, undefined],
  [
    'one of several jobs failed',
    machine(KEEP),
    [job({ conclusion: 'success', completedAtMs: 5 }), FAILED],
    END_MS,
    UNTIL_MS,
  ],
  [
    'the job of a sibling ended later',
    machine(KEEP),
    [FAILED, job({ conclusion: 'success', completedAtMs: 9e9 })],
    END_MS,
    UNTIL_MS,
  ],
  ['nobody asked for it', machine({}), [FAILED], END_MS, undefined],
  ['the tag is no number', machine({ [TAG.keep]: 'soon' }), [FAILED], END_MS, undefined],
  ['the tag is nothing', machine({ [TAG.keep]: '0' }), [FAILED], END_MS, undefined],
  ['it is dead', machine(KEEP, 'terminated'), [FAILED], END_MS, undefined],
  ['its job succeeded', machine(KEEP), [GREEN], END_MS, undefined],
  ['its job was cancelled', machine(KEEP), [job({ conclusion: 'cancelled' })], END_MS, undefined],
  ['it had no job', machine(KEEP), [], END_MS, undefined],
  ['nobody knows its jobs', machine(KEEP), undefined, END_MS, undefined],
  ['nobody knows when its job ended', machine(KEEP), [job({ completedAtMs: undefined })], END_MS, undefined],
  ['it has another job by now', machine(KEEP), [FAILED, job({ state: 'in_progress' })], END_MS, undefined],
  ['its job was cut off', machine(KEEP), [job({ steps: [{ state: 'in_progress' }] })], END_MS, undefined],
])('where %s', (_case, one, jobs, nowMs, untilMs) => {
  expect(keptUntil(one, jobs, nowMs)).toBe(untilMs)
})

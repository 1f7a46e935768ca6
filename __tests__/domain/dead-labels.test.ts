import { describe, expect, test } from '@jest/globals'
import { cureFor } from '../../src/domain/dead-labels.ts'
import type { QueuedJob } from '../../src/domain/dead-labels.ts'

const ACTION = 'octo-org/ec2-spot-runner'
const LABEL = 'ec2-spot-17-1'
let lastId = 0
const job = (state: string, labels: readonly string[], steps: readonly string[] = []): QueuedJob => {
  lastId += 1
  return {
    jobId: lastId,
    name: `job ${String(lastId)}`,
    runAttempt: 1,
    state,
    labels,
    steps: steps.map((name) => ({ name })),
  }
}
const start = (state: string): QueuedJob => job(state, ['ubuntu-latest'], ['Set up job', `Run ${ACTION}@v1`])
const HUNG = job('queued', [LABEL])
const SECOND = job('queued', [`${LABEL}.2`])
const DONE = start('completed')
const ALSO_DONE = start('completed')
const AGAIN = { ...HUNG, runAttempt: 2 }
const HUNG_IN_3 = { ...HUNG, runAttempt: 3 }
const FRESH_IN_2 = { ...job('queued', ['ec2-spot-17-2']), runAttempt: 2 }
const FRESH_IN_3 = { ...job('queued', ['ec2-spot-17-3.1']), runAttempt: 3 }
const WORKING = job('in_progress', ['ubuntu-latest'])

describe('what hangs in a run', () => {
  test.each<[string, readonly QueuedJob[], boolean, unknown]>([
    ['nothing, where no job waits', [DONE, WORKING], false, undefined],
    ['nothing, where a machine of the label lives', [DONE, HUNG], true, undefined],
    ['nothing, where the label is none of ours', [DONE, job('queued', ['self-hosted'])], false, undefined],
    ['nothing, while a start is at work', [start('in_progress'), HUNG], false, undefined],
    [
      'nothing, while another job waits that may be a start',
      [DONE, HUNG, job('queued', ['ubuntu-latest'])],
      false,
      undefined,
    ],
    [
      'a job for a dead label: its start runs again',
      [DONE, HUNG],
      false,
      { kind: 'rerun', hung: HUNG, startJob: DONE },
    ],
    ['a job for the label of one runner', [DONE, SECOND], false, { kind: 'rerun', hung: SECOND, startJob: DONE }],
    [
      'with two starts, nobody knows which',
      [DONE, ALSO_DONE, HUNG],
      false,
      { kind: 'rerun', hung: HUNG, startJob: undefined },
    ],
    ['a label that a later attempt inherits', [DONE, AGAIN], false, { kind: 'rerun', hung: AGAIN, startJob: DONE }],
    ['in any later one', [DONE, HUNG_IN_3], false, { kind: 'rerun', hung: HUNG_IN_3, startJob: DONE }],
    [
      'whose own start has run again, once',
      [DONE, FRESH_IN_2],
      false,
      { kind: 'rerun', hung: FRESH_IN_2, startJob: DONE },
    ],
    [
      'whose own start has run again, for ever: given up',
      [DONE, FRESH_IN_3],
      false,
      { kind: 'give-up', hung: FRESH_IN_3 },
    ],
    ['without a start, all of it', [HUNG], false, { kind: 'rerun', hung: HUNG, startJob: undefined }],
    [
      'beside a job that is at work: told, not cured',
      [DONE, HUNG, WORKING],
      false,
      { kind: 'report', hung: HUNG, working: WORKING },
    ],
    ['nothing, where a job at work may be the start', [HUNG, WORKING], false, undefined],
  ])('%s', (_case, jobs, served, cure) => {
    expect(cureFor('octo-org/octo-repo', jobs, () => served, ACTION)).toEqual(cure)
  })

  test('a step of an action that nobody names is no start', () => {
    expect(cureFor('octo-org/octo-repo', [DONE, HUNG], () => false, '')).toEqual({
      kind: 'rerun',
      hung: HUNG,
      startJob: undefined,
    })
  })
})

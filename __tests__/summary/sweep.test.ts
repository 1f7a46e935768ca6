import { expect, test } from '@jest/globals'
import { sweepSummary } from '../../src/summary/sweep.ts'
import type { SweepLine } from '../../src/summary/sweep.ts'

const MACHINE: SweepLine = { what: 'machine', id: 'i-1', why: 'its run is over', done: 'removed', failed: false }
const RUN: SweepLine = { what: 'run', id: '17', why: 'job "a|b" waits', done: 'failed: first\nsecond', failed: true }

test.each<[string, readonly SweepLine[], boolean, string]>([
  ['nothing to do', [], false, '### Sweep\n\nNothing is left behind.'],
  ['nothing to plan', [], true, '### Sweep (dry run: nothing was changed)\n\nNothing is left behind.'],
  [
    'a line for each thing that was looked at twice',
    [MACHINE, { ...MACHINE, id: 'i-2', done: 'left: GitHub calls it busy again' }],
    false,
    [
      '### Sweep\n',
      '| what | which | why | done |',
      '| --- | --- | --- | --- |',
      '| machine | `i-1` | its run is over | removed |',
      '| machine | `i-2` | its run is over | left: GitHub calls it busy again |',
    ].join('\n'),
  ],
  [
    'text of others does not break the table',
    [RUN],
    false,
    [
      '### Sweep\n',
      '| what | which | why | done |',
      '| --- | --- | --- | --- |',
      '| run | `17` | job "a\\|b" waits | failed: first second |',
    ].join('\n'),
  ],
])('%s', (_case, lines, dryRun, text) => {
  expect(sweepSummary(lines, dryRun)).toBe(text)
})

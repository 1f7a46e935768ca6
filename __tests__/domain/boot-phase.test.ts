import { describe, expect, test } from '@jest/globals'
import { bootReport, lastConsoleLines } from '../../src/domain/boot-phase.ts'

describe('the report of a console', () => {
  test.each([
    ['an empty one', '', undefined, '', undefined],
    ['one without markers', 'Linux version 6.1\nlogin:', undefined, '', undefined],
    ['a phase', 'ec2-spot-runner: phase=imds', 'imds', '', undefined],
    ['a phase with its reason', 'ec2-spot-runner: phase=imds reason=a b=c', 'imds', 'a b=c', undefined],
    [
      'the last of several phases',
      'ec2-spot-runner: phase=imds reason=x\nnoise\nec2-spot-runner: phase=runner-starting\n',
      'runner-starting',
      '',
      undefined,
    ],
    [
      'what stands around the marker on a serial console',
      '\u001b[0;32m[   12.3] cloud-init[812]: ec2-spot-runner: phase=runner-exited reason=exit code 0\u001b[0m\r\r\n',
      'runner-exited',
      'exit code 0',
      undefined,
    ],
    [
      'a failure, beside the phase that follows it',
      'ec2-spot-runner: phase=failed:runner-missing reason=no run.sh\nec2-spot-runner: phase=powering-off reason=failed:runner-missing',
      'powering-off',
      'failed:runner-missing',
      { step: 'runner-missing', reason: 'no run.sh' },
    ],
    [
      'words that are none of ours',
      'ec2-spot-runner: phase=dancing\nec2-spot-runner: phase=failed:dancing',
      undefined,
      '',
      undefined,
    ],
    ['a marker that was cut off at the front', 'runner: phase=imds', undefined, '', undefined],
  ] as const)('reads %s', (_case, console, phase, reason, failure) => {
    expect(bootReport(console)).toEqual({ phase, reason, failure })
  })
})

describe('the last lines of a console', () => {
  test.each([
    ['the last ones', 'a\nb\nc\n', 2, ['b', 'c']],
    ['all of a short one', 'a\n', 5, ['a']],
    ['no blank ones', 'a\n\n  \r\nb\n\n', 2, ['a', 'b']],
    ['no colours', '\u001b[1mbold\u001b[0m', 1, ['bold']],
    ['nothing of nothing', '', 3, []],
  ])('are %s', (_case, console, count, lines) => {
    expect(lastConsoleLines(console, count)).toEqual(lines)
  })
})

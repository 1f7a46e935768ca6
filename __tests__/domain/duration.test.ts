import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { durationText, parseDurationMs } from '../../src/domain/duration.ts'

describe('a duration', () => {
  test.each([
    ['90s', 90_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['1d', 86_400_000],
    ['5', 300_000],
    ['0', 0],
    ['0.5s', 500],
    ['', undefined],
    ['m', undefined],
    ['-5m', undefined],
    ['5 m', undefined],
    ['5M', undefined],
    ['1h30m', undefined],
    ['.5h', undefined],
    ['1.h', undefined],
    ['1e3', undefined],
    ['ten', undefined],
    ['5m\n', undefined],
    ['Infinity', undefined],
  ])('%j is %p ms', (text, ms) => {
    expect(parseDurationMs(text)).toBe(ms)
  })

  test.each([
    [0, '0 ms'],
    [850, '850 ms'],
    [999.4, '999 ms'],
    [1_000, '1 s'],
    [12_400, '12 s'],
    [59_400, '59 s'],
    [59_600, '1 min'],
    [60_000, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '24 h'],
  ])('%p ms reads %s', (ms, text) => {
    expect(durationText(ms)).toBe(text)
  })

  test('of whole seconds never shows a part that is too big', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (seconds) => {
        expect(durationText(seconds * 1_000)).toMatch(/^(\d+ h( [1-5]?\d min)?|[1-5]?\d min( [1-5]?\d s)?|[1-5]?\d s)$/)
      }),
    )
  })
})

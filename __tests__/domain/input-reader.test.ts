import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createReader, InputError } from '../../src/domain/input-reader.ts'

const readerOf = (text: string) => createReader(() => text)
const ANY = /^[^,\n]*$/

describe('a list', () => {
  test.each([
    ['', []],
    [' \n', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a, b\n c ,\n', ['a', 'b', 'c']],
    ['a,\nb', ['a', 'b']],
    ['a,a', ['a']],
    ['["a","b"]', ['a', 'b']],
    [' ["a"] ', ['a']],
    ['[]', []],
    ['a,,b', ['a', '', 'b']],
    [',a', ['', 'a']],
    ['[1,2]', ['[1', '2]']],
    ['[broken', ['[broken']],
  ])('%j reads %j', (text, entries) => {
    expect(readerOf(text).list('x', ANY, 'anything')).toEqual(entries)
  })

  test('of any entries reads the same from JSON, commas and lines', () => {
    const entries = fc.uniqueArray(fc.stringMatching(/^[a-z0-9-]{1,8}$/), { maxLength: 6 })
    fc.assert(
      fc.property(entries, (list) => {
        for (const text of [JSON.stringify(list), list.join(), list.join(', '), list.join('\n'), list.join(',\n')])
          expect(readerOf(text).list('x', ANY, 'anything')).toEqual(list)
      }),
    )
  })
})

test('what is wrong is collected, and told by finish alone', () => {
  const reader = readerOf('x')
  expect(reader.whole('count', 3, 1, 9, 'runners')).toBe(3)
  expect(reader.optionalWhole('size', 2, 9, 'GiB')).toBe(2)
  expect(reader.choice('market', ['spot', 'on-demand'])).toBe('spot')
  expect(reader.duration('time', '5m', 0, 600_000)).toBe(300_000)
  expect(reader.matching('word', 'default', /^y$/, 'a y')).toBe('default')
  expect(reader.flag('flag', true)).toBe(false)
  expect(() => reader.finish({})).toThrow(InputError)
  expect(() => reader.finish({})).toThrow(
    /^6 inputs cannot work:\n- count: .*\n- size: .*\n- market: .*\n- time: .*\n- word: .*\n- flag: /s,
  )
})

test('where nothing is wrong, finish hands the request on', () => {
  const request = { mode: 'start' }
  expect(readerOf('').finish(request)).toBe(request)
})

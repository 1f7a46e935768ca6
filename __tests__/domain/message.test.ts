import { describe, expect, test } from '@jest/globals'
import { isOwnFault, messageOf } from '../../src/domain/message.ts'

describe('what was thrown', () => {
  test.each([
    [new Error('a sentence'), 'a sentence'],
    ['a word', 'a word'],
    [undefined, 'undefined'],
  ])('%p reads %p', (thrown, message) => {
    expect(messageOf(thrown)).toBe(message)
  })

  test.each([
    ['a chunk that is missing', Object.assign(new Error('x'), { code: 'ERR_MODULE_NOT_FOUND' }), true],
    ['a name that does not exist', new ReferenceError('x'), true],
    ['a broken connection', Object.assign(new Error('x'), { code: 'ECONNRESET' }), false],
    ['no error at all', 'x', false],
  ])('%s is a fault of ours: %s', (_what, thrown, own) => {
    expect(isOwnFault(thrown)).toBe(own)
  })
})

import { describe, expect, test } from '@jest/globals'
import { ownershipTags, TAG } from '../../src/domain/tags.ts'

describe('our tags', () => {
  test.each(Object.values(TAG))('%s is a key that instance metadata can show', (key) => {
    expect(key).toMatch(/^ec2-spot-runner:[a-z-]+$/)
  })

  test('by which a start is found, tell all four parts of its identity', () => {
    expect(ownershipTags({ repository: 'o/r', runId: 17, runAttempt: 2, name: '' })).toEqual({
      'ec2-spot-runner:managed': 'true',
      'ec2-spot-runner:repository': 'o/r',
      'ec2-spot-runner:run': '17',
      'ec2-spot-runner:attempt': '2',
      'ec2-spot-runner:name': '',
    })
  })
})

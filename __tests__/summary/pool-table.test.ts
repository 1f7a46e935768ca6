import { expect, test } from '@jest/globals'
import type { PoolFailure } from '../../src/domain/ladder.ts'
import { poolTable } from '../../src/summary/start.ts'

function refused(code: string, message: string): PoolFailure {
  return {
    pool: { instanceType: 'c7i.large', availabilityZone: 'us-east-1a', subnetId: 'subnet-1', market: 'spot' },
    failure: { service: 'aws', operation: 'CreateFleet', code, message },
  }
}

const rowsOf = (...failures: readonly PoolFailure[]): readonly string[] => poolTable(failures).split('\n').slice(2)

test('a row says what a known code means, and does not repeat the code or its message', () => {
  expect(rowsOf(refused('InsufficientInstanceCapacity', 'There is no Spot capacity available.'))).toEqual([
    '| c7i.large in us-east-1a | spot | `InsufficientInstanceCapacity` | 1 | EC2 has no such machine left in this zone now |',
  ])
})

test('of a code that is not known, a row gives the words of the platform', () => {
  expect(rowsOf(refused('BrandNewCode', 'The moon is full.'))).toEqual([
    '| c7i.large in us-east-1a | spot | `BrandNewCode` | 1 | The moon is full |',
  ])
})

test('a missing permission is named', () => {
  const message = 'You are not authorized to perform: ec2:RunInstances on resource: *'
  expect(rowsOf(refused('UnauthorizedOperation', message))[0]).toContain('add `ec2:RunInstances` on `*`')
})

test('the same answer of the same pool is one row that counts', () => {
  const one = refused('UnfulfillableCapacity', 'Unable to fulfill.')
  expect(rowsOf(one, one, one)).toEqual([expect.stringContaining('| 3 |')])
})

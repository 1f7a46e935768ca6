import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AWS_RULES } from '../../src/domain/failure-rules.ts'
import type { Failure } from '../../src/domain/failures.ts'
import {
  ASKS_PER_MARKET,
  fallbackReason,
  learn,
  nextRound,
  nextRung,
  ROUND_PAUSE_LIMIT_MS,
  startClimb,
  stopper,
} from '../../src/domain/ladder.ts'
import type { Climb, MarketPolicy, PoolFailure, Rung } from '../../src/domain/ladder.ts'
import type { Pool } from '../../src/domain/market.ts'
import type { Place } from '../../src/domain/pools.ts'

const place = (instanceType: string, zone: string): Place => ({
  instanceType,
  availabilityZone: `zone-${zone}`,
  subnetId: `subnet-${zone}`,
})
const PLACES = [place('c7i', 'a'), place('c7i', 'b'), place('m7i', 'a'), place('m7i', 'b')]
const failure = (code: string): Failure => ({ service: 'aws', operation: 'CreateFleet', code, message: 'Said.' })
const answer =
  (code: string) =>
  (pool: Pool | undefined): PoolFailure => ({ pool, failure: failure(code) })

function asked(climb: Climb): Extract<Rung, { kind: 'ask' }> {
  const rung = nextRung(climb)
  if (rung.kind !== 'ask') throw new Error(`nothing to ask: ${rung.kind}`)
  return rung
}
/** Each pool of the next request answers `code`. */
const refuseAll = (climb: Climb, code: string): Climb => {
  const rung = asked(climb)
  return learn(climb, rung, rung.pools.map(answer(code)))
}
const names = (rung: Rung): readonly string[] =>
  rung.kind === 'ask'
    ? rung.pools.map((pool) => `${pool.market} ${pool.instanceType} ${pool.availabilityZone}`)
    : [rung.kind]

describe('the first rung', () => {
  test.each([
    ['spot-first', 'spot'],
    ['spot', 'spot'],
    ['on-demand', 'on-demand'],
  ] as const)('of %s asks for %s in all pools, best first', (policy, market) => {
    expect(names(nextRung(startClimb(policy, PLACES)))).toEqual(
      PLACES.map(({ instanceType, availabilityZone }) => `${market} ${instanceType} ${availabilityZone}`),
    )
  })

  test('without any place gives up', () => {
    expect(nextRung(startClimb('spot-first', []))).toMatchObject({
      kind: 'give-up',
      reason: expect.stringMatching(/^no pool fits/),
    })
  })
})

describe('after an answer', () => {
  test('pools that had nothing are left out, others are asked again', () => {
    const climb = startClimb('spot-first', PLACES)
    const { pools } = asked(climb)
    const learnt = learn(climb, asked(climb), [
      ...pools.slice(0, 3).map(answer('InsufficientInstanceCapacity')),
      ...pools.slice(3).map(answer('UnfulfillableCapacity')),
    ])
    expect(names(nextRung(learnt))).toEqual(['spot m7i zone-b'])
  })

  test('when no spot pool is left, on-demand is asked for, in all pools', () => {
    expect(names(nextRung(refuseAll(startClimb('spot-first', PLACES), 'InsufficientInstanceCapacity')))).toEqual(
      PLACES.map(({ instanceType, availabilityZone }) => `on-demand ${instanceType} ${availabilityZone}`),
    )
  })

  test('that tells nothing, spot is asked for so often and no more', () => {
    let climb = startClimb('spot-first', PLACES)
    const markets: string[] = []
    for (let n = 0; n < 2 * ASKS_PER_MARKET; n++) {
      markets.push(asked(climb).market)
      climb = refuseAll(climb, 'UnfulfillableCapacity')
    }
    expect(markets).toEqual([
      ...Array<string>(ASKS_PER_MARKET).fill('spot'),
      ...Array<string>(ASKS_PER_MARKET).fill('on-demand'),
    ])
    expect(nextRung(climb).kind).toBe('pause')
  })

  test.each(['spot', 'on-demand'] as const)('%s alone never turns to the other market', (policy) => {
    expect(nextRung(refuseAll(startClimb(policy, PLACES), 'InsufficientInstanceCapacity'))).toEqual({
      kind: 'pause',
      ms: 5_000,
    })
  })

  test.each([
    ['InsufficientFreeAddressesInSubnet', 'a full subnet'],
    ['InsufficientVolumeCapacity', 'a zone without volumes'],
  ])('%s: %s is full for every type and both markets', (code) => {
    const climb = startClimb('spot-first', PLACES)
    const rung = asked(climb)
    const learnt = learn(climb, rung, rung.pools.slice(0, 1).map(answer(code)))
    expect(names(nextRung(learnt))).toEqual(['spot c7i zone-b', 'spot m7i zone-b'])
    const spotGone = refuseAll(learnt, 'InsufficientInstanceCapacity')
    expect(names(nextRung(spotGone))).toEqual(['on-demand c7i zone-b', 'on-demand m7i zone-b'])
  })

  test('an answer that names no pool speaks of all that were asked', () => {
    const climb = startClimb('spot-first', PLACES)
    const learnt = learn(climb, asked(climb), [answer('InsufficientInstanceCapacity')(undefined)])
    expect(asked(learnt).market).toBe('on-demand')
  })

  test('a code that nobody knows is a reason to try the next pool', () => {
    const climb = startClimb('spot', PLACES)
    const rung = asked(climb)
    expect(names(nextRung(learn(climb, rung, rung.pools.slice(1).map(answer('BrandNew')))))).toEqual([
      'spot c7i zone-a',
    ])
  })

  test('errors beside a machine count as well as errors alone', () => {
    const climb = startClimb('spot', PLACES)
    const rung = asked(climb)
    const learnt = learn(climb, rung, rung.pools.slice(0, 1).map(answer('InsufficientInstanceCapacity')))
    expect(learnt.failures).toHaveLength(1)
    expect(learnt.asks.spot).toBe(1)
  })

  test('pools that do not fit are out of the market for good, in any round', () => {
    const climb = startClimb('spot', PLACES)
    const rung = asked(climb)
    const learnt = nextRound(learn(climb, rung, rung.pools.slice(0, 3).map(answer('Unsupported'))))
    expect(names(nextRung(learnt))).toEqual(['spot m7i zone-b'])
  })

  test('when no pool fits at all, it gives up', () => {
    const spotUnfit = refuseAll(startClimb('spot-first', PLACES), 'Unsupported')
    const unfit = refuseAll(spotUnfit, 'Unsupported')
    expect(nextRung(unfit)).toMatchObject({ kind: 'give-up' })
  })
})

describe('a market that is shut', () => {
  const SHUTTING = ['MaxSpotInstanceCountExceeded', 'AuthFailure.ServiceLinkedRoleCreationNotPermitted']
  test.each(SHUTTING)('%s turns to on-demand at once, whatever pools are left', (code) => {
    const climb = startClimb('spot-first', PLACES)
    const rung = asked(climb)
    const learnt = learn(climb, rung, rung.pools.slice(0, 1).map(answer(code)))
    expect(asked(learnt).market).toBe('on-demand')
    expect(asked(nextRound(learnt)).market).toBe('on-demand')
    expect(fallbackReason(learnt)).toContain(code)
  })

  test('and no other: gives up with the reason', () => {
    expect(nextRung(refuseAll(startClimb('spot', PLACES), 'MaxSpotInstanceCountExceeded'))).toEqual({
      kind: 'give-up',
      reason: expect.stringMatching(/MaxSpotInstanceCountExceeded.*quota/),
    })
  })

  test('both: gives up with both reasons', () => {
    const climb = refuseAll(
      refuseAll(startClimb('spot-first', PLACES), 'MaxSpotInstanceCountExceeded'),
      'VcpuLimitExceeded',
    )
    expect(nextRung(climb)).toEqual({
      kind: 'give-up',
      reason: expect.stringMatching(/MaxSpotInstanceCountExceeded.*; .*VcpuLimitExceeded/),
    })
  })
})

describe('a new round', () => {
  test('comes after a pause that doubles up to its limit', () => {
    let climb = startClimb('spot', PLACES)
    const pauses: number[] = []
    for (let round = 0; round < 6; round++) {
      climb = refuseAll(climb, 'InsufficientInstanceCapacity')
      const rung = nextRung(climb)
      if (rung.kind === 'pause') pauses.push(rung.ms)
      climb = nextRound(climb)
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, ROUND_PAUSE_LIMIT_MS])
  })

  test('begins with spot and all pools again', () => {
    const climb = refuseAll(
      refuseAll(startClimb('spot-first', PLACES), 'InsufficientInstanceCapacity'),
      'InsufficientInstanceCapacity',
    )
    expect(asked(nextRound(climb))).toMatchObject({ market: 'spot', pools: { length: PLACES.length } })
  })
})

describe('why on-demand was used', () => {
  test.each([
    ['on-demand was asked for', refuseAll(startClimb('on-demand', PLACES), 'InsufficientInstanceCapacity'), ''],
    ['nothing was asked yet', startClimb('spot-first', PLACES), ''],
    [
      'no spot pool had capacity',
      refuseAll(startClimb('spot-first', PLACES), 'InsufficientInstanceCapacity'),
      'no spot capacity in 4 pools (InsufficientInstanceCapacity x4)',
    ],
  ])('%s', (_case, climb, reason) => {
    expect(fallbackReason(climb)).toBe(reason)
  })
})

test.each(Object.entries(AWS_RULES))('%s stops a climb exactly if its rule says so', (code, rule) => {
  const failures = [answer('InsufficientInstanceCapacity')(undefined), answer(code)(undefined)]
  expect(stopper(failures)?.code).toBe(rule?.reaction === 'stop' ? code : undefined)
})

test('whatever the pools answer, a climb asks at most so often a round, never for an unfit pool, and always ends', () => {
  const codes = fc.constantFrom(...Object.keys(AWS_RULES), 'BrandNew')
  const policies = fc.constantFrom<MarketPolicy>('spot-first', 'spot', 'on-demand')
  const answers = fc.array(fc.array(fc.tuple(fc.nat(5), codes), { maxLength: 6 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(policies, answers, (policy, script) => {
      let climb = startClimb(policy, PLACES)
      let asks = 0
      for (const said of script) {
        const rung = nextRung(climb)
        if (rung.kind === 'give-up') return
        if (rung.kind === 'pause') {
          climb = nextRound(climb)
          asks = 0
          continue
        }
        asks += 1
        expect(asks).toBeLessThanOrEqual(2 * ASKS_PER_MARKET)
        expect(rung.pools.length).toBeGreaterThan(0)
        expect(climb.shut[rung.market]).toBeUndefined()
        expect(
          rung.pools.filter((pool) => climb.unfit.some((other) => JSON.stringify(other) === JSON.stringify(pool))),
        ).toEqual([])
        climb = learn(
          climb,
          rung,
          said.map(([at, code]) => answer(code)(rung.pools[at])),
        )
      }
    }),
  )
})

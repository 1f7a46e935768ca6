import { explain, ruleOf, type Failure } from './failures.ts'
import type { Market, Pool } from './market.ts'
import { inMarket, samePlace, type Place } from './pools.ts'
import { shareQuota } from './quotas.ts'

/** `spot-first` falls back to on-demand; the others stay in their market. */
export type MarketPolicy = 'spot-first' | 'spot' | 'on-demand'

/**
 * How often one round asks for spot before it turns to on-demand. A fleet tries three pools at most, so
 * four requests reach twelve pools, in about eight seconds; a longer search costs more than on-demand does.
 */
export const ASKS_PER_MARKET = 4

/** Pause before a new round, doubled each time: capacity comes back in minutes rather than seconds. */
export const ROUND_PAUSE_MS = 5_000
export const ROUND_PAUSE_LIMIT_MS = 60_000

/** What one pool answered; `pool` is undefined where EC2 did not say which one it meant. */
export interface PoolFailure {
  readonly pool: Pool | undefined
  readonly failure: Failure
}

/** What the climb of one runner has learnt so far. */
export interface Climb {
  readonly policy: MarketPolicy
  readonly places: readonly Place[]
  readonly round: number
  /** Requests answered in this round, by market. */
  readonly asks: Readonly<Record<Market, number>>
  /** Pools that have nothing in this round. */
  readonly spent: readonly Pool[]
  /** Pools that never will do: they do not fit, or are not sold there. */
  readonly unfit: readonly Pool[]
  /** Markets that are shut for the whole climb, with the reason. */
  readonly shut: Readonly<Partial<Record<Market, string>>>
  /** Everything that any pool answered, for the report. */
  readonly failures: readonly PoolFailure[]
}

export type Rung =
  | { readonly kind: 'ask'; readonly market: Market; readonly pools: readonly Pool[] }
  /** Nothing is left to ask in this round. */
  | { readonly kind: 'pause'; readonly ms: number }
  | { readonly kind: 'give-up'; readonly reason: string }

export function startClimb(policy: MarketPolicy, places: readonly Place[]): Climb {
  return { policy, places, round: 0, asks: { spot: 0, 'on-demand': 0 }, spent: [], unfit: [], shut: {}, failures: [] }
}

/** What to do next: spot while it may help, then on-demand, then a pause and all over again. */
export function nextRung(climb: Climb): Rung {
  const markets = marketsOf(climb.policy).filter((market) => climb.shut[market] === undefined)
  if (markets.length === 0) return { kind: 'give-up', reason: Object.values(climb.shut).join('; ') }
  if (markets.every((market) => fitPools(climb, market).length === 0))
    return { kind: 'give-up', reason: whyUnfit(climb) }
  for (const market of markets) {
    const pools = fitPools(climb, market).filter((pool) => !isAmong(climb.spent, pool))
    if (pools.length > 0 && climb.asks[market] < ASKS_PER_MARKET) return { kind: 'ask', market, pools }
  }
  return { kind: 'pause', ms: Math.min(ROUND_PAUSE_MS * 2 ** climb.round, ROUND_PAUSE_LIMIT_MS) }
}

/** The next round forgets which pools had nothing, and keeps what cannot change. */
export function nextRound(climb: Climb): Climb {
  return { ...climb, round: climb.round + 1, asks: { spot: 0, 'on-demand': 0 }, spent: [] }
}

/** Learns from what the pools answered to one request. */
export function learn(
  climb: Climb,
  asked: { readonly market: Market; readonly pools: readonly Pool[] },
  failures: readonly PoolFailure[],
): Climb {
  const asks = { ...climb.asks, [asked.market]: climb.asks[asked.market] + 1 }
  return failures.reduce<Climb>((now, found) => learnOne(now, asked, found), { ...climb, asks })
}

function learnOne(
  climb: Climb,
  asked: { readonly market: Market; readonly pools: readonly Pool[] },
  found: PoolFailure,
): Climb {
  const rule = ruleOf(found.failure)
  const next = { ...climb, failures: [...climb.failures, found] }
  if (rule.reaction === 'leave-market' && (rule.class !== 'quota' || found.pool === undefined))
    return { ...next, shut: { ...climb.shut, [asked.market]: explain(found.failure) } }
  if (rule.reaction !== 'next-pool' && rule.reaction !== 'leave-market') return next
  const hit = poolsHit(climb, asked.pools, found, rule.scope)
  if (rule.class === 'configuration' || rule.class === 'quota') return { ...next, unfit: [...climb.unfit, ...hit] }
  return { ...next, spent: [...climb.spent, ...hit] }
}

/** Why nothing is left that could ever do. */
function whyUnfit({ failures }: Climb): string {
  const lasting = failures.filter(({ failure }) => ['quota', 'configuration'].includes(ruleOf(failure).class))
  const reasons = [...new Set(lasting.map(({ failure }) => explain(failure)))]
  return `no pool fits (${reasons.join('; ')}): check \`instance-types\`, \`subnets\`, quotas and the architecture of \`image\``
}

/** A full subnet or zone is so for both markets, a quota for the types that share it; an answer that names no pool speaks of all that were asked. */
function poolsHit(climb: Climb, asked: readonly Pool[], found: PoolFailure, scope: string): readonly Pool[] {
  const { pool } = found
  if (pool === undefined) return asked
  if (scope === 'market') return inMarket(climb.places, pool.market).filter((other) => shareQuota(other, pool))
  if (scope !== 'subnet' && scope !== 'zone') return [pool]
  const inBoth = [...inMarket(climb.places, 'spot'), ...inMarket(climb.places, 'on-demand')]
  return inBoth.filter((other) =>
    scope === 'subnet' ? other.subnetId === pool.subnetId : other.availabilityZone === pool.availabilityZone,
  )
}

/** The failure that ends a climb at once, if the answer holds one: only a person can mend it. */
export function stopper(failures: readonly PoolFailure[]): Failure | undefined {
  return failures.map((found) => found.failure).find((failure) => ruleOf(failure).reaction === 'stop')
}

/** Why on-demand was used although spot came first; empty where spot was not tried. */
export function fallbackReason(climb: Climb): string {
  if (climb.policy !== 'spot-first') return ''
  if (climb.shut.spot !== undefined) return climb.shut.spot
  const quota = climb.failures.find(({ pool, failure }) => pool?.market === 'spot' && ruleOf(failure).class === 'quota')
  if (quota !== undefined) return explain(quota.failure)
  const answers = tellingAnswers(climb.failures).filter(({ pool }) => pool?.market === 'spot')
  if (answers.length === 0) return ''
  const codes = new Map<string, number>()
  for (const { failure } of answers) codes.set(failure.code, (codes.get(failure.code) ?? 0) + 1)
  const counted = [...codes].map(([code, times]) => `${code} x${String(times)}`).join(', ')
  return `no spot capacity in ${String(climb.places.length)} pools (${counted})`
}

/** What the pools answered, less "not tried" of pools that gave a real answer another time. */
export function tellingAnswers(failures: readonly PoolFailure[]): readonly PoolFailure[] {
  const isReal = ({ failure }: PoolFailure): boolean => ruleOf(failure).reaction !== 'ask-again'
  return failures.filter(
    (found) => isReal(found) || !failures.some((other) => isReal(other) && isSamePool(other.pool, found.pool)),
  )
}

function isSamePool(a: Pool | undefined, b: Pool | undefined): boolean {
  return a !== undefined && a.market === b?.market && samePlace(a, b)
}

function marketsOf(policy: MarketPolicy): readonly Market[] {
  return policy === 'spot-first' ? ['spot', 'on-demand'] : [policy]
}

function fitPools(climb: Climb, market: Market): readonly Pool[] {
  return inMarket(climb.places, market).filter((pool) => !isAmong(climb.unfit, pool))
}

function isAmong(pools: readonly Pool[], pool: Pool): boolean {
  return pools.some((other) => isSamePool(other, pool))
}

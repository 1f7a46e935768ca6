import type { Market } from '../../src/domain/market.ts'

/** Names pools; a part that is left out stands for any. */
export interface PoolPattern {
  readonly instanceType?: string
  readonly availabilityZone?: string
  readonly market?: Market
}

export interface PoolName {
  readonly instanceType: string
  readonly availabilityZone: string
  readonly market: Market
}

export type Capacity = number | 'none' | 'plenty'

/** What a test or a demonstration may turn while the cloud runs. The last word on a pool wins. */
export interface Settings {
  readonly capacities: { readonly pattern: PoolPattern; left: number }[]
  readonly poolErrors: { readonly pattern: PoolPattern; readonly code: string; readonly message: string }[]
  /** vCPUs. */
  readonly quotas: Record<Market, number>
  readonly denied: Set<string>
  spotRole: boolean
  passRole: boolean
  /** Most results of a page, whatever was asked for. */
  pageLimit: number
}

export function defaultSettings(): Settings {
  return {
    capacities: [],
    poolErrors: [],
    quotas: { spot: Infinity, 'on-demand': Infinity },
    denied: new Set(),
    spotRole: true,
    passRole: true,
    pageLimit: Infinity,
  }
}

export function fits(pattern: PoolPattern, pool: PoolName): boolean {
  return (
    (pattern.instanceType ?? pool.instanceType) === pool.instanceType &&
    (pattern.availabilityZone ?? pool.availabilityZone) === pool.availabilityZone &&
    (pattern.market ?? pool.market) === pool.market
  )
}

/** The capacity that governs a pool: the latest entry that names it. */
export function capacityOf(settings: Settings, pool: PoolName): { left: number } | undefined {
  return settings.capacities.findLast(({ pattern }) => fits(pattern, pool))
}

import { refusal } from './refusal.ts'
import type { World } from './world.ts'

export interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

export interface Page<T> {
  readonly results: T[]
  readonly NextToken?: string
}

const TOKEN = /^page-([0-9]+)$/

/**
 * One page of `all`. Later pages start where the earlier one ended, so a listing that changes in between
 * can show an object twice or not at all, as EC2's can.
 *
 * @param bounds least and most results that the operation lets one ask for
 * @param byId whether the request names what it wants, which excludes a page size
 */
export function page<T>(
  world: World,
  request: PageRequest,
  all: readonly T[],
  bounds: readonly [number, number],
  byId = false,
): Page<T> {
  const { MaxResults: asked, NextToken: token } = request
  if (world.rules.pageSizeBounds && asked !== undefined) checkSize(asked, bounds, byId)
  const start = token === undefined ? 0 : Number(TOKEN.exec(token)?.[1] ?? NaN)
  if (Number.isNaN(start)) throw refusal('InvalidParameterValue', 'Unable to parse pagination token')
  const limit = world.rules.paging && !byId ? Math.min(asked ?? Infinity, world.settings.pageLimit) : Infinity
  const end = start + limit
  const results = all.slice(start, end)
  return end < all.length ? { results, NextToken: `page-${String(end)}` } : { results }
}

function checkSize(asked: number, [least, most]: readonly [number, number], byId: boolean): void {
  if (byId) {
    throw refusal(
      'InvalidParameterCombination',
      'The parameter instancesSet cannot be used with the parameter maxResults',
    )
  }
  if (asked < least || asked > most) {
    throw refusal(
      'InvalidParameterValue',
      `Value ( ${String(asked)} ) for parameter maxResults is invalid. Expecting a value between ${String(least)} and ${String(most)}.`,
    )
  }
}

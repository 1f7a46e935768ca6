import type { Filter } from '@aws-sdk/client-ec2'
import { refusal } from './refusal.ts'
import type { Tags } from './tags.ts'
import type { World } from './world.ts'

/** What a filter looks at in one result: by filter name, the values it has. */
export interface Facets {
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly tags?: Tags
}

/** True where every filter has a value that fits; `*` and `?` are wildcards, and values are case-sensitive. */
export function passes(world: World, filters: readonly Filter[] | undefined, facets: Facets): boolean {
  return (filters ?? []).every(({ Name = '', Values = [] }) => {
    const present = facetOf(facets, Name)
    if (present === undefined) {
      if (world.rules.knownFilters) throw refusal('InvalidParameterValue', `The filter '${Name}' is invalid`)
      return true
    }
    return Values.some((pattern) => present.some((value) => matches(pattern, value)))
  })
}

/** Filters are checked even where nothing is listed. */
export function checkFilters(world: World, filters: readonly Filter[] | undefined, example: Facets): void {
  passes(world, filters, example)
  for (const filter of filters ?? []) passes(world, [filter], example)
}

function facetOf({ values, tags }: Facets, name: string): readonly string[] | undefined {
  if (tags !== undefined && name === 'tag-key') return Object.keys(tags)
  if (tags !== undefined && name.startsWith('tag:')) {
    const value = tags[name.slice('tag:'.length)]
    return value === undefined ? [] : [value]
  }
  return values[name]
}

function matches(pattern: string, value: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === value
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`, 's').test(value)
}

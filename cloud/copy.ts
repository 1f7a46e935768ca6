/**
 * A deep copy of plain data. Dates and bytes are shared: nobody changes them, and a structured clone would
 * be of another realm where tests run in one of their own.
 */
export function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item)) as T
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]: [string, unknown]) => [key, copyOf(member)])) as T
}

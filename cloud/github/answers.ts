/** One request at the door: which route of the table, with what, by whom. */
export interface GitHubCall {
  /** `GET /repos/{owner}/{repo}`, as in the product's own table of routes. */
  readonly route: string
  /** What stands in the path, the query and the body, together: their names never clash. */
  readonly parameters: Readonly<Record<string, unknown>>
  readonly token: string
  /** Lower-case names; only `if-none-match` means anything here. */
  readonly headers: Readonly<Record<string, string>>
}

export interface GitHubAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Undefined for an answer without a body. */
  readonly body: unknown
}

const DOCUMENTATION = 'https://docs.github.com/rest'

/** What GitHub refuses, on its way from the rule that says so to the door that answers. */
export class Refusal extends Error {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly errors: readonly unknown[] | undefined

  constructor(
    status: number,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    errors?: readonly unknown[],
  ) {
    super(message)
    this.status = status
    this.headers = headers
    this.errors = errors
  }
}

export function refusalBody(refusal: Refusal): Record<string, unknown> {
  return {
    message: refusal.message,
    ...(refusal.errors === undefined ? {} : { errors: refusal.errors }),
    documentation_url: DOCUMENTATION,
    // The description of a failed validation knows no such field.
    ...(refusal.status === 422 ? {} : { status: String(refusal.status) }),
  }
}

export function notFound(): Refusal {
  return new Refusal(404, 'Not Found')
}

/** A parameter that must be a number, whether it came as one or in a path. */
export function numberParameter(call: GitHubCall, name: string): number {
  const value = Number(call.parameters[name])
  if (!Number.isSafeInteger(value) || value < 0) throw notFound()
  return value
}

export function textParameter(call: GitHubCall, name: string): string | undefined {
  const value = call.parameters[name]
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

export interface Page<T> {
  readonly entries: readonly T[]
  readonly total: number
  readonly headers: Readonly<Record<string, string>>
}

const DEFAULT_PAGE = 30
const LARGEST_PAGE = 100

/**
 * The page that the call asks for, with the `link` header that leads to the others.
 *
 * @param bounded whether GitHub's limits of a page apply
 */
export function paged<T>(call: GitHubCall, all: readonly T[], url: string, bounded: boolean): Page<T> {
  if (!bounded) return { entries: all, total: all.length, headers: {} }
  const size = Math.min(LARGEST_PAGE, positive(call.parameters['per_page']) ?? DEFAULT_PAGE)
  const page = positive(call.parameters['page']) ?? 1
  const last = Math.max(1, Math.ceil(all.length / size))
  const link = (rel: string, number: number): string => {
    const query = new URLSearchParams({ ...filtersOf(call), per_page: String(size), page: String(number) })
    return `<${url}?${query.toString()}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [link('prev', page - 1)] : []),
    ...(page < last ? [link('next', page + 1), link('last', last)] : []),
    ...(page > 1 ? [link('first', 1)] : []),
  ]
  return {
    entries: all.slice((page - 1) * size, page * size),
    total: all.length,
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  }
}

const FILTERS = ['name', 'filter', 'status', 'created', 'event', 'branch', 'head_sha', 'actor']

function filtersOf(call: GitHubCall): Record<string, string> {
  const given = FILTERS.map((name): [string, string | undefined] => [name, textParameter(call, name)])
  return Object.fromEntries(given.filter((filter): filter is [string, string] => filter[1] !== undefined))
}

function positive(value: unknown): number | undefined {
  const number = Number(value)
  return Number.isSafeInteger(number) && number > 0 ? number : undefined
}

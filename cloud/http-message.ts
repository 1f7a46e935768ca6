/** A request as it came over HTTP, read whole. */
export interface WireRequest {
  readonly method: string
  readonly url: URL
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

export interface WireAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** An answer with a JSON body, or without a body where there is nothing to say. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): WireAnswer {
  if (body === undefined) return { status, headers }
  const contentType = { 'content-type': 'application/json; charset=utf-8' }
  return { status, headers: { ...contentType, ...headers }, body: JSON.stringify(body) }
}

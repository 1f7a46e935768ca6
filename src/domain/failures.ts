/** One refusal or breakdown of a platform, as it came back from the call. */
export interface Failure {
  readonly service: 'aws' | 'github'
  /** The platform's own code (`InsufficientInstanceCapacity`), or one of ours for what has none: `Timeout`, `Network`, `HTTP 502`. */
  readonly code: string
  readonly status?: number
  /** `CreateFleet`, or a GitHub route. */
  readonly operation: string
  readonly message: string
  /** Milliseconds that the platform asked us to wait (`retry-after`, `x-ratelimit-reset`). */
  readonly retryAfterMs?: number
}

/** Thrown by adapters: a failed call. What to do about it is decided from `failure`, never from the text. */
export class PlatformError extends Error {
  readonly failure: Failure
  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.operation}: ${failure.code}: ${failure.message}`, options)
    this.name = 'PlatformError'
    this.failure = failure
  }
}

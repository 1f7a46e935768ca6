/** The clock: the only source of time and of waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`; never rejects. */
  sleep(ms: number): Promise<void>
}

/** A number in [0, 1). */
export type Random = () => number

/** The job's log. Annotations (`notice`, `warning`, `error`) are only for what a person must act on. */
export interface Log {
  info(message: string): void
  debug(message: string): void
  notice(message: string): void
  warning(message: string): void
  error(message: string, title?: string): void
  group<T>(title: string, body: () => Promise<T>): Promise<T>
}

/** What the step hands on: outputs to later jobs, Markdown to the job summary, secrets to the masker. */
export interface Report {
  output(name: string, value: string): void
  summary(markdown: string): Promise<void>
  /** Must be called before a secret can reach the log. */
  mask(secret: string): void
}

/** What the post step must know of the main step; never a secret, since state is written to a file. */
export interface StepState {
  save(name: string, value: string): void
  /** Empty where the main step did not save it. */
  read(name: string): string
}

export interface Host {
  /** Aborted when the job is cancelled: GitHub sends SIGINT, 7.5 s later SIGTERM, and 2.5 s later kills. */
  readonly cancellation: AbortSignal
  readonly state: StepState
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly report: Report
}

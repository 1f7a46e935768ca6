/** How GitHub cancels a job: SIGINT first, SIGTERM after 7.5 s (actions/runner, ProcessInvoker). */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** Ends the process, with whatever is still being waited for. */
export function leave(): void {
  process.exit()
}

/** Aborted by the first signal; with a handler in place Node goes on until we are done or killed. */
export function catchSignals(): AbortSignal {
  const controller = new AbortController()
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      controller.abort()
    })
  }
  return controller.signal
}

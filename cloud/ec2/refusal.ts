/** The error of an AWS call, in the shape in which the SDK throws it. */
export interface AwsRefusal extends Error {
  readonly $fault: 'client' | 'server'
  readonly $metadata: { readonly httpStatusCode: number; readonly requestId: string }
}

/** Builds what the SDK throws for an answer with this error code. */
export function refusal(code: string, message: string, status = 400): AwsRefusal {
  const error = new Error(message)
  error.name = code
  return Object.assign(error, {
    $fault: status >= 500 ? ('server' as const) : ('client' as const),
    $metadata: { httpStatusCode: status, requestId: 'model-refusal' },
  })
}

export function isRefusal(error: unknown): error is AwsRefusal {
  return error instanceof Error && '$fault' in error && '$metadata' in error
}

/** The sentence of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** An error of ours and not of a platform, as of an action that is not whole: no waiting mends it. */
export function isOwnFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return error instanceof ReferenceError || ('code' in error && String(error.code).endsWith('MODULE_NOT_FOUND'))
}

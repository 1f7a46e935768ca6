import type { StepState } from '../ports/host.ts'

/**
 * How far a start has come, for its post step:
 * - `begun`: it may have registered runners
 * - `locked`: the launch template is its own, so everything under its identity is
 * - `delivered`: the machines belong to the jobs now, and to stop
 * - `undone`: it failed and has cleared up after itself
 */
export type Progress = 'begun' | 'locked' | 'delivered' | 'undone'

const PROGRESS: readonly string[] = ['begun', 'locked', 'delivered', 'undone'] satisfies Progress[]

const KEY = 'progress'

export function saveProgress(state: StepState, progress: Progress): void {
  state.save(KEY, progress)
}

/** Undefined where the main step ended before its first effect. */
export function readProgress(state: StepState): Progress | undefined {
  const text = state.read(KEY)
  return PROGRESS.includes(text) ? (text as Progress) : undefined
}

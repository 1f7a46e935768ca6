import type { Outside } from '../ports/outside.ts'

/** A runner whose machine is gone stays busy until GitHub gives its job up, up to ten minutes; we do not wait that long. */
const BUSY_TRIES = 4
const BUSY_PAUSE_MS = 3_000

export interface Deregistered {
  readonly removed: number
  /** Runners that GitHub still calls busy. */
  readonly busy: readonly number[]
}

/** Removes registrations; one that is gone already is a success, one that stays busy is reported. */
export async function removeRegistrations(
  { runners, host }: Outside,
  runnerIds: readonly number[],
): Promise<Deregistered> {
  let left = [...runnerIds]
  for (let tries = 1; left.length > 0 && tries <= BUSY_TRIES; tries++) {
    if (tries > 1) await host.clock.sleep(BUSY_PAUSE_MS)
    const answers = await Promise.all(
      left.map(async (runnerId) => ({ runnerId, answer: await runners.deleteRunner(runnerId) })),
    )
    left = answers.filter(({ answer }) => answer === 'busy').map(({ runnerId }) => runnerId)
  }
  if (left.length > 0)
    host.log.warning(
      `GitHub still calls ${String(left.length)} of our runners busy (${left.join(', ')}) and does not let them be removed; it removes them itself within a day, and a later stop or sweep does so sooner.`,
    )
  return { removed: runnerIds.length - left.length, busy: left }
}

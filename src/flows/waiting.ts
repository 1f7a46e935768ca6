import { bootReport, lastConsoleLines } from '../domain/boot-phase.ts'
import { judgeDeath } from '../domain/deaths.ts'
import { durationText } from '../domain/duration.ts'
import { isAlive } from '../domain/machine.ts'
import type { Outside } from '../ports/outside.ts'
import type { Registration } from '../ports/github.ts'
import type { Berth, Undertaking } from './undertaking.ts'

/** How often GitHub is asked: often enough that a runner which came online is noticed within a second. */
const POLL_MS = 1_000

/** How often EC2 is asked beside it: a machine seldom dies, and then a few seconds do not matter. */
const LOOK_MS = 5_000

/** The console follows a machine's death by some seconds, when EC2 has it at all. */
const CONSOLE_PAUSE_MS = 3_000
const CONSOLE_TRIES = 4

/** What a person sees of a console. */
const CONSOLE_LINES = 30

/** Gets another machine for a berth whose machine died. */
export type Replace = (berth: Berth, reason: string) => Promise<Berth>

/** A start that came to nothing although machines could be had; `console` is the end of what the machine said. */
export class BootError extends Error {
  constructor(message: string, console: readonly string[]) {
    super(
      console.length === 0
        ? `${message}\nIts console is empty: it did not get as far, or EC2 has not shown it yet.`
        : `${message}\nThe end of its console:\n${console.map((line) => `  ${line}`).join('\n')}`,
    )
    this.name = 'BootError'
  }
}

/**
 * Waits until GitHub calls the berth's runner online. A machine that dies before is replaced once, where
 * another may do better.
 *
 * @throws BootError with the reason and the end of the console
 */
export async function waitUntilOnline(
  outside: Outside,
  undertaking: Undertaking,
  berth: Berth,
  isOnline: OnlineCheck,
  replace: Replace,
): Promise<Berth> {
  const { clock, log } = outside.host
  let now = berth
  let deaths = 0
  let lookedAtMs = clock.now()
  for (;;) {
    if (await isOnline(now)) {
      log.info(`Runner ${now.runnerName} is online after ${durationText(clock.now() - undertaking.startedAtMs)}.`)
      return now
    }
    if (clock.now() >= undertaking.onlineByMs) throw await tooLate(outside, undertaking, now)
    if (clock.now() - lookedAtMs >= LOOK_MS) {
      lookedAtMs = clock.now()
      const reason = await diedOf(outside, now, deaths)
      if (reason !== undefined) {
        if (await hasServed(outside, now)) return now
        now = await replace(now, reason)
        deaths += 1
      }
    }
    await clock.sleep(POLL_MS)
  }
}

/** Why the machine must be replaced; undefined while it lives. */
async function diedOf(outside: Outside, berth: Berth, deaths: number): Promise<string | undefined> {
  const instanceId = berth.machine?.instanceId ?? ''
  const [machine] = await outside.ec2.machinesById([instanceId])
  // A machine that was launched a moment ago may not be listed yet.
  if (machine === undefined || isAlive(machine)) return undefined
  const console = await consoleOf(outside, instanceId)
  const death = judgeDeath(machine, bootReport(console), deaths)
  if (death.kind === 'replace') return death.reason
  throw new BootError(
    `${instanceId} did not become a runner: ${death.reason}.`,
    lastConsoleLines(console, CONSOLE_LINES),
  )
}

/** An ephemeral runner that was online and did its one job between two looks: GitHub has removed it. */
async function hasServed({ runners }: Outside, { runnerId }: Berth): Promise<boolean> {
  return runnerId !== undefined && (await runners.runner(runnerId)) === undefined
}

async function tooLate(outside: Outside, undertaking: Undertaking, berth: Berth): Promise<BootError> {
  const instanceId = berth.machine?.instanceId ?? ''
  const console = await outside.ec2.console(instanceId).catch(() => '')
  const { phase, failure } = bootReport(console)
  const got =
    failure === undefined
      ? (phase ?? 'nothing yet, as far as its console shows')
      : `failed:${failure.step} (${failure.reason})`
  return new BootError(
    `Runner ${berth.runnerName} on ${instanceId} was not online within ${durationText(undertaking.request.startTimeoutMs)} (\`start-timeout\`). It had reached: ${got}. If it got to runner-starting, check that the subnet lets it reach GitHub; if it shows nothing, check that the image runs user data.`,
    lastConsoleLines(console, CONSOLE_LINES),
  )
}

async function consoleOf({ ec2, host }: Outside, instanceId: string): Promise<string> {
  let console = ''
  for (let tries = 0; tries < CONSOLE_TRIES && console === ''; tries++) {
    if (tries > 0) await host.clock.sleep(CONSOLE_PAUSE_MS)
    // The console helps to explain a death; that it cannot be had must not hide the death.
    console = await ec2.console(instanceId).catch(() => '')
  }
  return console
}

/** Whether a berth's runner is online now. */
export type OnlineCheck = (berth: Berth) => Promise<boolean>

/**
 * One question to GitHub serves all berths: a single runner is asked for by id, several by one listing that
 * is at most `POLL_MS` old.
 */
export function createOnlineCheck({ runners, host }: Outside, berths: number): OnlineCheck {
  let listing: { readonly atMs: number; readonly runners: Promise<readonly Registration[]> } | undefined
  const listed = (): Promise<readonly Registration[]> => {
    if (listing === undefined || host.clock.now() - listing.atMs >= POLL_MS)
      listing = { atMs: host.clock.now(), runners: runners.runners() }
    return listing.runners
  }
  return async ({ runnerId, runnerName }) => {
    if (berths > 1) return (await listed()).some((runner) => runner.name === runnerName && runner.online)
    if (runnerId === undefined) return (await runners.runnerByName(runnerName))?.online === true
    return (await runners.runner(runnerId))?.online === true
  }
}

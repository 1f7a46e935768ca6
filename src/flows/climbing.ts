import { durationText } from '../domain/duration.ts'
import { isOutcomeUnknown, meaningOf, PlatformError, ruleOf } from '../domain/failures.ts'
import { parseRunnerName } from '../domain/identity.ts'
import { learn, nextRound, nextRung, ROUND_PAUSE_MS, stopper, type PoolFailure, type Rung } from '../domain/ladder.ts'
import { launchToken } from '../domain/launch-plan.ts'
import { nameOf } from '../domain/pools.ts'
import type { Machine } from '../domain/machine.ts'
import { ownershipTags, TAG } from '../domain/tags.ts'
import type { LaunchAnswer, LaunchedMachine } from '../ports/ec2.ts'
import type { Outside } from '../ports/outside.ts'
import { LISTING_SETTLED_MS } from './settling.ts'
import { ownMachines } from './survey.ts'
import type { Template } from './template.ts'
import type { Berth, Undertaking } from './undertaking.ts'

/** EC2 may not know a launch template for a moment after it was created. */
const TEMPLATE_PAUSE_MS = 2_000
const TEMPLATE_TRIES = 4

/** Raised where the climb ends without a machine: the berth tells what was tried. */
export class NoCapacityError extends Error {
  readonly berth: Berth
  constructor(berth: Berth, message: string) {
    super(message)
    this.name = 'NoCapacityError'
    this.berth = berth
  }
}

/** Raised where EC2 has answered, launched nothing, and only a person can mend why. */
export class RefusedError extends PlatformError {}

/** What a launch needs beside the pools. */
export interface Passage {
  readonly template: Template
  /** Base64. */
  readonly userData: string
  readonly runnerName: string
  /** By then capacity must be found. */
  readonly capacityByMs: number
}

/**
 * Climbs the ladder until the berth has a machine.
 *
 * @throws NoCapacityError where there is none in time; PlatformError where only a person can mend it
 */
export async function climb(
  outside: Outside,
  undertaking: Undertaking,
  berth: Berth,
  passage: Passage,
): Promise<Berth> {
  const { clock, log } = outside.host
  let now = berth
  for (;;) {
    const rung = nextRung(now.climb)
    if (rung.kind === 'give-up')
      throw new NoCapacityError(now, `No machine for runner ${String(berth.number)}: ${rung.reason}.`)
    const waitMs = rung.kind === 'pause' ? rung.ms : 0
    if (clock.now() + waitMs >= passage.capacityByMs) {
      throw new NoCapacityError(
        now,
        `No machine for runner ${String(berth.number)}: no pool had capacity within ${durationText(undertaking.request.capacityTimeoutMs)} (\`capacity-timeout\`).`,
      )
    }
    if (rung.kind === 'pause') {
      log.info(
        `No pool has capacity for runner ${String(berth.number)}; asking all of them again in ${durationText(rung.ms)}.`,
      )
      await clock.sleep(rung.ms)
      now = { ...now, climb: nextRound(now.climb) }
      continue
    }
    now = await step(outside, undertaking, now, rung, passage)
    if (now.machine !== undefined) return now
  }
}

async function step(
  outside: Outside,
  undertaking: Undertaking,
  berth: Berth,
  rung: Extract<Rung, { kind: 'ask' }>,
  passage: Passage,
): Promise<Berth> {
  const { log, clock } = outside.host
  log.info(`Asking for ${rung.market} in ${String(rung.pools.length)} pools for runner ${String(berth.number)}.`)
  const answer = await ask(outside, undertaking, berth, rung, passage)
  const learnt = {
    ...berth,
    round: berth.round + 1,
    climb: learn(berth.climb, rung, answer.failures),
    machine: answer.machine,
    runnerName: answer.runnerName,
  }
  if (answer.machine !== undefined) {
    log.info(
      `Runner ${String(berth.number)} gets ${answer.machine.instanceId}: ${answer.machine.instanceType} in ${answer.machine.availabilityZone}, ${answer.machine.market}.`,
    )
    return learnt
  }
  const fatal = stopper(answer.failures)
  if (fatal !== undefined) throw new RefusedError(fatal)
  for (const line of answerLines(answer.failures)) log.info(line)
  // The rate limit, or a fault of EC2's own, that stands inside an answer needs time as any other does.
  const isBusy = answer.failures.some(({ failure }) => ruleOf(failure).reaction === 'repeat')
  if (isBusy) await clock.sleep(ROUND_PAUSE_MS)
  return learnt
}

/** One line for each code: the pools that gave it, and what it means. */
function answerLines(failures: readonly PoolFailure[]): readonly string[] {
  const codes = [...new Set(failures.map(({ failure }) => failure.code))]
  return codes.flatMap((code) => {
    const [first, ...others] = failures.filter(({ failure }) => failure.code === code)
    if (first === undefined) return []
    const pools = [first, ...others].map(({ pool }) => (pool === undefined ? 'all' : nameOf(pool)))
    return [`${code} from ${pools.join(', ')}: ${meaningOf(first.failure)}.`]
  })
}

/** With a machine, the runner that it was launched for: an earlier try of this step may have used another name. */
interface Answer extends LaunchAnswer {
  readonly runnerName: string
}

/** One request, repeated under its token until its outcome is known; an outcome that stays unknown is cleared up. */
async function ask(
  outside: Outside,
  undertaking: Undertaking,
  berth: Berth,
  rung: Extract<Rung, { kind: 'ask' }>,
  passage: Passage,
): Promise<Answer> {
  const { ec2, host } = outside
  const { request, identity } = undertaking
  for (let tries = 1; ; tries++) {
    const templateName = passage.template.name()
    try {
      const answer = await ec2.launch({
        templateName,
        clientToken: launchToken(identity, berth.number, rung.market, berth.round),
        market: rung.market,
        allocationStrategy: request['allocation-strategy'],
        maxPrice: request['max-price'],
        pools: rung.pools,
        userData: passage.userData,
        tags: { ...undertaking.tags, [TAG.runner]: passage.runnerName },
        notAfterMs: passage.capacityByMs,
      })
      return { ...answer, runnerName: passage.runnerName }
    } catch (error) {
      if (!(error instanceof PlatformError)) throw error
      if (isOutcomeUnknown(error.failure) || ruleOf(error.failure).reaction === 'settle')
        return clearUp(outside, undertaking, berth, { ...passage, templateName }, error)
      const isLate = /^InvalidLaunchTemplate(Name|Id)\./.test(error.failure.code) && tries < TEMPLATE_TRIES
      if (!isLate) throw error
      // Another runner of this start has renewed the template, or EC2 does not know the new one yet.
      if (templateName === passage.template.name()) await host.clock.sleep(TEMPLATE_PAUSE_MS)
    }
  }
}

/** Nobody knows whether this launched: shut the gate behind it, let the listing settle, and look. */
async function clearUp(
  { ec2, host }: Outside,
  undertaking: Undertaking,
  berth: Berth,
  passage: Passage & { readonly templateName: string },
  error: PlatformError,
): Promise<Answer> {
  host.log.info(`${error.message}. Looking for what may have been launched.`)
  await passage.template.renew(passage.templateName)
  await host.clock.sleep(LISTING_SETTLED_MS)
  const machines = ownMachines(undertaking, await ec2.machinesByTags(ownershipTags(undertaking.identity)), true)
  const own = machines.find((machine) => runnerNumberOf(machine) === berth.number)
  if (own === undefined) {
    host.log.info('Nothing was.')
    return { machine: undefined, runnerName: passage.runnerName, failures: [] }
  }
  return { machine: launchedOf(own), runnerName: own.tags[TAG.runner] ?? passage.runnerName, failures: [] }
}

export function launchedOf({ instanceId, market, instanceType, availabilityZone }: Machine): LaunchedMachine {
  return { instanceId, market, instanceType, availabilityZone }
}

/** The number of the runner that a machine serves, from its tag. */
export function runnerNumberOf(machine: Machine): number | undefined {
  return parseRunnerName(machine.tags[TAG.runner] ?? '')?.number
}

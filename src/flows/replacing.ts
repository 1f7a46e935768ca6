import { parseRunnerName } from '../domain/identity.ts'
import { learn } from '../domain/ladder.ts'
import { messageOf } from '../domain/message.ts'
import { NoCapacityError } from './climbing.ts'
import { launchOne } from './launching.ts'
import { publish } from './publishing.ts'
import { register } from './registering.ts'
import { removeRegistrations } from './deregistering.ts'
import type { Berth } from './undertaking.ts'
import type { Voyage } from './voyage.ts'
import { BootError, createOnlineCheck, waitUntilOnline } from './waiting.ts'

/**
 * Waits for all runners at the same time, and replaces machines that die before they are online.
 *
 * @throws the first reason why a runner did not come, unless `allow-partial` lets the others go on
 */
export async function waitForAll(voyage: Voyage, crew: readonly Berth[]): Promise<readonly Berth[]> {
  const { outside, undertaking } = voyage
  const isOnline = createOnlineCheck(outside, crew.length)
  const now = new Map(crew.map((berth) => [berth.number, berth]))
  const replace = async (berth: Berth, reason: string): Promise<Berth> => {
    // Noted before it is launched: a registration whose machine never comes has to go too.
    const next = await readmit(voyage, berth, reason)
    now.set(next.berth.number, next.berth)
    const other = await launchOne(voyage, next.ticket, next.berth)
    now.set(other.number, other)
    publish(voyage, [...now.values()])
    return other
  }
  const results = await outside.host.log.group('Waiting for GitHub to see the runners', () =>
    Promise.allSettled(crew.map((berth) => waitUntilOnline(outside, undertaking, berth, isOnline, replace))),
  )
  const online = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const mayGoOn = (error: unknown): boolean =>
    undertaking.request['allow-partial'] &&
    online.length > 0 &&
    (error instanceof BootError || error instanceof NoCapacityError)
  for (const result of results) if (result.status === 'rejected' && !mayGoOn(result.reason)) throw result.reason
  for (const result of results) if (result.status === 'rejected') outside.host.log.warning(messageOf(result.reason))
  await dropAll(
    voyage,
    [...now.values()].filter((berth) => !online.some((other) => other.number === berth.number)),
  )
  return online
}

/** A new machine comes from the next pool, with a registration of its own: the old one may be half used. */
async function readmit(voyage: Voyage, dead: Berth, reason: string) {
  const { outside, undertaking, setting, made } = voyage
  const { host } = outside
  host.log.info(`${dead.machine?.instanceId ?? 'The machine'} is lost: ${reason}. Replacing it.`)
  await drop(voyage, dead)
  const tries = (parseRunnerName(dead.runnerName)?.tries ?? 0) + 1
  const ticket = await register(outside, undertaking, dead.number, setting.context.serverUrl, made, tries)
  const berth = {
    ...dead,
    climb: climbPast(dead, reason),
    machine: undefined,
    runnerName: ticket.name,
    runnerId: ticket.runnerId,
  }
  return { berth, ticket }
}

/** The pool that lost a machine is passed over in this round, as one without capacity is. */
function climbPast({ climb, machine }: Berth, reason: string): Berth['climb'] {
  if (machine === undefined) return climb
  const place = climb.places.find(
    (candidate) =>
      candidate.instanceType === machine.instanceType && candidate.availabilityZone === machine.availabilityZone,
  )
  if (place === undefined) return climb
  const pool = { ...place, market: machine.market }
  const failure = { service: 'aws', operation: 'boot', code: 'MachineLost', message: reason } as const
  return learn(climb, { market: machine.market, pools: [pool] }, [{ pool, failure }])
}

async function dropAll(voyage: Voyage, berths: readonly Berth[]): Promise<void> {
  for (const berth of berths) await drop(voyage, berth)
}

async function drop({ outside, made }: Voyage, { machine, runnerId }: Berth): Promise<void> {
  if (machine !== undefined) {
    await outside.ec2.terminate([machine.instanceId])
    made.instanceIds.delete(machine.instanceId)
  }
  if (runnerId !== undefined) await removeRegistrations(outside, [runnerId])
}

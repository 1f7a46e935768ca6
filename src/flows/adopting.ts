import type { Machine } from '../domain/machine.ts'
import { ownershipTags, TAG } from '../domain/tags.ts'
import { launchedOf, runnerNumberOf } from './climbing.ts'
import { removeRegistrations } from './deregistering.ts'
import { strandedAmong, type Ticket } from './registering.ts'
import { LISTING_SETTLED_MS } from './settling.ts'
import { ownMachines } from './survey.ts'
import { emptyBerth, type Berth } from './undertaking.ts'
import type { Voyage } from './voyage.ts'

/**
 * Takes over the machines that an earlier try of this very step has launched, and clears away what it left
 * at GitHub. A machine that is found wins over the registration just made for its number.
 */
export async function adopt(voyage: Voyage, tickets: readonly Ticket[]): Promise<readonly Berth[]> {
  const { outside, undertaking, world, made } = voyage
  const machines = await ownOf(voyage, tickets)
  const berths: Berth[] = []
  for (const ticket of tickets) {
    const machine = machines.find((candidate) => runnerNumberOf(candidate) === ticket.number)
    if (machine === undefined) continue
    made.instanceIds.add(machine.instanceId)
    const runnerName = machine.tags[TAG.runner] ?? ticket.name
    made.runnerNames.add(runnerName)
    outside.host.log.info(`Runner ${runnerName} has ${machine.instanceId} already, from an earlier try of this step.`)
    if (ticket.runnerId !== undefined && ticket.name !== runnerName)
      await removeRegistrations(outside, [ticket.runnerId])
    const runnerId = (await outside.runners.runnerByName(runnerName))?.runnerId
    if (runnerId !== undefined) made.runnerIds.add(runnerId)
    berths.push({
      ...emptyBerth(undertaking, ticket.number, { runnerName, runnerId }, world.choice.places),
      machine: launchedOf(machine),
    })
  }
  await clearStranded(voyage, tickets, berths)
  return berths
}

/** A name that was taken tells of an earlier try, whose machines the first listing may have missed. */
async function ownOf(voyage: Voyage, tickets: readonly Ticket[]): Promise<readonly Machine[]> {
  const { outside, undertaking, world } = voyage
  const missing = tickets.filter(
    (ticket) => ticket.hadRival && !world.own.some((machine) => runnerNumberOf(machine) === ticket.number),
  )
  if (missing.length === 0) return world.own
  outside.host.log.info(`GitHub knew ${String(missing.length)} of our runners already; looking for their machines.`)
  await outside.host.clock.sleep(LISTING_SETTLED_MS)
  await shutOldGates(voyage)
  return ownMachines(undertaking, await outside.ec2.machinesByTags(ownershipTags(undertaking.identity)), true)
}

/** An earlier try may have renewed its template, and a launch that names the new one may still be on its way. */
async function shutOldGates({ outside: { ec2, host }, undertaking, template }: Voyage): Promise<void> {
  const tags = { ...ownershipTags(undertaking.identity), [TAG.startJob]: undertaking.startJob }
  const old = (await ec2.launchTemplatesByTags(tags)).filter(({ templateName }) => templateName !== template.name())
  if (old.length === 0) return
  await Promise.all(old.map(({ templateName }) => ec2.deleteLaunchTemplate(templateName)))
  await host.clock.sleep(LISTING_SETTLED_MS)
}

async function clearStranded(
  { outside, undertaking, made }: Voyage,
  tickets: readonly Ticket[],
  berths: readonly Berth[],
): Promise<void> {
  if (!tickets.some((ticket) => ticket.hadRival)) return
  const inUse = [...tickets.map((ticket) => ticket.name), ...berths.map((berth) => berth.runnerName)]
  const stranded = strandedAmong(await outside.runners.runners(), undertaking, inUse)
  await removeRegistrations(
    outside,
    stranded.map((registration) => registration.runnerId),
  )
  made.mayHaveRegistered = false
}

import { renderUserData, type BootPlan } from '../boot/user-data.ts'
import { climb, NoCapacityError, RefusedError } from './climbing.ts'
import { removeRegistrations } from './deregistering.ts'
import type { Ticket } from './registering.ts'
import { emptyBerth, type Berth } from './undertaking.ts'
import type { Voyage } from './voyage.ts'

/**
 * Gets a machine for every runner that has none, all at the same time.
 *
 * @throws NoCapacityError where not all, or with `allow-partial` not even one, could be had
 */
export async function launchAll(
  voyage: Voyage,
  tickets: readonly Ticket[],
  adopted: readonly Berth[],
): Promise<readonly Berth[]> {
  const { outside, undertaking, world } = voyage
  const missing = tickets.filter((ticket) => !adopted.some((berth) => berth.number === ticket.number))
  return outside.host.log.group(`Launching ${String(missing.length)} of ${String(tickets.length)}`, async () => {
    const launched = await Promise.allSettled(
      missing.map((ticket) =>
        launchOne(
          voyage,
          ticket,
          emptyBerth(
            undertaking,
            ticket.number,
            { runnerName: ticket.name, runnerId: ticket.runnerId },
            world.choice.places,
          ),
        ),
      ),
    )
    const got = [...adopted, ...launched.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))]
    const failed = missing.filter((_, index) => launched[index]?.status === 'rejected')
    for (const result of launched)
      if (result.status === 'rejected' && !mayGoOn(voyage, result.reason, got.length)) throw result.reason
    if (failed.length > 0) await giveUp(voyage, failed)
    return got.toSorted((a, b) => a.number - b.number)
  })
}

/** Gets one machine for one runner. */
export async function launchOne(voyage: Voyage, ticket: Ticket, berth: Berth): Promise<Berth> {
  const { outside, undertaking, made, setting } = voyage
  made.runnerNames.add(ticket.name)
  made.inDoubt.add(ticket.name)
  const userData = Buffer.from(renderUserData(bootPlan(voyage, ticket), setting.bootScript)).toString('base64')
  const { onlineByMs, request } = undertaking
  const crewed = await climb(outside, undertaking, berth, {
    template: voyage.template,
    userData,
    runnerName: ticket.name,
    capacityByMs: Math.min(onlineByMs, outside.host.clock.now() + request.capacityTimeoutMs),
  }).catch((error: unknown) => {
    if (error instanceof NoCapacityError || error instanceof RefusedError) made.inDoubt.delete(ticket.name)
    throw error
  })
  if (crewed.machine !== undefined) made.instanceIds.add(crewed.machine.instanceId)
  made.inDoubt.delete(ticket.name)
  return crewed
}

function mayGoOn({ undertaking }: Voyage, error: unknown, got: number): boolean {
  return undertaking.request['allow-partial'] && got > 0 && error instanceof NoCapacityError
}

async function giveUp({ outside, undertaking }: Voyage, failed: readonly Ticket[]): Promise<void> {
  outside.host.log.warning(
    `Only ${String(undertaking.request.count - failed.length)} of ${String(undertaking.request.count)} machines could be had; going on with them, as \`allow-partial\` says.`,
  )
  await removeRegistrations(
    outside,
    failed.flatMap((ticket) => ticket.runnerId ?? []),
  )
}

function bootPlan({ undertaking, world }: Voyage, ticket: Ticket): BootPlan {
  const { request } = undertaking
  return {
    registration: ticket.boot,
    runner: request.runner,
    runnerVersion: world.download?.version ?? '',
    runnerChecksum: world.download?.checksum ?? '',
    runnerDir: request['runner-dir'],
    runnerUser: request['runner-user'],
    preRunnerScript: request['pre-runner-script'],
    preRunnerTimeoutSeconds: Math.ceil(request.startTimeoutMs / 1_000),
    jobImds: request['job-imds'],
    maxLifetimeSeconds: Math.ceil(request.maxLifetimeMs / 1_000),
    idleTimeoutSeconds: Math.ceil(request.idleTimeoutMs / 1_000),
    keepOnFailureSeconds: Math.ceil(request.keepOnFailureMs / 1_000),
  }
}

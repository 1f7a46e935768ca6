import { bootReport } from '../domain/boot-phase.ts'
import { keptUntil } from '../domain/keeping.ts'
import { isAlive, type Machine } from '../domain/machine.ts'
import { keepMsOf, TAG } from '../domain/tags.ts'
import type { Target } from '../domain/target.ts'
import { judge, type Evidence, type Judgement } from '../domain/verdict.ts'
import { messageOf } from '../domain/message.ts'
import type { Outside } from '../ports/outside.ts'
import type { Job } from '../ports/github.ts'

export interface Case {
  readonly machine: Machine
  readonly evidence: Evidence
  readonly judgement: Judgement
}

/** What EC2 says of the spot requests, by machine: read before anything is terminated, which would overwrite it. */
export type SpotEvidence = ReadonlyMap<string, string>

/** Without it a verdict is less sure; that must not keep a machine alive. */
export async function gatherSpotEvidence({ ec2, host }: Outside, machines: readonly Machine[]): Promise<SpotEvidence> {
  const ids = machines.flatMap((machine) => machine.spotRequestId ?? [])
  if (ids.length === 0) return new Map()
  try {
    const statuses = new Map(
      (await ec2.spotRequests(ids)).map((request) => [request.spotRequestId, request.statusCode]),
    )
    return new Map(
      machines.flatMap(({ instanceId, spotRequestId }) => {
        const status = statuses.get(spotRequestId ?? '')
        return status === undefined ? [] : [[instanceId, status] as const]
      }),
    )
  } catch (error) {
    host.log.warning(`Whether AWS took a machine may not be known: ${messageOf(error)}.`)
    return new Map()
  }
}

/** The machines that stay for a look since their job failed, each with the instant at which it goes. */
export async function findKept(
  outside: Outside,
  target: Target,
  machines: readonly Machine[],
): Promise<ReadonlyMap<Machine, number>> {
  const asked = machines.filter((machine) => isAlive(machine) && keepMsOf(machine.tags) !== undefined)
  if (asked.length === 0) return new Map()
  const jobs = await jobsOf(outside, target, asked)
  const nowMs = outside.host.clock.now()
  return new Map(
    asked.flatMap((machine) => {
      const untilMs = keptUntil(machine, jobsOn(machine, jobs), nowMs)
      return untilMs === undefined ? [] : [[machine, untilMs] as const]
    }),
  )
}

/** The case of each machine, as EC2 showed it before we touched it, with what GitHub says of its job. */
export async function judgeAll(
  outside: Outside,
  target: Target,
  machines: readonly Machine[],
  spot: SpotEvidence,
): Promise<readonly Case[]> {
  if (machines.length === 0) return []
  const jobs = await jobsOf(outside, target, machines)
  return Promise.all(
    machines.map(async (machine) => {
      const ran = jobsOn(machine, jobs)
      const evidence: Evidence = {
        machine,
        spotStatus: spot.get(machine.instanceId),
        jobs: ran,
        boot: needsConsole(machine, ran)
          ? bootReport(await outside.ec2.console(machine.instanceId).catch(() => ''))
          : undefined,
      }
      return { machine, evidence, judgement: judge(evidence) }
    }),
  )
}

/** Tags fade from a dead machine: then nobody knows which runner it was. */
function jobsOn({ tags }: Machine, jobs: readonly Job[] | undefined): readonly Job[] | undefined {
  const runner = tags[TAG.runner]
  return runner === undefined ? undefined : jobs?.filter((job) => job.runnerName === runner)
}

/**
 * The jobs of every attempt that these machines were started in. Without them a verdict is less sure; that
 * must not keep a machine alive.
 */
async function jobsOf(
  { actions, host }: Outside,
  target: Target,
  machines: readonly Machine[],
): Promise<readonly Job[] | undefined> {
  const attempts = new Map(
    machines.map(({ tags }) => {
      const runId = Number(tags[TAG.run] ?? target.runId)
      const runAttempt = Number(tags[TAG.attempt] ?? target.runAttempt)
      return [`${String(runId)}/${String(runAttempt)}`, { runId, runAttempt }] as const
    }),
  )
  try {
    const jobs = [...attempts.values()].map(({ runId, runAttempt }) => actions.jobs(runId, runAttempt))
    return (await Promise.all(jobs)).flat()
  } catch (error) {
    host.log.warning(`What became of the job is unknown: ${messageOf(error)}.`)
    return undefined
  }
}

/** Only a machine that powered itself off without a job leaves open why. */
function needsConsole(machine: Machine, jobs: readonly Job[] | undefined): boolean {
  return !isAlive(machine) && machine.reasonCode === 'Client.InstanceInitiatedShutdown' && (jobs ?? []).length === 0
}

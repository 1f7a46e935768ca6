import { bootReport } from '../domain/boot-phase.ts'
import { isAlive, type Machine } from '../domain/machine.ts'
import { TAG } from '../domain/tags.ts'
import type { Target } from '../domain/target.ts'
import { judge, type Evidence, type Judgement } from '../domain/verdict.ts'
import type { Outside } from '../ports/outside.ts'
import type { Job } from '../ports/github.ts'

export interface Case {
  readonly machine: Machine
  readonly evidence: Evidence
  readonly judgement: Judgement
}

/**
 * All that EC2 and GitHub say of each machine, read before anything is terminated: our own termination
 * would overwrite the reason.
 */
export async function gatherEvidence(
  outside: Outside,
  target: Target,
  machines: readonly Machine[],
): Promise<readonly Case[]> {
  if (machines.length === 0) return []
  const [statuses, jobs] = await Promise.all([spotStatuses(outside, machines), jobsOf(outside, target, machines)])
  return Promise.all(
    machines.map(async (machine) => {
      const runner = machine.tags[TAG.runner]
      // Tags fade from a dead machine: then nobody knows which runner it was.
      const ran = runner === undefined ? undefined : jobs?.filter((job) => job.runnerName === runner)
      const evidence: Evidence = {
        machine,
        spotStatus: statuses.get(machine.spotRequestId ?? ''),
        jobs: ran,
        boot: needsConsole(machine, ran)
          ? bootReport(await outside.ec2.console(machine.instanceId).catch(() => ''))
          : undefined,
      }
      return { machine, evidence, judgement: judge(evidence) }
    }),
  )
}

async function spotStatuses({ ec2 }: Outside, machines: readonly Machine[]): Promise<Map<string, string>> {
  const ids = machines.flatMap((machine) => machine.spotRequestId ?? [])
  if (ids.length === 0) return new Map()
  return new Map((await ec2.spotRequests(ids)).map((request) => [request.spotRequestId, request.statusCode]))
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
    host.log.warning(`What became of the job is unknown: ${error instanceof Error ? error.message : String(error)}.`)
    return undefined
  }
}

/** Only a machine that powered itself off without a job leaves open why. */
function needsConsole(machine: Machine, jobs: readonly Job[] | undefined): boolean {
  return !isAlive(machine) && machine.reasonCode === 'Client.InstanceInitiatedShutdown' && (jobs ?? []).length === 0
}

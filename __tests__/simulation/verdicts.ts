import type { Instance } from '../../cloud/ec2/world.ts'
import { labelOf } from '../../src/domain/identity.ts'
import { TAG } from '../../src/domain/tags.ts'
import { REPOSITORY } from './process.ts'
import type { Process } from './process.ts'
import type { Sim } from './sim.ts'

/** Compares what a stop says of a start's machines with what became of them. */
export function checkVerdict(sim: Sim, process: Process): void {
  const { identity, record, scope } = process
  if (identity === undefined || scope !== 'everything') return
  const label = labelOf(identity)
  const machines = sim
    .instances()
    .filter(({ tags }) => tags[TAG.repository] === REPOSITORY && tags[TAG.label] === label)
  const said = record.outputs['interrupted']
  if (said === 'true' && !machines.some((machine) => wasReclaimed(machine)))
    sim.violate('no-false-verdict', `${process.name} says interrupted, and AWS took no machine`)
  if (said === 'true' && !machines.some((machine) => wasReclaimed(machine) && !hasFinished(sim, machine)))
    sim.violate(
      'no-false-verdict',
      `${process.name} says interrupted, and every job on what AWS took had ended by itself`,
    )
  const obvious = machines.find((machine) => isObvious(sim, process, machine))
  if (said !== 'true' && obvious !== undefined && !saysUnknown(process))
    sim.violate('no-false-verdict', `${process.name} does not say that ${obvious.instanceId} was interrupted`)
}

function wasReclaimed({ notice, reason }: Instance): boolean {
  return notice !== undefined || reason?.code === 'Server.SpotInstanceTermination'
}

/** At least one job ran on it, and all ended by themselves. */
function hasFinished(sim: Sim, machine: Instance): boolean {
  const jobs = jobsOn(sim, machine)
  return jobs.length > 0 && jobs.every(({ ending }) => ending === 'reported')
}

/** Of the attempt that the machine was started in: a stop asks for no others, such as guests under a label of the user's. */
function jobsOn(sim: Sim, { tags }: Instance) {
  return sim.cloud.github
    .snapshot()
    .jobs.filter(
      ({ runId, attempt, runnerName }) =>
        String(runId) === tags[TAG.run] && String(attempt) === tags[TAG.attempt] && runnerName === tags[TAG.runner],
    )
}

/** Under notice since before the stop began, alive until its end, and without a job that had ended. */
function isObvious(sim: Sim, process: Process, machine: Instance): boolean {
  const { notice, instanceId } = machine
  if (notice === undefined || notice.atMs >= process.beganAtMs || sim.fated.has(instanceId)) return false
  if ((sim.endedAtMs.get(instanceId) ?? Infinity) < process.beganAtMs) return false
  if (machine.tagsListedAtMs > process.beganAtMs) return false
  return jobsOn(sim, machine).every(({ status }) => status !== 'completed') && endedByStop(sim, process, machine)
}

/** Nobody else ended it before the stop looked. */
function endedByStop(sim: Sim, process: Process, machine: Instance): boolean {
  if (machine.reason?.code === 'Client.InstanceInitiatedShutdown') return false
  return !sim.processes.some((other) => other !== process && other.terminated.has(machine.instanceId))
}

function saysUnknown({ record }: Process): boolean {
  return record.lines.some((line) =>
    /What became of the job is unknown|Whether AWS took a machine may not be known/.test(line),
  )
}

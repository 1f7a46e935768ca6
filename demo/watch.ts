import type { CreateFleetCommandInput } from '@aws-sdk/client-ec2'
import type { Cloud } from '../cloud/cloud.ts'
import type { RecordedCall } from '../cloud/door.ts'
import type { Instance } from '../cloud/ec2/world.ts'
import type { RunnerSummary } from '../cloud/github/control.ts'
import type { Job } from '../cloud/github/run-model.ts'
import type { Deed } from './page.ts'

/** Often enough that nothing a person would notice happens between two looks. */
const LOOK_MS = 50

export interface FleetView {
  readonly market: string
  readonly pools: number
  /** `ok`, or the code of the error. */
  readonly outcome: string
  readonly launched: readonly Pick<Instance, 'instanceId' | 'instanceType' | 'availabilityZone'>[]
}
export interface MachineView {
  readonly instanceId: string
  readonly state: string
  readonly reason: string | undefined
  readonly console: string
}
export interface JobView {
  readonly name: string
  /** GitHub has a runner for it at once. */
  readonly isHosted: boolean
  readonly status: string
  readonly conclusion: string | undefined
  readonly labels: readonly string[]
  readonly runnerName: string | undefined
  readonly steps: readonly { readonly name: string; readonly conclusion: string | undefined }[]
}

/** All of the cloud that a timeline tells about. */
export interface View {
  readonly fleets: readonly FleetView[]
  readonly machines: readonly MachineView[]
  readonly templates: readonly string[]
  readonly runners: readonly Pick<RunnerSummary, 'name' | 'ephemeral' | 'status'>[]
  readonly jobs: readonly JobView[]
}

/** Tells what changes in the cloud, from now on and until the result is closed. */
export function watchCloud(cloud: Cloud, tell: (deed: Deed) => void): { look(): void; close(): void } {
  const sinceMs = cloud.clock.now()
  let before = viewOf(cloud, sinceMs)
  const look = (): void => {
    const after = viewOf(cloud, sinceMs)
    for (const deed of changes(before, after)) tell(deed)
    before = after
  }
  const timer = setInterval(look, LOOK_MS)
  return {
    look,
    close: () => {
      look()
      clearInterval(timer)
    },
  }
}

/** What there is now; of machines, jobs and calls only those since then. */
function viewOf(cloud: Cloud, sinceMs: number): View {
  const { ec2, github } = cloud.snapshot()
  const instances = ec2.instances.filter((instance) => instance.launchedAtMs >= sinceMs)
  return {
    fleets: cloud.calls.filter((call) => call.atMs >= sinceMs).flatMap((call) => fleetOf(call, instances)),
    machines: instances.map(({ instanceId, state, reason, console }) => ({
      instanceId,
      state,
      // EC2 writes `Client.UserInitiatedShutdown: User initiated shutdown`.
      reason: reason?.message.split(': ').at(-1),
      console,
    })),
    templates: ec2.launchTemplates,
    runners: github.registrations,
    jobs: github.jobs
      .map(({ id }) => cloud.github.control.job(id))
      .filter((job) => job.createdAtMs >= sinceMs)
      .map(jobView),
  }
}

/** A call tells what was asked for; what was launched while it ran is its answer. */
function fleetOf(call: RecordedCall, instances: readonly Instance[]): FleetView[] {
  const { answeredAtMs, atMs, operation, outcome } = call
  if (operation !== 'CreateFleet' || answeredAtMs === undefined) return []
  const input = call.input as unknown as CreateFleetCommandInput
  return [
    {
      market: input.TargetCapacitySpecification?.DefaultTargetCapacityType ?? '',
      pools: (input.LaunchTemplateConfigs ?? []).flatMap((config) => config.Overrides ?? []).length,
      outcome,
      launched: instances.filter((instance) => instance.launchedAtMs >= atMs && instance.launchedAtMs <= answeredAtMs),
    },
  ]
}

function jobView({ definition, status, conclusion, labels, runner, steps }: Job): JobView {
  return {
    name: definition.name,
    isHosted: definition.hosted === true,
    status,
    conclusion,
    labels,
    runnerName: definition.hosted === true ? 'a runner of GitHub' : runner?.name,
    steps: definition.hosted === true ? [] : steps.map((step) => ({ name: step.name, conclusion: step.conclusion })),
  }
}

/** What has happened between two looks, in the words of those who did it. */
export function changes(before: View, after: View): readonly Deed[] {
  return [
    ...gone(before.templates, after.templates).map((name) => ec2(`launch template ${name} is deleted`)),
    ...gone(after.templates, before.templates).map((name) => ec2(`launch template ${name} is created`)),
    ...after.fleets.slice(before.fleets.length).map(fleetDeed),
    ...after.machines.flatMap((machine) =>
      machineDeeds(
        before.machines.find((other) => other.instanceId === machine.instanceId),
        machine,
      ),
    ),
    ...runnerDeeds(before, after),
    ...after.jobs.flatMap((job) =>
      jobDeeds(
        before.jobs.find((other) => other.name === job.name),
        job,
      ),
    ),
    ...gone(runnerNames(before), runnerNames(after)).map((name) => gitHub(`runner ${name} is no longer registered`)),
  ]
}

const ec2 = (text: string): Deed => ({ actor: 'EC2', text })
const gitHub = (text: string): Deed => ({ actor: 'GitHub', text })
const gone = (before: readonly string[], after: readonly string[]): readonly string[] =>
  before.filter((name) => !after.includes(name))

function fleetDeed({ market, pools, outcome, launched }: FleetView): Deed {
  const asked = `CreateFleet for ${market} in ${String(pools)} ${pools === 1 ? 'pool' : 'pools'}`
  if (outcome !== 'ok') return ec2(`${asked}: ${outcome}`)
  if (launched.length === 0) return ec2(`${asked}: nothing launched`)
  const machines = launched.map(
    ({ instanceId, instanceType, availabilityZone }) => `${instanceId}, ${instanceType} in ${availabilityZone}`,
  )
  return ec2(`${asked}: launched ${machines.join('; ')}`)
}

function machineDeeds(before: MachineView | undefined, after: MachineView): readonly Deed[] {
  const { instanceId, state, reason } = after
  const changed = before !== undefined && before.state !== state
  return [
    ...(changed && state === 'running' ? [ec2(`${instanceId} is running`)] : []),
    ...completeLines(after.console)
      .slice(completeLines(before?.console ?? '').length)
      .map((line): Deed => ({
        actor: 'machine',
        text: line.replace(/^ec2-spot-runner: phase=(\S+)( reason=)?/, bootText),
      })),
    ...(changed && state !== 'running'
      ? [ec2(`${instanceId} is ${state}${reason === undefined ? '' : ` (${reason})`}`)]
      : []),
  ]
}

const bootText = (_: string, phase: string, reason?: string): string =>
  `boot: ${phase}${reason === undefined ? '' : ', '}`

/** What the runner says of its job, GitHub tells as well. */
const JOB_NEWS = /^(Running job: |Job .* completed with result: )/

function completeLines(console: string): readonly string[] {
  return console
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.trim() !== '' && !JOB_NEWS.test(line))
}

const runnerNames = (view: View): readonly string[] => view.runners.map(({ name }) => name)

function runnerDeeds(before: View, after: View): readonly Deed[] {
  const isOnline = (view: View, name: string): boolean =>
    view.runners.some((runner) => runner.name === name && runner.status === 'online')
  return [
    ...gone(runnerNames(after), runnerNames(before)).map((name) => gitHub(`runner ${name} is registered`)),
    ...runnerNames(after)
      .filter((name) => isOnline(after, name) && !isOnline(before, name))
      .map((name) => gitHub(`runner ${name} is online`)),
  ]
}

function jobDeeds(before: JobView | undefined, after: JobView): readonly Deed[] {
  const { name, isHosted, status, conclusion, labels, runnerName } = after
  const was = (known: string): boolean => before?.status === known
  const steps = after.steps.filter(
    (step, at) => step.conclusion !== undefined && before?.steps[at]?.conclusion === undefined,
  )
  return [
    ...(status === 'queued' && !was('queued') && !isHosted
      ? [gitHub(`job "${name}" is queued for ${labels.join(', ')}`)]
      : []),
    ...(status === 'in_progress' && !was('in_progress') ? [gitHub(`job "${name}" goes to ${runnerName ?? ''}`)] : []),
    ...steps.map((step): Deed => ({ actor: 'machine', text: `step "${step.name}": ${step.conclusion ?? ''}` })),
    ...(status === 'completed' && !was('completed')
      ? [{ actor: 'workflow' as const, text: `job "${name}": ${conclusion ?? ''}` }]
      : []),
  ]
}

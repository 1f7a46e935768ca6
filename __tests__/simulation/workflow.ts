import type { Job, JobContext, JobDefinition } from '../../cloud/github/run-model.ts'
import { isLive } from '../../cloud/ec2/instances.ts'
import { IMAGE_X64 } from '../../cloud/ec2/region.ts'
import { TAG } from '../../src/domain/tags.ts'
import type { RunContext } from '../../src/domain/context.ts'
import type { StartRequest, StopRequest, SweepRequest } from '../../src/domain/request.ts'
import { cancel, isAlive, kill, REPOSITORY, spawn } from './process.ts'
import type { Process } from './process.ts'
import type { Sim } from './sim.ts'

const ACTION = 'octo-org/ec2-spot-runner'
const HOSTED_BOOT_MS = [1_000, 8_000] as const
/** What a user may give to all runners. */
const SHARED = 'our-own-machines'
const TYPES = ['c7i.xlarge', 'm7i.xlarge', 'c6i.xlarge', 'm6i.xlarge']

/** A job of GitHub's own machines that we play: its steps are processes. */
interface Playing {
  readonly jobId: number
  process: Process | undefined
  /** The runner of this job has died: nothing more of it happens. */
  lost: boolean
}

/** The workflows under way: plays what GitHub's own machines do, and passes on what GitHub does to them. */
export interface Workflows {
  readonly begin: () => number
  /** Looks at what GitHub wants now; after every event. */
  readonly react: () => void
  /** Stops the start of this label, or any. */
  readonly stopByHand: (label?: string) => void
  /** A run whose job may take any runner with the user's own label. */
  readonly guestRun: () => void
  readonly sweepNow: () => Process
  readonly runIds: readonly number[]
  readonly isIdle: () => boolean
}

export function createWorkflows(sim: Sim): Workflows {
  const { control } = sim.cloud.github
  const runIds: number[] = []
  const playing = new Map<number, Playing>()
  const play = (job: Job): void => {
    const part: Playing = { jobId: job.id, process: undefined, lost: false }
    playing.set(job.id, part)
    sim.clock.after(sim.dice.between(...HOSTED_BOOT_MS), () => {
      if (control.job(job.id).status !== 'queued') {
        playing.delete(job.id)
        return
      }
      control.startHostedJob(job.id)
      void playJob(sim, job, part).then(() => {
        // A job whose runner has died is given up by GitHub, sooner or later.
        playing.delete(job.id)
      })
    })
  }
  return {
    runIds,
    begin() {
      const runId = control.createRun({ repository: REPOSITORY })
      runIds.push(runId)
      for (const definition of definitions(sim)) control.queueJob(runId, definition)
      return runId
    },
    react() {
      for (const runId of runIds) {
        for (const job of control.run(runId).attempts.at(-1)?.jobs ?? [])
          if (job.status === 'queued' && job.definition.hosted === true && !playing.has(job.id)) play(job)
      }
      for (const { jobId, process } of playing.values()) {
        if (process === undefined || !isAlive(process)) continue
        const job = control.job(jobId)
        if (job.status === 'completed') kill(sim, process, 'end of the job by GitHub')
        else if (job.cancel !== 'no' && process.kind !== 'post') cancel(sim, process)
      }
    },
    guestRun: () => {
      const runId = control.createRun({ repository: REPOSITORY })
      sim.count('guest run')
      control.queueJob(runId, { name: 'guest', labels: [SHARED], steps: [{ name: 'build', run: 'true' }] })
    },
    stopByHand(label) {
      const starts = sim.processes.filter(
        (process) => process.kind === 'start' && labelText(process) === (label ?? labelText(process)),
      )
      const about = starts.length === 0 ? undefined : sim.dice.pick(starts)
      if (about?.identity !== undefined) spawnStop(sim, about.identity, { label: labelText(about) })
    },
    sweepNow: () => {
      const request = sim.product.readInputs(source({ mode: 'sweep', 'aws-region': 'us-east-1' }), '') as SweepRequest
      const role = { kind: 'sweep', identity: undefined, startJob: '' } as const
      return spawn(sim, role, (outside) => sim.product.sweep(outside, request, contextOf(99, 1, 'sweep')))
    },
    isIdle: () =>
      sim.processes.every((process) => !isAlive(process)) &&
      playing.size === 0 &&
      runIds.every(
        (runId) =>
          control
            .run(runId)
            .attempts.at(-1)
            ?.jobs.every((job) => isSettled(sim, job)) === true,
      ),
  }
}

/** Nothing will happen to it by itself for a long time: it is over, or waits for what may never come. */
function isSettled(sim: Sim, job: Job): boolean {
  if (job.status !== 'queued') return job.status === 'completed' || job.status === 'waiting'
  const isServed = (label: string): boolean =>
    sim.instances().some((instance) => isLive(instance) && label.startsWith(instance.tags[TAG.label] ?? '-'))
  return job.definition.hosted !== true && !job.labels.some(isServed)
}

function labelText({ identity }: Process): string {
  if (identity === undefined) return ''
  const { runId, runAttempt, name } = identity
  return `ec2-spot-${String(runId)}-${String(runAttempt)}${name === '' ? '' : `-${name}`}`
}

/** One workflow: start, work and stop, perhaps twice under two names, perhaps with a second start of one name. */
function definitions({ swarm, dice }: Sim): JobDefinition[] {
  const names = swarm.siblings ? ['a', 'b'] : ['']
  const jobs = names.flatMap((name) => {
    const start = `start${name}`
    const work = Array.from(
      { length: dice.whole(swarm.ephemeral ? swarm.count : 1, swarm.count) },
      (_, index): JobDefinition => ({
        name: `work${name}${String(index + 1)}`,
        needs: [start],
        labels: ({ needs }: JobContext) => [labelFor(needs[start] ?? {}, index)],
        steps: [
          { name: 'build', run: 'true' },
          { name: 'test', run: 'true' },
        ],
      }),
    )
    return [
      { name: start, labels: ['ubuntu-latest'], hosted: true, steps: [{ name: `Run ${ACTION}@v1`, run: '' }] },
      ...work,
      {
        name: `stop${name}`,
        labels: ['ubuntu-latest'],
        hosted: true,
        when: 'always',
        needs: [start, ...work.map((job) => job.name)],
        steps: [{ name: 'stop', run: '' }],
      },
    ] satisfies JobDefinition[]
  })
  const twin: JobDefinition[] = swarm.twins
    ? [
        {
          name: `start${names[0] ?? ''} twin`,
          labels: ['ubuntu-latest'],
          hosted: true,
          steps: [{ name: `Run ${ACTION}@v1`, run: '' }],
        },
      ]
    : []
  return [...jobs, ...twin]
}

function labelFor(outputs: Readonly<Record<string, string>>, index: number): string {
  const labels = JSON.parse(outputs['labels'] ?? '[]') as string[]
  return labels[index % Math.max(1, labels.length)] ?? 'nothing'
}

/** Plays the steps of a hosted job, until its last step is over or its machine is lost. */
async function playJob(sim: Sim, job: Job, part: Playing): Promise<void> {
  const { name } = job.definition
  const isStart = name.startsWith('start')
  const last = await (isStart ? playStart(sim, job, part) : playStop(sim, job, part))
  const { control } = sim.cloud.github
  if (control.job(job.id).status === 'completed') return
  const wasCancelled = control.job(job.id).cancel !== 'no'
  const conclusion = wasCancelled ? 'cancelled' : last.flow === 'succeeded' && !last.killed ? 'success' : 'failure'
  control.finishHostedJob(job.id, conclusion, part.lost ? {} : last.record.outputs)
}

async function playStart(sim: Sim, job: Job, part: Playing): Promise<Process> {
  const main = spawnStart(sim, job)
  part.process = main
  await main.finished
  const isOver = (): boolean => sim.cloud.github.control.job(job.id).status === 'completed'
  if (isOver()) return main
  if (main.killed && !main.cancellation.signal.aborted && !sim.isCalm()) {
    if (sim.dice.chance(0.3)) {
      sim.count('machine of GitHub lost')
      part.lost = true
      return main
    }
    // A wrapper around the step tries it again: it is the same step, and only the last try has a post step.
    if (sim.dice.chance(0.4)) {
      sim.count('step tried again')
      return playStart(sim, job, part)
    }
  }
  const post = spawnPost(sim, job, main)
  part.process = post
  await post.finished
  return main
}

async function playStop(sim: Sim, job: Job, part: Playing): Promise<Process> {
  const { control } = sim.cloud.github
  const name = job.definition.name.slice('stop'.length)
  const attempt = control.run(job.runId).attempts.at(-1)
  const outputs = attempt?.jobs.find((other) => other.definition.name === `start${name}`)?.outputs ?? {}
  const stop = spawnStop(sim, { repository: REPOSITORY, runId: job.runId, runAttempt: job.attempt, name }, outputs)
  part.process = stop
  await stop.finished
  return stop
}

const source =
  (inputs: Readonly<Record<string, string>>) =>
  (name: string): string =>
    inputs[name] ?? ''

function contextOf(runId: number, runAttempt: number, stepId: string): RunContext {
  return {
    repository: REPOSITORY,
    runId,
    runAttempt,
    eventName: 'push',
    actor: 'octocat',
    stepId,
    actionName: ACTION,
    serverUrl: 'https://github.com',
    isPublic: false,
    isFork: false,
  }
}

/** The scripted machines read the variables in front of boot.sh, and no more. */
const BOOT_SCRIPT = 'exit\n'

function startOf(sim: Sim, job: Job) {
  const name = job.definition.name.replace(/^start/, '').replace(/ twin$/, '')
  const { swarm, product } = sim
  const inputs = {
    mode: 'start',
    labels: swarm.shared ? SHARED : '',
    name,
    'github-token': 'runners-token',
    'aws-region': 'us-east-1',
    image: IMAGE_X64,
    'instance-types': TYPES.join(','),
    'start-job': String(job.id),
    count: String(swarm.count),
    ephemeral: String(swarm.ephemeral),
    'wait-for': swarm.waitFor,
    'start-timeout': `${String(swarm.startTimeoutMs / 1_000)}s`,
    'capacity-timeout': `${String(swarm.startTimeoutMs / 2_000)}s`,
    'max-lifetime': `${String(swarm.maxLifetimeMs / 1_000)}s`,
    'idle-timeout': `${String(swarm.idleTimeoutMs / 1_000)}s`,
  }
  return {
    identity: { repository: REPOSITORY, runId: job.runId, runAttempt: job.attempt, name },
    startJob: `${String(job.id)}/start`,
    context: contextOf(job.runId, job.attempt, 'start'),
    request: product.readInputs(source(product.inputs?.(inputs) ?? inputs), BOOT_SCRIPT) as StartRequest,
  }
}

function spawnStart(sim: Sim, job: Job): Process {
  const { identity, startJob, context, request } = startOf(sim, job)
  return spawn(sim, { kind: 'start', identity, startJob }, (outside) =>
    sim.product.start(outside, request, { context, githubToken: 'runners-token', bootScript: BOOT_SCRIPT }),
  )
}

function spawnPost(sim: Sim, job: Job, main: Process): Process {
  const { identity, startJob, context, request } = startOf(sim, job)
  return spawn(sim, { kind: 'post', identity, startJob, state: main.record.state }, (outside) =>
    sim.product.undo(outside, request, context),
  )
}

/** A stop job names what it stops in one of the ways that the guide shows. */
function spawnStop(
  sim: Sim,
  identity: NonNullable<Process['identity']>,
  outputs: Readonly<Record<string, string>>,
): Process {
  const { product, dice, swarm } = sim
  const ids = (JSON.parse(outputs['instance-ids'] ?? '[]') as string[]).join(',')
  const way = dice.roll()
  const label = outputs['label'] ?? ''
  const named =
    way < 0.3
      ? { label }
      : way < 0.45 && ids !== ''
        ? { 'instance-ids': ids }
        : way < 0.55 && !swarm.siblings
          ? { label, 'instance-ids': ids }
          : {}
  const inputs = { mode: 'stop', 'aws-region': 'us-east-1', name: identity.name, ...named }
  const request = product.readInputs(source(product.inputs?.(inputs) ?? inputs), '') as StopRequest
  const about = /^ec2-spot-(\d+)-(\d+)/.exec(request.label)
  const own = about === null ? identity : { ...identity, runId: Number(about[1]), runAttempt: Number(about[2]) }
  const isNamed = request.label === '' && request['instance-ids'].length > 0
  return spawn(
    sim,
    {
      kind: 'stop',
      // What was named may be of another attempt: a job that was carried over hands on its old outputs.
      identity: isNamed ? identityOfIds(sim, request['instance-ids']) : own,
      startJob: '',
      scope: isNamed ? 'named-machines' : 'everything',
      instanceIds: JSON.parse(outputs['instance-ids'] ?? '[]') as string[],
    },
    (outside) => product.stop(outside, request, contextOf(identity.runId, identity.runAttempt, 'stop')),
  )
}

function identityOfIds(sim: Sim, ids: readonly string[]): Process['identity'] {
  const starts = sim.processes.filter(({ kind }) => kind === 'start')
  return starts.find(({ record }) => ids.some((id) => record.outputs['instance-ids']?.includes(id)))?.identity
}

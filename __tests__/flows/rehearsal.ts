import { readFileSync } from 'node:fs'
import { virtualClock } from '../../cloud/clock.ts'
import type { VirtualClock } from '../../cloud/clock.ts'
import { createCloud } from '../../cloud/cloud.ts'
import type { Cloud, CloudOptions } from '../../cloud/cloud.ts'
import { IMAGE_X64 } from '../../cloud/ec2/region.ts'
import { scriptedMachines } from '../../cloud/machines/scripted-machines.ts'
import type { ScriptedMachinesOptions } from '../../cloud/machines/scripted-machines.ts'
import { createEc2 } from '../../src/aws/ec2.ts'
import type { Send } from '../../src/aws/send.ts'
import type { RunContext } from '../../src/domain/context.ts'
import type { Request } from '../../src/domain/request.ts'
import { start } from '../../src/flows/start.ts'
import { stop } from '../../src/flows/stop.ts'
import { sweep } from '../../src/flows/sweep.ts'
import { undo } from '../../src/flows/undoing.ts'
import { createActions } from '../../src/github/actions.ts'
import type { Request as Door } from '../../src/github/request.ts'
import { createRunners } from '../../src/github/runners.ts'
import { readInputs } from '../../src/inputs.ts'
import type { Host } from '../../src/ports/host.ts'
import type { Outside } from '../../src/ports/outside.ts'

export const START_MS = Date.UTC(2026, 10, 20, 10)
export const REPOSITORY = 'octo-org/octo-repo'
/** How workflows call the action. */
export const ACTION = 'octo-org/ec2-spot-runner'
/** The run of the schedule that sweeps. */
export const SWEEPING_RUN = 99
export const TYPES = ['c7i.xlarge', 'm7i.xlarge', 'c6i.xlarge', 'm6i.xlarge'] as const

/** The same numbers for the same seed (Lehmer). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}

export const BOOT_SCRIPT = readFileSync(new URL('../../src/boot/boot.sh', import.meta.url), 'utf8')

export interface Line {
  readonly level: 'info' | 'debug' | 'notice' | 'warning' | 'error'
  readonly text: string
  readonly title: string | undefined
  readonly atMs: number
}

/** Everything that one step told the outside, as it told it. */
export interface Testimony {
  readonly lines: Line[]
  readonly groups: string[]
  readonly outputs: Record<string, string>
  readonly summaries: string[]
  readonly masks: string[]
  /** What was saved for the post step. */
  readonly state: Record<string, string>
}

/** What a step came to. */
export interface Played extends Testimony {
  /** The sentence with which it failed; empty where it succeeded. */
  readonly failed: string
  readonly tookMs: number
}

/** A host that remembers, under the clock of the cloud. */
export function recordingHost(clock: VirtualClock, random: () => number, life: Life): Host {
  const { record } = life
  const line =
    (level: Line['level']) =>
    (text: string, title?: string): void => {
      record.lines.push({ level, text, title, atMs: clock.now() })
    }
  const host = {
    clock: { now: () => clock.now(), sleep: (ms: number) => whileAlive(life, clock.sleep(ms)) },
    random,
    cancellation: life.cancellation.signal,
    state: {
      save: (name: string, value: string) => {
        record.state[name] = value
      },
      read: (name: string) => record.state[name] ?? '',
    },
    log: {
      info: line('info'),
      debug: line('debug'),
      notice: line('notice'),
      warning: line('warning'),
      error: line('error'),
      group: <T>(title: string, body: () => Promise<T>): Promise<T> => {
        record.groups.push(title)
        return body()
      },
    },
    report: {
      output: (name: string, value: string) => {
        record.outputs[name] = value
      },
      summary: async (markdown: string) => {
        record.summaries.push(markdown)
      },
      mask: (secret: string) => {
        record.masks.push(secret)
      },
    },
  }
  return host
}

/** The process of a step, which a test may cancel or kill. */
export interface Life {
  readonly record: Testimony
  readonly cancellation: AbortController
  /** From when on it neither sends nor hears anything, nor wakes up. */
  dead: boolean
}

export function newLife(): Life {
  const record = { lines: [], groups: [], outputs: {}, summaries: [], masks: [], state: {} }
  return { record, cancellation: new AbortController(), dead: false }
}

export interface Stage {
  readonly cloud: Cloud
  readonly clock: VirtualClock
  /** The run that steps belong to unless they say otherwise. */
  readonly runId: number
  /** Plays a start with these inputs over the usual ones; never rejects, and never ends where its life does before. */
  start(inputs?: Inputs, context?: Partial<RunContext>, life?: Life): Promise<Played>
  stop(inputs?: Inputs, context?: Partial<RunContext>, life?: Life): Promise<Played>
  /** Plays the post step of a start that had this life. */
  post(life: Life, inputs?: Inputs, context?: Partial<RunContext>): Promise<Played>
  /** Plays a sweep, in a run of its own. */
  sweep(inputs?: Inputs, context?: Partial<RunContext>, life?: Life): Promise<Played>
  /** The ports for one step of a workflow of this repository. */
  outside(life: Life, repository?: string, actionsToken?: string): Outside
  /** Queues a job that asks for these labels, in the run. */
  queueJob(labels: readonly string[], steps?: readonly string[]): number
  /** What is paid for or registered now: nothing, after a stop. */
  left(): Left
}

export interface Left {
  readonly machines: readonly string[]
  readonly registrations: readonly string[]
  readonly templates: readonly string[]
}

export const NOTHING: Left = { machines: [], registrations: [], templates: [] }

export interface RehearsalOptions {
  readonly cloud?: Partial<Omit<CloudOptions, 'clock' | 'random' | 'machines'>>
  readonly script?: NonNullable<ScriptedMachinesOptions['scriptOf']>
  readonly seed?: number
}

export type Inputs = Readonly<Record<string, string>>

export const USUAL: Inputs = {
  mode: 'start',
  'github-token': 'runners-token',
  'aws-region': 'us-east-1',
  image: IMAGE_X64,
  'instance-types': TYPES.join(','),
  'start-job': '77',
}

const A_DAY_MS = 86_400_000

/** Plays `body` on a stage under a virtual clock: the real flows and adapters, on the model. */
export async function rehearse<T>(body: (stage: Stage) => Promise<T>, options: RehearsalOptions = {}): Promise<T> {
  const random = seeded(options.seed ?? 7)
  const clock = virtualClock(START_MS, random)
  const stage = openStage(clock, random, options)
  const progress = { over: false }
  const result = body(stage).finally(() => {
    progress.over = true
  })
  result.catch(() => undefined)
  await clock.runUntil(() => progress.over, A_DAY_MS)
  if (!progress.over) throw new Error('The rehearsal waited for a day in vain')
  return await result
}

export function openStage(clock: VirtualClock, random: () => number, options: RehearsalOptions): Stage {
  const machines = scriptedMachines({
    clock,
    events: () => cloud.events,
    runners: () => cloud.github.runners,
    ...(options.script === undefined ? {} : { scriptOf: options.script }),
  })
  const cloud: Cloud = createCloud({ clock, random, machines, ...options.cloud })
  const { control } = cloud.github
  control.addRepository(REPOSITORY)
  control.addToken({ token: 'runners-token', permissions: { administration: 'write' } })
  control.addToken({ token: 'actions-token', kind: 'github-token', permissions: { actions: 'read' } })
  control.addToken({ token: 'sweeping-token', kind: 'github-token', permissions: { actions: 'write' } })
  const runId = control.createRun({ repository: REPOSITORY })
  const outside = (life: Life, repository = REPOSITORY, actionsToken = 'actions-token'): Outside => {
    const host = recordingHost(clock, random, life)
    const send: Send = (operation, input) => whileAlive(life, life.dead ? never() : cloud.send(operation, input))
    const door = (token: string): Door => {
      const request = cloud.request(token)
      return (route, parameters) => whileAlive(life, life.dead ? never() : request(route, parameters))
    }
    return {
      host,
      ec2: createEc2(send, host),
      runners: createRunners(door('runners-token'), repository, host),
      actions: createActions(door(actionsToken), repository, host),
    }
  }
  const play = async (
    inputs: Inputs,
    context: Partial<RunContext> | undefined,
    life: Life,
    isPost = false,
  ): Promise<Played> => {
    const began = clock.now()
    const actionsToken = inputs['mode'] === 'sweep' ? 'sweeping-token' : 'actions-token'
    const failed = await perform(
      outside(life, context?.repository, actionsToken),
      inputs,
      { ...contextOf(runId), ...context },
      isPost,
    )
    return { ...life.record, failed, tookMs: clock.now() - began }
  }
  return {
    cloud,
    clock,
    runId,
    outside,
    start: (inputs, context, life = newLife()) => play({ ...USUAL, ...inputs }, context, life),
    stop: (inputs, context, life = newLife()) =>
      play({ mode: 'stop', 'aws-region': 'us-east-1', ...inputs }, context, life),
    sweep: (inputs, context, life = newLife()) =>
      play(
        { mode: 'sweep', 'aws-region': 'us-east-1', ...inputs },
        { runId: SWEEPING_RUN, actionName: ACTION, ...context },
        life,
      ),
    post: ({ record: { state } }, inputs, context) => {
      const life = newLife()
      Object.assign(life.record.state, state)
      return play({ ...USUAL, ...inputs }, context, life, true)
    },
    queueJob: (labels, steps = ['build', 'test']) =>
      control.queueJob(runId, { name: 'work', labels, steps: steps.map((name) => ({ name, run: 'true' })) }),
    left: () => {
      const { ec2, github } = cloud.snapshot()
      return {
        machines: ec2.live.map(({ instanceId }) => instanceId),
        registrations: github.registrations.map(({ name }) => name),
        templates: ec2.launchTemplates,
      }
    },
  }
}

export function contextOf(runId: number): RunContext {
  const context = {
    actionName: 'start',
    repository: REPOSITORY,
    runId,
    runAttempt: 1,
    eventName: 'push',
    actor: 'octocat',
    stepId: 'start',
    serverUrl: 'https://github.com',
    isPublic: false,
    isFork: false,
  }
  return context
}

const never = (): Promise<never> => new Promise(() => undefined)

/** What is answered to the dead is not heard. */
async function whileAlive<T>(life: Life, answer: Promise<T>): Promise<T> {
  try {
    const heard = await answer
    return life.dead ? await never() : heard
  } catch (error) {
    if (life.dead) return never()
    throw error
  }
}

/** As main does it; the sentence of the failure, or an empty one. */
async function perform(outside: Outside, inputs: Inputs, context: RunContext, isPost: boolean): Promise<string> {
  try {
    const request: Request = readInputs((name) => inputs[name] ?? '', BOOT_SCRIPT)
    const githubToken = inputs['github-token'] ?? ''
    if (isPost) {
      if (request.mode === 'start') await undo(outside, request, context)
    } else if (request.mode === 'start')
      await start(outside, request, { context, githubToken, bootScript: BOOT_SCRIPT })
    else if (request.mode === 'stop') await stop(outside, request, context)
    else await sweep(outside, request, context)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** The annotations of a step: what a person sees without opening its log. */
export function annotations({ lines }: Testimony): readonly string[] {
  return lines
    .filter(({ level }) => level === 'notice' || level === 'warning' || level === 'error')
    .map(({ level, text }) => `${level}: ${text}`)
}

/** How often each operation or route was called. */
export function callsOf(cloud: Cloud, operation: string): number {
  return cloud.calls.filter((call) => call.operation === operation).length
}

/** The ids of every machine that ever was. */
export function everLaunched(cloud: Cloud): readonly string[] {
  return cloud.snapshot().ec2.instances.map(({ instanceId }) => instanceId)
}

export function list(json: string | undefined): readonly string[] {
  return JSON.parse(json ?? '[]') as readonly string[]
}

import type { Operations, Send } from '../../src/aws/send.ts'
import type { Identity } from '../../src/domain/identity.ts'
import type { Request } from '../../src/github/request.ts'
import type { Host } from '../../src/ports/host.ts'
import type { Outside } from '../../src/ports/outside.ts'
import { checkCall, checkOver } from './invariants.ts'
import type { Sim } from './sim.ts'
import { DENIABLE } from './swarm.ts'

export const REPOSITORY = 'octo-org/octo-repo'

export const PROCESS_KINDS = ['start', 'post', 'stop', 'sweep'] as const
export type ProcessKind = (typeof PROCESS_KINDS)[number]

export const KILL_PHASES = ['before', 'during', 'after'] as const

/** SIGINT, SIGTERM 7.5 s later, and SIGKILL 2.5 s after that: how actions/runner ends a cancelled step. */
const KILLED_AFTER_SIGINT_MS = 10_000

/** Everything that one step told the outside. */
export interface Testimony {
  readonly lines: string[]
  readonly outputs: Record<string, string>
  readonly summaries: string[]
  readonly masks: string[]
  readonly state: Record<string, string>
}

export interface Role {
  readonly kind: ProcessKind
  /** Whose start it is or is about; undefined for a sweep. */
  readonly identity: Identity | undefined
  /** As in the tags; empty where it is no start. */
  readonly startJob: string
  /** Of a post step: the main step's state. */
  readonly state?: Record<string, string>
  /** Of a stop: what it was given, if not everything of its identity. */
  readonly scope?: 'everything' | 'named-machines' | 'run'
  readonly instanceIds?: readonly string[]
}

/** One step of a job, as a process: it may be killed at any instant, and then never says another word. */
export interface Process extends Role {
  readonly name: string
  readonly record: Testimony
  readonly beganAtMs: number
  /** Registrations that existed when it began. */
  readonly knewRunners: ReadonlySet<number>
  readonly cancellation: AbortController
  /** Machines that it asked EC2 to terminate. */
  readonly terminated: Set<string>
  calls: number
  /** Calls and waits that are under way: an ended flow's process lives until they are over. */
  pending: number
  flow: 'running' | 'succeeded' | 'failed'
  error: unknown
  /** Undefined while the process lives. */
  endedAtMs: number | undefined
  killed: boolean
  /** When it last asked GitHub for runners. */
  lookedAtMs: number
  readonly over: () => void
  readonly finished: Promise<void>
  /** What its role may not do; empty where it may do everything. */
  denied: string
}

interface Fate {
  readonly killAtCall: number
  readonly killPhase: (typeof KILL_PHASES)[number]
  readonly expiresAtCall: number
  readonly expires: 'aws' | 'github'
}

/** Begins a process, which lives until its flow and all that it has under way is over, or it is killed. */
export function spawn(sim: Sim, role: Role, play: (outside: Outside) => Promise<void>): Process {
  let over = (): void => undefined
  const finished = new Promise<void>((resolve) => (over = resolve))
  const process: Process = {
    ...role,
    name: `${role.kind}#${String(sim.processes.length)}${role.identity === undefined ? '' : ` ${nameOf(role.identity)}`}`,
    record: { lines: [], outputs: {}, summaries: [], masks: [], state: role.state ?? {} },
    beganAtMs: sim.clock.now(),
    knewRunners: new Set(sim.runners().map(({ id }) => id)),
    cancellation: new AbortController(),
    terminated: new Set(),
    calls: 0,
    pending: 0,
    flow: 'running',
    error: undefined,
    endedAtMs: undefined,
    killed: false,
    lookedAtMs: 0,
    over,
    finished,
    denied: '',
  }
  sim.processes.push(process)
  sim.note(process, 'begins')
  const outside = wire(sim, process)
  play(outside).then(
    () => {
      process.flow = 'succeeded'
      endIfOver(sim, process)
    },
    (error: unknown) => {
      process.flow = 'failed'
      process.error = error
      endIfOver(sim, process)
    },
  )
  return process
}

function nameOf({ runId, runAttempt, name }: Identity): string {
  return `${String(runId)}.${String(runAttempt)}${name === '' ? '' : `-${name}`}`
}

export const isAlive = (process: Process): boolean => process.endedAtMs === undefined

/** Ends a process at once: no promise of it settles any more. */
export function kill(sim: Sim, process: Process, how: string): void {
  if (!isAlive(process)) return
  process.killed = true
  process.endedAtMs = sim.clock.now()
  sim.count(how)
  sim.note(process, `KILLED ${how}`)
  process.over()
}

/** As GitHub cancels a step. */
export function cancel(sim: Sim, process: Process): void {
  if (!isAlive(process) || process.cancellation.signal.aborted) return
  sim.count('SIGINT')
  sim.note(process, 'SIGINT')
  process.cancellation.abort()
  sim.clock.after(KILLED_AFTER_SIGINT_MS, () => {
    kill(sim, process, 'SIGKILL after SIGINT and SIGTERM')
  })
}

function endIfOver(sim: Sim, process: Process): void {
  if (process.flow === 'running' || process.pending > 0 || !isAlive(process)) return
  process.endedAtMs = sim.clock.now()
  const { error } = process
  sim.note(process, error === undefined ? 'ends well' : `FAILS: ${messageOf(error)}`)
  checkOver(sim, process)
  process.over()
}

/** What was still under way when the flow ended is over, perhaps: first let it begin what it will begin next. */
function lingers(sim: Sim, process: Process): void {
  if (process.flow === 'running') return
  sim.clock.after(0, () => {
    endIfOver(sim, process)
  })
}

/** The ports of a process: the real adapters, over doors with gates. */
function wire(sim: Sim, process: Process): Outside {
  const { product, dice, cloud } = sim
  const fate: Fate = {
    killAtCall: sim.isCalm() || !dice.chance(sim.swarm.kills) ? -1 : Math.floor(dice.roll() ** 2 * 40),
    killPhase: dice.pick(KILL_PHASES),
    expiresAtCall: sim.isCalm() || !dice.chance(sim.swarm.expiries) ? Infinity : dice.whole(0, 30),
    expires: dice.pick(['aws', 'github']),
  }
  if (!sim.isCalm() && dice.chance(sim.swarm.denials)) process.denied = dice.pick(DENIABLE)
  const host = hostOf(sim, process)
  const send = (<K extends keyof Operations>(operation: K, input: Operations[K][0]) =>
    gate(sim, process, fate, operation, input, () => cloud.send(operation, input))) as Send
  const request =
    (token: string): Request =>
    (route, parameters) =>
      gate(sim, process, fate, route, parameters, () => cloud.request(token)(route, parameters))
  const aws = product.send?.(send, process.kind) ?? send
  const gitHub = (token: string): Request => product.request?.(request(token), process.kind) ?? request(token)
  const outside: Outside = {
    host,
    ec2: product.createEc2(aws, host),
    runners: product.createRunners(gitHub('runners-token'), REPOSITORY, host),
    actions: product.createActions(gitHub('actions-token'), REPOSITORY, host),
  }
  return product.outside?.(outside, process.kind, { instanceIds: process.instanceIds ?? [] }) ?? outside
}

/** Lets a call through, unless the process dies at it; a dead process hears nothing. */
function gate<T>(
  sim: Sim,
  process: Process,
  fate: Fate,
  operation: string,
  input: object,
  send: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve) => {
    if (!isAlive(process)) return
    const index = process.calls++
    const phase = index === fate.killAtCall && !sim.isCalm() ? fate.killPhase : undefined
    const die = (): void => {
      sim.count(`kill ${fate.killPhase} ${operation}`)
      kill(sim, process, `kill of ${process.kind} ${fate.killPhase} a call`)
    }
    if (phase === 'before') {
      die()
      return
    }
    sim.note(process, `-> ${operation}`, input)
    checkCall(sim, process, operation, input as Readonly<Record<string, unknown>>)
    const service = operation.includes(' ') ? 'github' : 'aws'
    const isExpired = index >= fate.expiresAtCall && fate.expires === service
    sim.caller = { process, isExpired, isDenied: operation === process.denied }
    const answer = send()
    sim.caller = undefined
    process.pending += 1
    if (phase === 'during') die()
    const hear = (how: string): void => {
      process.pending -= 1
      if (!isAlive(process)) return
      if (phase === 'after') {
        die()
        return
      }
      sim.note(process, `<- ${operation} ${how}`)
      resolve(answer)
      lingers(sim, process)
    }
    answer.then(
      () => {
        hear('ok')
      },
      (error: unknown) => {
        hear(codeOf(error))
      },
    )
  })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'something that is no error'
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error'
  const { status, code } = error as Error & { status?: unknown; code?: unknown }
  return typeof code === 'string' ? code : typeof status === 'number' ? `HTTP ${String(status)}` : error.name
}

function hostOf(sim: Sim, process: Process): Host {
  const { record } = process
  const line =
    (level: string) =>
    (text: string, title?: string): void => {
      record.lines.push(title === undefined ? text : `${title}: ${text}`)
      sim.note(process, `${level}: ${text}`)
    }
  return {
    cancellation: process.cancellation.signal,
    random: sim.dice.roll,
    clock: { now: () => sim.clock.now(), sleep: (ms) => sleep(sim, process, ms) },
    state: {
      save: (name, value) => {
        if (isAlive(process)) record.state[name] = value
      },
      read: (name) => record.state[name] ?? '',
    },
    log: {
      info: line('info'),
      debug: line('debug'),
      notice: line('notice'),
      warning: line('warning'),
      error: line('error'),
      group: (_title, body) => body(),
    },
    report: {
      output: (name, value) => {
        if (isAlive(process)) record.outputs[name] = value
      },
      summary: async (markdown) => {
        record.summaries.push(markdown)
      },
      mask: (secret) => {
        record.masks.push(secret)
      },
    },
  }
}

function sleep(sim: Sim, process: Process, ms: number): Promise<void> {
  return new Promise((resolve) => {
    process.pending += 1
    sim.clock.after(ms, () => {
      process.pending -= 1
      if (!isAlive(process)) return
      resolve()
      lingers(sim, process)
    })
  })
}

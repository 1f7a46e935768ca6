import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { createCloud } from '../../cloud/cloud.ts'
import type { Cloud } from '../../cloud/cloud.ts'
import type { Instance } from '../../cloud/ec2/world.ts'
import type { RunnerSummary } from '../../cloud/github/control.ts'
import type { BootingMachine, MachineHost } from '../../cloud/machine-host.ts'
import { scriptedMachines } from '../../cloud/machines/scripted-machines.ts'
import type { MachineScript } from '../../cloud/machines/scripted-machines.ts'
import { createClockwork } from './clockwork.ts'
import type { Clockwork } from './clockwork.ts'
import { dice as createDice } from './dice.ts'
import type { Dice } from './dice.ts'
import { REPOSITORY } from './process.ts'
import type { Process } from './process.ts'
import type { Product } from './product.ts'
import { denied, drawFault, drawSwarm, expired } from './swarm.ts'
import type { Swarm } from './swarm.ts'

export const START_MS = Date.UTC(2026, 10, 20, 10)

export interface Violation {
  readonly invariant: Invariant
  readonly what: string
}

export type Invariant =
  | 'at-most-one-machine'
  | 'nothing-left-after-stop'
  | 'nothing-left-after-undoing'
  | 'siblings-untouched'
  | 'foreign-untouched'
  | 'busy-not-killed-by-sweep'
  | 'outputs-true'
  | 'every-wait-bounded'
  | 'converges'
  | 'dead-at-deadline'
  | 'no-secret-leaks'
  | 'no-false-verdict'
  | 'no-crash'

/** One world and all that happens in it. */
export interface Sim {
  readonly dice: Dice
  readonly clock: Clockwork
  readonly cloud: Cloud
  readonly swarm: Swarm
  readonly product: Product
  readonly processes: Process[]
  readonly violations: Violation[]
  readonly counts: Map<string, number>
  readonly trace: Trace
  /** Who is calling at this very moment; undefined for what happens from outside. */
  caller: { readonly process: Process; readonly isExpired: boolean; readonly isDenied: boolean } | undefined
  /** Machines whose deadline is armed: whether they may be relied on to die by themselves. */
  readonly armed: Map<string, number>
  /** Names of registrations and templates whose making is still on its way after its sender has given up. */
  readonly lateNames: Set<string>
  /** When each machine's power went. */
  readonly endedAtMs: Map<string, number>
  /** Machines that a person has ended. */
  readonly fated: Set<string>
  /** True once the faults have ended. */
  readonly isCalm: () => boolean
  readonly calmDown: () => void
  /** Minutes and so on since the beginning. */
  readonly note: (who: Process | string, what: string, detail?: object) => void
  readonly count: (what: string) => void
  readonly violate: (invariant: Invariant, what: string) => void
  readonly instances: () => Instance[]
  readonly runners: () => readonly RunnerSummary[]
}

export interface Trace {
  readonly lines: string[]
  hash(): string
}

export function createSim(seed: number, product: Product, tracing: boolean): Sim {
  const dice = createDice(seed)
  const swarm = drawSwarm(dice)
  const clock = createClockwork(START_MS, dice.roll)
  let calm = false
  const armed = new Map<string, number>()
  const counts = new Map<string, number>()
  const count = (what: string): void => {
    counts.set(what, (counts.get(what) ?? 0) + 1)
  }
  const scripted = scriptedMachines({
    clock,
    events: () => cloud.events,
    runners: () => cloud.github.runners,
    scriptOf: () => drawScript(dice, swarm, calm, count),
  })
  const cloud: Cloud = createCloud({
    clock,
    random: dice.roll,
    machines: arming(
      scripted,
      clock,
      () => cloud,
      armed,
      () => isLump(sim),
    ),
    timing: swarm.timing,
    githubTimings: { runnerListLagMs: swarm.runnerListLagMs },
    latencyMs: (operation) => (operation === 'CreateFleet' ? dice.between(500, 3_000) : dice.between(20, 400)),
  })
  const trace = createTrace()
  const sim: Sim = {
    dice,
    clock,
    cloud,
    swarm,
    product,
    processes: [],
    violations: [],
    counts,
    trace,
    caller: undefined,
    armed,
    lateNames: new Set(),
    endedAtMs: new Map(),
    fated: new Set(),
    isCalm: () => calm,
    calmDown: () => {
      calm = true
    },
    note: (who, what, detail) => {
      if (!tracing) return
      const name = typeof who === 'string' ? who : who.name
      const at = ((clock.now() - START_MS) / 1_000).toFixed(3).padStart(10)
      trace.lines.push(`${at} ${name.padEnd(22)} ${what}${detail === undefined ? '' : ` ${brief(detail)}`}`)
    },
    count,
    violate: (invariant, what) => {
      sim.violations.push({ invariant, what })
      sim.note('INVARIANT', `${invariant}: ${what}`)
    },
    instances: () => [...cloud.ec2.world.instances.values()],
    runners: () => cloud.github.control.runnersOf(REPOSITORY),
  }
  planFaults(sim)
  return sim
}

function planFaults(sim: Sim): void {
  sim.cloud.faults.plan((call) => {
    const { caller, dice, swarm } = sim
    if (caller === undefined || sim.isCalm()) return undefined
    if (caller.isExpired) {
      sim.count('fault expired')
      return expired(call.service)
    }
    if (caller.isDenied) {
      sim.count('fault denied')
      return denied(call.operation)
    }
    const drawn = drawFault(dice, swarm.rates, call)
    if (drawn === undefined) return undefined
    sim.count(`fault ${drawn.kind}`)
    if (drawn.kind === 'arrives-late') sim.lateNames.add(String(call.input['name'] ?? call.input['LaunchTemplateName']))
    sim.note(caller.process, `   fault: ${drawn.kind}`, drawn.fault)
    return drawn.fault
  })
}

/** Whether the image is so broken that nothing of the user data ever runs. */
function isLump(sim: Sim): boolean {
  if (sim.isCalm() || !sim.dice.chance(sim.swarm.badBoots * 0.2)) return false
  sim.count('boot never')
  return true
}

function drawScript(dice: Dice, swarm: Swarm, calm: boolean, count: (what: string) => void): Partial<MachineScript> {
  const life = {
    onlineMs: dice.between(4_000, 40_000),
    jobMs: dice.between(5_000, 240_000),
    conclusion: dice.chance(0.7) ? ('success' as const) : ('failure' as const),
  }
  if (calm || !dice.chance(swarm.badBoots)) return life
  const kind = dice.pick(['fails', 'dies', 'hangs', 'deprecated'] as const)
  count(`boot ${kind}`)
  switch (kind) {
    case 'fails':
      return { ...life, end: { kind, step: 'pre-runner-script', reason: 'exit code 1' } }
    case 'dies':
      return { ...life, end: { kind, after: dice.pick([undefined, 'imds', 'runner-starting'] as const) } }
    case 'hangs':
      return { ...life, end: { kind, after: dice.pick(['imds', 'runner-starting'] as const) } }
    case 'deprecated':
      return { ...life, runnerVersion: '2.300.0' }
  }
}

/** The first thing that boot.sh does is to arm the machine's own deadline, which no later hang can undo. */
function arming(
  host: MachineHost,
  clock: Clockwork,
  cloud: () => Cloud,
  armed: Map<string, number>,
  isDumb: () => boolean,
): MachineHost {
  return {
    powerOn(machine) {
      if (machine.userData === undefined || isDumb()) return
      const deadlineMs = clock.now() + lifetimeMs(machine)
      armed.set(machine.instanceId, deadlineMs)
      clock.after(deadlineMs - clock.now(), () => {
        cloud().events.poweredOff(machine.instanceId)
      })
      host.powerOn(machine)
    },
    powerOff(instanceId) {
      host.powerOff(instanceId)
    },
  }
}

function lifetimeMs({ userData }: BootingMachine): number {
  if (userData === undefined) return 0
  const isGzip = userData[0] === 0x1f && userData[1] === 0x8b
  const text = new TextDecoder().decode(isGzip ? gunzipSync(userData) : userData)
  return Number(/^max_lifetime_s='(\d+)'$/m.exec(text)?.[1] ?? 0) * 1_000
}

const BRIEF = 240

function brief(detail: object): string {
  const text = JSON.stringify(detail, (key, value: unknown) =>
    /UserData$|^userData$|^owner$|^repo$|^TagSpecifications$|^LaunchTemplateData$/.test(key) ? undefined : value,
  )
  return text.length > BRIEF ? `${text.slice(0, BRIEF)}...` : text
}

function createTrace(): Trace {
  const lines: string[] = []
  return { lines, hash: () => createHash('sha256').update(lines.join('\n')).digest('hex') }
}

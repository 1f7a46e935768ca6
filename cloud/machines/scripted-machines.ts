import { gunzipSync } from 'node:zlib'
import type { BootPhase, BootStep } from '../../src/domain/boot-phase.ts'
import type { CloudClock } from '../clock.ts'
import type { JobForRunner, RunnerService } from '../github/runner-service.ts'
import type { BootingMachine, MachineEvents, MachineHost } from '../machine-host.ts'

/** The life of one machine, told beforehand. */
export interface MachineScript {
  /** From power-on until its runner asks for jobs; the boot phases before lie evenly in between. */
  readonly onlineMs: number
  /** What cuts its boot short, if anything does. */
  readonly end:
    | { readonly kind: 'none' }
    /** `boot.sh` gives up with this marker and powers off. */
    | { readonly kind: 'fails'; readonly step: BootStep; readonly reason: string }
    /** The power goes after this phase was said, without another word; undefined: before it said anything. */
    | { readonly kind: 'dies'; readonly after: BootPhase | undefined }
    /** It stays at this phase for ever. */
    | { readonly kind: 'hangs'; readonly after: BootPhase }
  readonly runnerVersion: string
  /** How long each job takes. */
  readonly jobMs: number
  readonly conclusion: 'success' | 'failure'
}

export interface ScriptedMachinesOptions {
  readonly clock: CloudClock
  readonly events: () => MachineEvents
  readonly runners: () => RunnerService
  /** What differs from an ordinary life; `index` counts the machines that were powered on before. */
  readonly scriptOf?: (machine: BootingMachine, index: number) => Partial<MachineScript>
}

const ORDINARY: MachineScript = {
  onlineMs: 12_000,
  end: { kind: 'none' },
  runnerVersion: '2.336.0',
  jobMs: 20_000,
  conclusion: 'success',
}

const POLL_MS = 10_000
const RENEW_MS = 60_000
const SERVICE_PAUSE_MS = 5_000
const PHASES: readonly BootPhase[] = ['deadline-armed', 'imds', 'pre-runner-script', 'runner-starting']

/** Machines that live a scripted life under the clock of the cloud: what `boot.sh` does, without a shell. */
export function scriptedMachines({ clock, events, runners, scriptOf }: ScriptedMachinesOptions): MachineHost {
  const powered = new Set<string>()
  let count = 0
  return {
    powerOn(machine) {
      const { instanceId } = machine
      const script = { ...ORDINARY, ...scriptOf?.(machine, count) }
      count += 1
      powered.add(instanceId)
      const guest: Guest = {
        script,
        service: runners(),
        now: () => clock.now(),
        pause: (ms) =>
          new Promise((resolve) => {
            clock.after(ms, () => {
              if (powered.has(instanceId)) resolve()
            })
          }),
        isPowered: () => powered.has(instanceId),
        say: (phase, reason) => {
          const marker = `ec2-spot-runner: phase=${phase}${reason === undefined ? '' : ` reason=${reason}`}\n`
          if (powered.has(instanceId)) events().console(instanceId, marker)
        },
        powerOff: () => {
          if (powered.has(instanceId)) events().poweredOff(instanceId)
        },
      }
      void live(guest, readPlan(machine.userData))
    },
    powerOff(instanceId) {
      powered.delete(instanceId)
    },
  }
}

/** A machine from within. */
interface Guest {
  readonly script: MachineScript
  readonly service: RunnerService
  readonly now: () => number
  /** Never resolves once the power is gone. */
  readonly pause: (ms: number) => Promise<void>
  readonly isPowered: () => boolean
  readonly say: (phase: string, reason?: string) => void
  readonly powerOff: () => void
}

/** The variables that the renderer of user data writes in front of `boot.sh`. */
type Plan = (name: string) => string

function readPlan(userData: Uint8Array | undefined): Plan {
  const isGzip = userData?.[0] === 0x1f && userData[1] === 0x8b
  const text = userData === undefined ? '' : new TextDecoder().decode(isGzip ? gunzipSync(userData) : userData)
  return (name) => {
    const [, quoted = ''] = new RegExp(`^${name}='((?:[^']|'\\\\'')*)'$`, 'm').exec(text) ?? []
    return quoted.replaceAll(String.raw`'\''`, "'")
  }
}

async function live(guest: Guest, plan: Plan): Promise<void> {
  const cause = (await boot(guest)) ?? (await serve(guest, plan))
  guest.say('powering-off', cause)
  guest.powerOff()
}

/** Says the phases up to the runner's start; then the cause of death where the script has one, or undefined. */
async function boot(guest: Guest): Promise<string | undefined> {
  const { end, onlineMs } = guest.script
  if (end.kind === 'dies' && end.after === undefined) return dieSilently(guest)
  for (const phase of PHASES) {
    await guest.pause(onlineMs / PHASES.length)
    const isLast = phase === PHASES.at(-1)
    if (end.kind === 'fails' && (isLast || end.step === phase)) {
      guest.say(`failed:${end.step}`, end.reason)
      return `failed:${end.step}`
    }
    guest.say(phase)
    if (end.kind === 'dies' && (end.after === phase || isLast)) return dieSilently(guest)
    if (end.kind === 'hangs' && (end.after === phase || isLast)) return never()
  }
  return undefined
}

function dieSilently(guest: Guest): Promise<string | undefined> {
  guest.powerOff()
  return never()
}

const never = (): Promise<never> => new Promise(() => undefined)

/** Becomes a runner and takes jobs, until it is done, idle, too old or not wanted any more; then says why it ends. */
async function serve(guest: Guest, plan: Plan): Promise<string> {
  const { service, script } = guest
  const deadlineMs = guest.now() + Number(plan('max_lifetime_s')) * 1_000
  const credential = await credentialOf(guest, plan)
  if (credential === undefined) return 'failed:runner-config'
  const session = await patiently(guest, () => service.openSession(credential, script.runnerVersion))
  if (session.status !== 200) {
    const deprecated = session.status === 403
    guest.say('runner-exited', `exit code ${deprecated ? '7' : '0'}, no job seen`)
    if (!deprecated) return 'runner-exited'
    guest.say('failed:runner-deprecated', 'GitHub no longer accepts this version of the runner')
    return 'failed:runner-deprecated'
  }
  const { sessionId, ephemeral } = session.body
  const cause = await takeJobs(guest, sessionId, ephemeral, {
    deadlineMs,
    idleMs: Number(plan('idle_timeout_s')) * 1_000,
    isKept: Number(plan('keep_on_failure_s')) > 0,
  })
  service.closeSession(sessionId)
  if (cause === 'kept') {
    const leftMs = Math.min(Number(plan('keep_on_failure_s')) * 1_000, deadlineMs - guest.now())
    guest.say('runner-exited', 'exit code 0, after a job')
    guest.say('kept', 'a job failed')
    await guest.pause(leftMs)
    return cause
  }
  guest.say('runner-exited', cause === 'runner-exited' ? 'exit code 0' : `exit code 0, stopped: ${cause}`)
  return cause
}

/** What the runner shows GitHub: from its JIT configuration, or for a registration token. */
async function credentialOf(guest: Guest, plan: Plan): Promise<string | undefined> {
  const jit = plan('jit_config')
  if (jit !== '') {
    const files = decoded(jit) as Readonly<Record<'.credentials', string>>
    return (decoded(files['.credentials']) as { readonly data: { readonly token: string } }).data.token
  }
  const answer = await patiently(guest, () =>
    guest.service.register({
      token: plan('registration_token'),
      name: plan('runner_name'),
      labels: plan('runner_labels').split(','),
      ephemeral: false,
      version: guest.script.runnerVersion,
    }),
  )
  if (answer.status === 201) return answer.body.credential
  guest.say('failed:runner-config', `GitHub answered ${String(answer.status)}`)
  return undefined
}

function decoded(base64: string): unknown {
  return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
}

async function takeJobs(
  guest: Guest,
  sessionId: string,
  ephemeral: boolean,
  limits: { readonly deadlineMs: number; readonly idleMs: number; readonly isKept: boolean },
): Promise<string> {
  let idleSinceMs = guest.now()
  for (;;) {
    const leftMs = Math.min(idleSinceMs + limits.idleMs, limits.deadlineMs) - guest.now()
    if (leftMs <= 0) return guest.now() >= limits.deadlineMs ? 'deadline' : 'idle'
    const answer = await guest.service.next(sessionId, Math.min(POLL_MS, leftMs))
    // The answer may come to a machine that is no more.
    if (!guest.isPowered()) return never()
    if (answer.status === 404) return 'runner-exited'
    if (answer.status === 503) await guest.pause(SERVICE_PAUSE_MS)
    if (answer.status !== 200) continue
    const conclusion = await runJob(guest, answer.body.job)
    if (conclusion === 'failure' && limits.isKept) return 'kept'
    idleSinceMs = guest.now()
    if (ephemeral) return 'runner-exited'
  }
}

async function runJob({ service, script, pause }: Guest, job: JobForRunner): Promise<string> {
  const stepMs = script.jobMs / Math.max(1, job.steps.length)
  for (const index of job.steps.keys()) {
    service.reportStep(job.id, index, { status: 'in_progress' })
    for (let leftMs = stepMs; leftMs > 0; leftMs -= RENEW_MS) {
      await pause(Math.min(RENEW_MS, leftMs))
      const renewed = service.renew(job.id)
      if (renewed.status === 200 && renewed.body.cancel) {
        service.complete(job.id, 'cancelled')
        return 'cancelled'
      }
    }
    const isLast = index === job.steps.length - 1
    service.reportStep(job.id, index, { status: 'completed', conclusion: isLast ? script.conclusion : 'success' })
  }
  service.complete(job.id, script.conclusion)
  return script.conclusion
}

/** Asks again while GitHub is down, as the runner does. */
async function patiently<T extends { readonly status: number }>(guest: Guest, ask: () => T): Promise<T> {
  for (;;) {
    const answer = ask()
    if (answer.status !== 503) return answer
    await guest.pause(SERVICE_PAUSE_MS)
  }
}

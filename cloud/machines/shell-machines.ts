import { type ChildProcess, spawn } from 'node:child_process'
import { type FSWatcher, mkdirSync, readFileSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { BootingMachine, MachineEvents, MachineHost } from '../machine-host.ts'
import { layImage, RUNNER_LOGS } from './image.ts'
import { type Isolation, MACHINE_VARIABLE, killMachine, probeIsolation } from './isolation.ts'
import { layShims } from './shims.ts'

export interface ShellMachinesOptions {
  /** Where the cloud answers; machines find their metadata under `/imds/<instance id>` there. */
  readonly cloudUrl: () => string
  readonly events: () => MachineEvents
  /** A directory of our own; each machine gets one inside. */
  readonly workDir: string
  /** What the machines' runners say they are; the stand-in's own version by default. */
  readonly runnerVersion?: string
  /** The best that works here by default. */
  readonly isolation?: Isolation
}

export interface ShellMachines extends MachineHost {
  /** Stands for the AMI: `actions-runner/` in it is a runner that is ready to be configured. */
  readonly imageDir: string
  readonly isolation: Isolation
  /** The directory of one machine: its console is not there, its calls to the outer world are. */
  machineDir(instanceId: string): string
  /** Ends every machine without a word to the cloud, and resolves when all are gone. */
  close(): Promise<void>
}

interface RunningMachine {
  readonly child: ChildProcess
  readonly ended: Promise<unknown>
  readonly watcher: FSWatcher
  shutdownTimer: NodeJS.Timeout | undefined
}

const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const MS_PER_MINUTE = 60_000

// The machine's first process: it outlives the user data, as a machine does, and ends when the host's end
// of its standard input closes, so that no machine outlives a host that was killed. Bash takes that input, a
// socket, for a remote login and would read the start-up files of the computer's own user: hence --norc.
const INIT = 'exec 2>&1; set -m; bash "$0" </dev/null & exec cat >/dev/null'

/** Machines that are shells on this computer: they run their real user data, and die as machines do. */
export function shellMachines(options: ShellMachinesOptions): ShellMachines {
  const imageDir = join(options.workDir, 'image')
  const shimDir = join(options.workDir, 'shims')
  layImage(imageDir)
  layShims(shimDir)
  const probed =
    options.isolation === 'environment' ? { isolation: 'environment' as const, prefix: [] } : probeIsolation()
  const { isolation, prefix } = probed
  const machines = new Map<string, RunningMachine>()
  let closed = false
  const machineDir = (instanceId: string): string => join(options.workDir, 'machines', instanceId)

  const powerOff = (instanceId: string): Promise<unknown> => {
    const machine = machines.get(instanceId)
    if (machine === undefined) return Promise.resolve()
    machines.delete(instanceId)
    clearTimeout(machine.shutdownTimer)
    machine.watcher.close()
    killMachine(isolation, machine.child, machineDir(instanceId))
    return machine.ended
  }
  const shutDown = (instanceId: string): void => {
    if (!machines.has(instanceId)) return
    void powerOff(instanceId).then(() => {
      options.events().poweredOff(instanceId)
    })
  }
  return {
    imageDir,
    isolation,
    machineDir,
    powerOn(booting) {
      // A cloud may still boot what it launched; there is no place for it any more.
      if (closed) return
      const { instanceId } = booting
      const script = userDataScript(booting)
      if (script.kind === 'none') {
        options.events().console(instanceId, `${script.reason}\n`)
        return
      }
      const dir = layMachine(machineDir(instanceId), script.text)
      const env = machineEnvironment(options, shimDir, dir, instanceId)
      const child = startProcess(prefix, dir, env, (text) => {
        options.events().console(instanceId, text)
      })
      const watcher = watchPower(join(dir, 'power'), (line) => {
        const machine = machines.get(instanceId)
        if (machine === undefined) return
        clearTimeout(machine.shutdownTimer)
        const delayMs = shutdownDelayMs(line)
        machine.shutdownTimer = delayMs === undefined ? undefined : setTimeout(shutDown, delayMs, instanceId).unref()
      })
      const ended = new Promise((resolve) => child.once('close', resolve))
      machines.set(instanceId, { child, ended, watcher, shutdownTimer: undefined })
    },
    powerOff(instanceId) {
      void powerOff(instanceId)
    },
    async close() {
      closed = true
      await Promise.all([...machines.keys()].map(powerOff))
    },
  }
}

type UserDataScript =
  { readonly kind: 'script'; readonly text: string } | { readonly kind: 'none'; readonly reason: string }

/** As cloud-init takes it: unpacked if gzipped, and run only if it begins as a script does. */
function userDataScript({ userData }: BootingMachine): UserDataScript {
  if (userData === undefined) return { kind: 'none', reason: 'cloud-init: no user data' }
  const isGzip = userData[0] === 0x1f && userData[1] === 0x8b
  const text = new TextDecoder().decode(isGzip ? gunzipSync(userData) : userData)
  if (!text.startsWith('#!')) return { kind: 'none', reason: 'cloud-init: user data is no script, ignored' }
  return { kind: 'script', text }
}

function layMachine(dir: string, script: string): string {
  for (const name of ['', 'home', 'tmp', RUNNER_LOGS]) mkdirSync(join(dir, name), { recursive: true, mode: 0o700 })
  writeFileSync(join(dir, 'user-data'), script, { mode: 0o700 })
  for (const name of ['power', 'calls']) writeFileSync(join(dir, name), '')
  return dir
}

function machineEnvironment(
  options: ShellMachinesOptions,
  shimDir: string,
  dir: string,
  instanceId: string,
): NodeJS.ProcessEnv {
  return {
    PATH: `${shimDir}:${SYSTEM_PATH}:${process.env['PATH'] ?? ''}`,
    TMPDIR: join(dir, 'tmp'),
    AWS_EC2_METADATA_SERVICE_ENDPOINT: `${options.cloudUrl()}/imds/${instanceId}`,
    [MACHINE_VARIABLE]: dir,
    LOCAL_CLOUD_NODE: process.execPath,
    ...(options.runnerVersion === undefined ? {} : { LOCAL_CLOUD_RUNNER_VERSION: options.runnerVersion }),
  }
}

function startProcess(
  prefix: readonly string[],
  dir: string,
  env: NodeJS.ProcessEnv,
  console: (text: string) => void,
): ChildProcess {
  const [command, ...args] = [...prefix, 'bash', '--norc', '-c', INIT, join(dir, 'user-data')] as const
  // Detached: a Ctrl-C at the terminal is for the host alone.
  const child = spawn(command, args, { cwd: dir, env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
  child.stdout.setEncoding('utf8').on('data', console)
  child.stderr.setEncoding('utf8').on('data', console)
  child.on('error', (error) => {
    console(`the machine does not start: ${error.message}\n`)
  })
  return child
}

/** Calls back with every line that the machine's `shutdown` wrote. */
function watchPower(file: string, onLine: (line: string) => void): FSWatcher {
  let seen = 0
  return watch(file, () => {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
    for (const line of lines.slice(seen)) onLine(line)
    seen = lines.length
  })
}

/** What `shutdown` was told: at once, in so many minutes, or (undefined) never after all. */
function shutdownDelayMs(line: string): number | undefined {
  const words = line.split(' ')
  if (words.includes('-c')) return undefined
  const minutes = words.map((word) => /^\+([0-9]+)$/.exec(word)?.[1]).find((found) => found !== undefined)
  return minutes === undefined ? 0 : Number(minutes) * MS_PER_MINUTE
}

import { type ChildProcess, spawnSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'

/**
 * How the processes of one machine are kept together, so that all of them die with it.
 *
 * - `namespace`: a PID namespace of its own; the kernel ends everything in it, detached or deaf to signals
 * - `environment`: every process that carries the machine's variable is looked up and killed; one that
 *   wiped its environment escapes
 */
export type Isolation = 'namespace' | 'environment'

/** The variable that every process of a machine inherits: the path of the machine's own directory. */
export const MACHINE_VARIABLE = 'LOCAL_CLOUD_MACHINE'

const NAMESPACE = ['--fork', '--pid', '--mount-proc', '--kill-child']
const MAP_USER = ['--user', '--map-root-user']
const PROBE_MS = 5_000
/** A process may fork while we look: look again until nothing is left. */
const SWEEPS = 50

/** The best isolation that this computer allows to this user, and the command that makes it. */
export function probeIsolation(): { readonly isolation: Isolation; readonly prefix: readonly string[] } {
  for (const prefix of [
    ['unshare', ...NAMESPACE],
    ['unshare', ...MAP_USER, ...NAMESPACE],
  ]) {
    const [command = '', ...args] = prefix
    if (spawnSync(command, [...args, 'true'], { timeout: PROBE_MS, stdio: 'ignore' }).status === 0) {
      return { isolation: 'namespace', prefix }
    }
  }
  return { isolation: 'environment', prefix: [] }
}

/** Kills everything of a machine; `child` is what was started with the prefix. */
export function killMachine(isolation: Isolation, child: ChildProcess, machineDir: string): void {
  child.kill('SIGKILL')
  if (isolation === 'namespace') return
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const pids = machineProcesses(machineDir)
    if (pids.length === 0) return
    for (const pid of pids) killOne(pid)
  }
}

/** The processes that carry the machine's variable, as this user may see them (Linux alone). */
export function machineProcesses(machineDir: string): readonly number[] {
  const marker = `${MACHINE_VARIABLE}=${machineDir}\0`
  return processIds().filter((pid) => environmentOf(pid).includes(marker))
}

function processIds(): readonly number[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^[0-9]+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

function environmentOf(pid: number): string {
  try {
    return `${readFileSync(`/proc/${String(pid)}/environ`, 'utf8')}\0`
  } catch {
    return ''
  }
}

function killOne(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}

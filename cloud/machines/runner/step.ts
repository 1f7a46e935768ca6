import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** How the real runner ends a step: SIGINT, then SIGTERM, then SIGKILL (ProcessInvoker.cs). */
const SIGTERM_AFTER_MS = 7_500
const SIGKILL_AFTER_MS = 2_500
/** A child that outlives its step may keep the pipe open: the step is over all the same. */
const DRAIN_MS = 200

export interface StepRun {
  readonly command: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  readonly output: (text: string) => void
  readonly stop: AbortSignal
}

/** Runs one script to its end, or until `stop` and what follows on it. Resolves with its exit code. */
export async function runStep({ command: [file = 'bash', ...args], cwd, env, output, stop }: StepRun): Promise<number> {
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  child.stdout.setEncoding('utf8').on('data', output)
  child.stderr.setEncoding('utf8').on('data', output)
  const closed = new Promise((resolve) => child.once('close', resolve))
  const exited = new Promise<number>((resolve) => {
    child.once('exit', (code) => {
      resolve(code ?? 1)
    })
    child.once('error', (error) => {
      output(`${error.message}\n`)
      resolve(1)
    })
  })
  const over = new AbortController()
  const end = (): void => {
    void endStep(child.pid, (signal) => child.kill(signal), over.signal)
  }
  stop.addEventListener('abort', end)
  if (stop.aborted) end()
  const code = await exited
  over.abort()
  stop.removeEventListener('abort', end)
  await Promise.race([closed, sleep(DRAIN_MS)])
  return code
}

async function endStep(
  pid: number | undefined,
  kill: (signal: NodeJS.Signals) => void,
  over: AbortSignal,
): Promise<void> {
  try {
    kill('SIGINT')
    await sleep(SIGTERM_AFTER_MS, undefined, { signal: over })
    kill('SIGTERM')
    await sleep(SIGKILL_AFTER_MS, undefined, { signal: over })
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch {
    // The step ended by itself in between.
  }
}

import { openStage, type Stage } from '../cloud/play/stage.ts'
import { anotherPool } from './act-another-pool.ts'
import { onDemand } from './act-on-demand.ts'
import { playAct, type Act } from './act.ts'
import { leftBehind } from './left.ts'
import { openPage, type Page } from './page.ts'

const ACTS: readonly Act[] = [anotherPool, onDemand]

/** Twice what the acts take on a small computer; whoever runs this does not wait longer for an answer. */
const LIMIT_MS = 60_000
const EXIT = { ok: 0, failed: 1 } as const
/** What a shell calls the exit of a command that a signal ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const

/** Plays every act on one stage; returns the exit code. */
async function main(): Promise<number> {
  const ended = new AbortController()
  let code: number | undefined
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // More than once: at a terminal npm passes on what the terminal has already sent.
    process.on(signal, () => {
      code ??= SIGNALS[signal]
      ended.abort()
    })
  }
  // A reader that has seen enough, such as `head`, ends the demo too.
  process.stdout.on('error', () => {
    code ??= EXIT.failed
    ended.abort()
  })
  const limit = setTimeout(() => {
    console.error(`demo: not over after ${String(LIMIT_MS / 1_000)} s`)
    code ??= EXIT.failed
    ended.abort()
  }, LIMIT_MS)
  try {
    return await play(openPage(), ended.signal)
  } catch (error) {
    if (code === undefined) throw error
    console.error('demo: ended early, everything is cleared away')
    return code
  } finally {
    clearTimeout(limit)
  }
}

async function play(page: Page, signal: AbortSignal): Promise<number> {
  page.line('ec2-spot-runner, on a local model of EC2 and GitHub: no account, no cost, nothing leaves this computer.')
  page.line('The action is the built one, the machines are real shells, and every call goes over HTTP.')
  const stage = await openStage()
  try {
    const problems: string[] = []
    for (const act of ACTS) problems.push(...(await playAct(act, stage, page, signal)))
    return conclude(stage, page, problems)
  } finally {
    await stage.close()
  }
}

function conclude({ cloud }: Stage, page: Page, problems: readonly string[]): number {
  const snapshot = cloud.snapshot()
  const left = leftBehind(snapshot)
  page.line('')
  for (const problem of problems) page.line(`demo: ${problem}`)
  for (const thing of left) page.line(`demo: left behind: ${thing}`)
  if (problems.length + left.length > 0) {
    page.line('demo: failed')
    return EXIT.failed
  }
  const machines = snapshot.ec2.instances.length
  page.line(`${String(machines)} machines launched; now 0 live, 0 runners registered, 0 launch templates.`)
  page.line('demo: ok, nothing left behind')
  return EXIT.ok
}

process.exitCode = await main()

import type { Ec2Control } from '../cloud/ec2/control.ts'
import type { Job } from '../cloud/github/run-model.ts'
import type { Stage } from '../cloud/play/stage.ts'
import { callTable } from './calls.ts'
import type { Deed, Page } from './page.ts'
import { watchCloud } from './watch.ts'
import { playRun, type RunEnd } from './workflow.ts'

/** One story of the demo. */
export interface Act {
  readonly title: string
  readonly play: (scene: Scene) => Promise<void>
}

/** What an act has at hand. */
export interface Scene {
  readonly ec2: Ec2Control
  /** Says what the act itself does to EC2. */
  readonly remark: (text: string) => void
  /** Plays one run of the workflow; what goes wrong in it is a problem of the act. */
  readonly run: (inputs?: Readonly<Record<string, string>>) => Promise<RunEnd>
  /** What the act is there to show; it is a problem where it does not hold. */
  readonly claim: (text: string, holds: boolean) => void
}

interface Claim {
  readonly text: string
  readonly holds: boolean
}

/**
 * Plays an act: its timeline as it happens, then its summaries, what its job printed and the calls it made.
 * Returns what went wrong.
 */
export async function playAct(act: Act, stage: Stage, page: Page, signal: AbortSignal): Promise<readonly string[]> {
  const runs: RunEnd[] = []
  const claims: Claim[] = []
  const firstCall = stage.cloud.calls.length
  page.heading(act.title)
  const watch = watchCloud(stage.cloud, page.tell)
  const tell = (deed: Deed): void => {
    // What the cloud has done by now comes before what is said about it.
    watch.look()
    page.tell(deed)
  }
  try {
    await act.play({
      ec2: stage.cloud.ec2.control,
      remark: (text) => {
        tell({ actor: 'EC2', text })
      },
      run: async (inputs = {}) => {
        const run = await playRun({ stage, tell, signal }, inputs)
        runs.push(run)
        return run
      },
      claim: (text, holds) => {
        claims.push({ text, holds })
      },
    })
  } finally {
    watch.close()
  }
  for (const run of runs) tellRun(page, run)
  page.markdown('API calls of both steps', callTable(stage.cloud.calls.slice(firstCall)))
  page.section('Seen in this act', claims.map(({ text, holds }) => `${holds ? 'yes' : 'NO '}  ${text}`).join('\n'))
  const untrue = claims.filter(({ holds }) => !holds)
  return [...runs.flatMap(({ problems }) => problems), ...untrue.map(({ text }) => `it is not so that ${text}`)]
}

function tellRun(page: Page, { start, test, stop }: RunEnd): void {
  page.markdown('Job summary of start', start.summary)
  page.section('What job "test" printed', outputOf(test))
  page.markdown('Job summary of stop', stop.summary)
}

function outputOf(job: Job): string {
  return job.steps
    .filter((step) => step.log !== '')
    .map((step) => `[${step.name}]\n${step.log.trimEnd()}`)
    .join('\n\n')
}

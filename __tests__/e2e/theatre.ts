import type { ChildProcess } from 'node:child_process'
import { expect } from '@jest/globals'
import type { RecordedCall } from '../../cloud/door.ts'
import type { Instance } from '../../cloud/ec2/world.ts'
import type { Fault } from '../../cloud/faults.ts'
import type { Conclusion } from '../../cloud/github/run-model.ts'
import { openStage, REPOSITORY, type Stage } from '../../cloud/play/stage.ts'
import type { Played, StepSetting } from '../../cloud/play/step.ts'

/** The longest a scenario may take: two waits for the listing and a few starts, on a busy computer. */
export const LIMIT_MS = 90_000

/** Machines that boot, show up and go faster than EC2's, where a scene is not about how long that takes. */
const QUICK = { bootMs: [200, 400], shutdownMs: [300, 900], listingLagMs: [0, 300] } as const
const QUICK_GITHUB = { runnerListLagMs: 200 } as const

/** A new object shows in EC2's listings as late as it ever does, and its tags with it; GitHub's are late too. */
export const LISTED_LATE = {
  timing: { listingLagMs: [5_000, 5_000] },
  githubTimings: { runnerListLagMs: 2_000 },
} as const

type StageOptions = NonNullable<Parameters<typeof openStage>[0]>

/** One run of a workflow in the repository of the stage, and its steps that use the action. */
export interface Scene {
  readonly stage: Stage
  readonly runId: number
  /** The label of a start without `name`. */
  readonly label: string
  start(inputs?: Readonly<Record<string, string>>, setting?: Partial<StepSetting>): Promise<Played>
  stop(inputs?: Readonly<Record<string, string>>, setting?: Partial<StepSetting>): Promise<Played>
  /** The post step of a start that had these inputs. */
  post(start: Played, inputs?: Readonly<Record<string, string>>): Promise<Played>
  /** Queues a job for `label` and waits until it is over. */
  job(label: string, run?: string): Promise<Conclusion | undefined>
}

/**
 * Sets a stage, plays a scene on it, and clears it away whatever happens. Scenes stand at the top level of
 * their files, since jest runs concurrent tests together only within one block.
 */
export async function play(body: (scene: Scene) => Promise<void>, options: StageOptions = {}): Promise<void> {
  const stage = await openStage({
    ...options,
    timing: { ...QUICK, ...options.timing },
    githubTimings: { ...QUICK_GITHUB, ...options.githubTimings },
  })
  try {
    await body(sceneOn(stage))
  } finally {
    await stage.close()
  }
}

function sceneOn(stage: Stage): Scene {
  const { control } = stage.cloud.github
  const runId = control.createRun({ repository: REPOSITORY })
  return {
    stage,
    runId,
    label: `ec2-spot-${String(runId)}-1`,
    start: (inputs, setting) => stage.play({ runId, inputs: stage.startInputs(inputs), ...setting }),
    stop: (inputs, setting) => stage.play({ runId, stepId: 'stop', inputs: stage.stopInputs(inputs), ...setting }),
    post: (start, inputs) => stage.play({ runId, inputs: stage.startInputs(inputs), postOf: start }),
    async job(label, run = 'echo done') {
      const jobId = control.queueJob(runId, { name: 'build', labels: [label], steps: [{ name: 'step', run }] })
      await eventually(`the job for ${label}`, () => control.job(jobId).status === 'completed')
      return control.job(jobId).conclusion
    },
  }
}

export async function eventually(what: string, done: () => boolean, limitMs = 20_000): Promise<void> {
  const endMs = performance.now() + limitMs
  while (!done()) {
    if (performance.now() > endMs) throw new Error(`never came: ${what}`)
    await pause(25)
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** All calls of an operation or route that the platforms saw. */
export function callsOf({ stage }: Scene, operation: string): readonly RecordedCall[] {
  return stage.cloud.calls.filter((call) => call.operation === operation)
}

/** Every machine that was ever launched under a label. */
export function machinesOf({ stage }: Scene, label: string): readonly Instance[] {
  return stage.cloud.snapshot().ec2.instances.filter((machine) => machine.tags['ec2-spot-runner:label'] === label)
}

/** No machine, registration or launch template is left, whatever the listings say. */
export function expectNothingLeft({ stage }: Scene): void {
  const { ec2, github } = stage.cloud.snapshot()
  expect(ec2.live.map(({ instanceId }) => instanceId)).toEqual([])
  expect(ec2.launchTemplates).toEqual([])
  expect(github.registrations).toEqual([])
}

/** A step that did its work; the log is what a person would look at if not. */
export function expectSuccess(played: Played): void {
  expect({ exitCode: played.exitCode, log: played.exitCode === 0 ? '' : played.log }).toEqual({ exitCode: 0, log: '' })
}

/** The step failed with this sentence as its annotation, and handed nothing on that looks like a success. */
export function expectFailure(played: Played, sentence: RegExp): void {
  expect(played.exitCode).toBe(1)
  expect(errorOf(played)).toMatch(sentence)
}

/** The text of the `::error::` that ended the step. */
export function errorOf({ log }: Played): string {
  const [, text = ''] = /^::error::(.*)$/m.exec(log) ?? []
  return text.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%')
}

/** Lets the first CreateFleet suffer `fault`, and kills the step at that very moment. */
export function killAtLaunch(scene: Scene, fault: Fault): Partial<StepSetting> {
  return strikeAt(scene, { operation: 'CreateFleet', nth: 0 }, fault, (child) => child.kill('SIGKILL'))
}

/** One request of a step: the `nth` of its operation or route, counted from 0. */
export interface RequestOfStep {
  readonly operation: string
  readonly nth: number
}

/** When this request of the step arrives, lets it suffer `fault`, and does something to the step at that very moment. */
export function strikeAt(
  { stage }: Scene,
  { operation, nth }: RequestOfStep,
  fault: Fault,
  strike: (child: ChildProcess) => unknown,
): Partial<StepSetting> {
  let child: ChildProcess | undefined
  let before = 0
  const remove = stage.cloud.faults.plan((call) => {
    if (call.operation !== operation || before++ < nth) return undefined
    remove()
    if (child !== undefined) strike(child)
    return fault
  })
  return {
    onSpawn: (spawned) => {
      child = spawned
    },
  }
}

/** Kills the step as soon as it prints this. */
export function killAtOutput(pattern: RegExp): Partial<StepSetting> {
  let child: ChildProcess | undefined
  let log = ''
  return {
    onSpawn: (spawned) => {
      child = spawned
    },
    onOutput: (text) => {
      log += text
      if (pattern.test(log)) child?.kill('SIGKILL')
    },
  }
}

import type { ChildProcess } from 'node:child_process'
import { expect, test } from '@jest/globals'
import type { Fault } from '../../cloud/faults.ts'
import { parseOutputs, type Played } from '../../cloud/play/step.ts'
import {
  eventually,
  expectNothingLeft,
  expectSuccess,
  pause,
  play,
  strikeAt,
  type RequestOfStep,
  type Scene,
} from './theatre.ts'

/** Many steps in turn, a minute in all where nothing else runs, on a computer that may have other tests to run. */
const LIMIT_MS = 240_000

type Inputs = Readonly<Record<string, string>>

/** What becomes of the request at which the step is struck. */
type Fate = 'it never arrives' | 'it has its effect later' | 'it has its effect, and no answer'

/** As late as the slowest listings that were seen: on a busy computer, too, a stop begins before that. */
const LATE = { timing: { listingLagMs: [10_000, 10_000] }, githubTimings: { runnerListLagMs: 2_000 } } as const

/** With the listing after it, still within what stop and post wait for. */
const LATER_MS = 4_000

const FAULTS: Readonly<Record<Fate, Fault>> = {
  'it never arrives': { kind: 'lose-request', afterMs: 0 },
  'it has its effect later': { kind: 'delay', ms: LATER_MS },
  'it has its effect, and no answer': { kind: 'lose-response', afterMs: LATER_MS },
}

const isRead = (operation: string): boolean => /^(GET |Describe|Get)/.test(operation)

type Which = (request: RequestOfStep) => boolean

const every: Which = () => true
/** Without its registration a machine ends by itself, mostly before EC2 lists it: then stop has none to terminate. */
const beforeListing: Which = ({ operation }) => !isRead(operation) && operation !== 'TerminateInstances'
/** EC2 is asked the same questions whatever the runner is. */
const otherwise: Which = ({ operation }) => !operation.startsWith('Describe')

/** What can become of a request makes a difference only where it has an effect. */
const fatesOf = ({ operation }: RequestOfStep, fates: readonly Fate[]): readonly Fate[] =>
  isRead(operation) ? fates.slice(0, 1) : fates

/** The requests that `step` sends; of those that only ask again, the first. */
async function requestsOf(scene: Scene, step: () => Promise<Played>): Promise<readonly RequestOfStep[]> {
  const { calls } = scene.stage.cloud
  const before = calls.length
  expectSuccess(await step())
  const seen = new Map<string, number>()
  return calls.slice(before).flatMap(({ operation }) => {
    const nth = seen.get(operation) ?? 0
    seen.set(operation, nth + 1)
    return nth > 0 && isRead(operation) ? [] : [{ operation, nth }]
  })
}

type Case = (scene: Scene, request: RequestOfStep, fault: Fault) => Promise<void>

/** Between the beginnings of two cases: they wait far more than they compute, but all begin with computing. */
const TURN_MS = 250
let lastTurnMs = 0

async function turn(): Promise<void> {
  const now = performance.now()
  lastTurnMs = Math.max(now, lastTurnMs + TURN_MS)
  await pause(lastTurnMs - now)
}

interface Plot {
  readonly options: Parameters<typeof play>[1]
  /** At which of its requests it is struck. */
  readonly which: Which
  readonly fates: readonly Fate[]
  /** Plays the step without a strike. */
  readonly clean: (scene: Scene) => Promise<readonly RequestOfStep[]>
  readonly struck: Case
}

/** Plays the step once to learn its requests, and then once more for each of them and each fate, struck there. */
async function playAll({ options, which, fates, clean, struck }: Plot): Promise<void> {
  let requests: readonly RequestOfStep[] = []
  await play(async (scene) => {
    requests = await clean(scene)
  }, QUIET)
  expect(requests.length).toBeGreaterThan(5)
  const cases = requests.filter(which).flatMap((request) => fatesOf(request, fates).map((fate) => ({ request, fate })))
  const failures = await Promise.all(
    cases.map(async ({ request, fate }) => {
      await turn()
      try {
        await play((scene) => struck(scene, request, FAULTS[fate]), options)
        return []
      } catch (error) {
        return [`${request.operation} #${String(request.nth)}, ${fate}: ${String(error)}`]
      }
    }),
  )
  expect(failures.flat().join('\n\n')).toBe('')
}

/** Nothing is late, so that nothing is asked twice. */
const QUIET = { timing: { listingLagMs: [0, 0], lateShare: 0 }, githubTimings: { runnerListLagMs: 0 } } as const

/** Every request has had its effect, also those that outlived their sender. */
const settled = ({ stage }: Scene): Promise<void> =>
  eventually('the end of every call', () => stage.cloud.calls.every((call) => call.answeredAtMs !== undefined))

async function expectNothingComes(scene: Scene): Promise<void> {
  expectNothingLeft(scene)
  await settled(scene)
  expectNothingLeft(scene)
}

const kill = (child: ChildProcess): unknown => child.kill('SIGKILL')

const ALL_FATES = ['it never arrives', 'it has its effect later', 'it has its effect, and no answer'] as const

const KINDS: readonly [string, Inputs, Which][] = [
  ['a start', {}, every],
  ['a start of a runner that is not ephemeral', { ephemeral: 'false' }, otherwise],
]

test.concurrent.each(KINDS)(
  '%s that is killed at any of its requests, and has no post step, leaves nothing after a stop',
  (_kind, inputs, which) =>
    playAll({
      options: LATE,
      which,
      fates: ALL_FATES,
      clean: (scene) => requestsOf(scene, () => scene.start(inputs)),
      async struck(scene, request, fault) {
        const start = await scene.start(inputs, strikeAt(scene, request, fault, kill))
        expect(start.exitCode).toBeNull()
        expectSuccess(await scene.stop())
        await expectNothingComes(scene)
      },
    }),
  LIMIT_MS,
)

/** As GitHub cancels a step (actions/runner, ProcessInvoker): two requests to end, and then the end. */
function cancel(child: ChildProcess): void {
  child.kill('SIGINT')
  const timers = [setTimeout(() => child.kill('SIGTERM'), 7_500), setTimeout(() => child.kill('SIGKILL'), 10_000)]
  child.once('exit', () => {
    timers.forEach(clearTimeout)
  })
}

const liveOf = ({ stage }: Scene): readonly string[] =>
  stage.cloud.snapshot().ec2.live.map(({ instanceId }) => instanceId)

const registrationsOf = ({ stage }: Scene): readonly number[] =>
  stage.cloud.snapshot().github.registrations.map(({ id }) => id)

const hasDelivered = ({ state }: Played): boolean => parseOutputs(state)['progress'] === 'delivered'

/** Its post step takes nothing from a start that delivered; what it has is for stop to take. */
async function expectUntouched(scene: Scene, post: () => Promise<Played>): Promise<void> {
  const before = { machines: liveOf(scene), registrations: registrationsOf(scene) }
  expect(before).toMatchObject({ machines: { length: 1 }, registrations: { length: 1 } })
  const calls = scene.stage.cloud.calls.length
  expectSuccess(await post())
  expect(scene.stage.cloud.calls.slice(calls)).toEqual([])
  expect({ machines: liveOf(scene), registrations: registrationsOf(scene) }).toEqual(before)
  expectSuccess(await scene.stop())
}

test.concurrent.each(KINDS)(
  '%s that is cancelled at any of its requests ends in time, and leaves nothing after its post step alone',
  (_kind, inputs, which) =>
    playAll({
      options: LATE,
      which,
      fates: ['it has its effect later', 'it has its effect, and no answer'],
      clean: (scene) => requestsOf(scene, () => scene.start(inputs)),
      async struck(scene, request, fault) {
        const start = await scene.start(inputs, strikeAt(scene, request, fault, cancel))
        // By then it has delivered, and only tidies up.
        const isDelivered = request.operation === 'DeleteLaunchTemplate'
        expect({ exitCode: start.exitCode, isDelivered: hasDelivered(start) }).toEqual({
          exitCode: isDelivered ? 0 : 1,
          isDelivered,
        })
        const post = (): Promise<Played> => scene.post(start, inputs)
        if (isDelivered) await expectUntouched(scene, post)
        else expectSuccess(await post())
        await expectNothingComes(scene)
      },
    }),
  LIMIT_MS,
)

test.concurrent(
  'the post step of a start that delivered asks nothing and takes nothing',
  () =>
    play(async (scene) => {
      const start = await scene.start()
      expectSuccess(start)
      await expectUntouched(scene, () => scene.post(start))
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent.each([
  ['after EC2 lists the machine', QUIET, every],
  ['before EC2 lists the machine', LATE, beforeListing],
] as const)(
  'a stop that is killed at any of its requests, %s, leaves nothing after another stop',
  (_when, options, which) =>
    playAll({
      options,
      which,
      fates: ALL_FATES,
      async clean(scene) {
        expectSuccess(await scene.start())
        return requestsOf(scene, () => scene.stop())
      },
      async struck(scene, request, fault) {
        expectSuccess(await scene.start())
        const stop = await scene.stop({}, strikeAt(scene, request, fault, kill))
        expect(stop.exitCode).toBeNull()
        expectSuccess(await scene.stop())
        await expectNothingComes(scene)
      },
    }),
  LIMIT_MS,
)

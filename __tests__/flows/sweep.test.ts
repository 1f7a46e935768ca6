import { describe, expect, test } from '@jest/globals'
import type { Fault } from '../../cloud/faults.ts'
import { START_GRACE_MS, UNDATED_LIFETIME_MS } from '../../src/domain/orphans.ts'
import { TAG } from '../../src/domain/tags.ts'
import { SECOND_LOOK_MS } from '../../src/flows/sweep.ts'
import {
  callGitHub,
  DAY_MS,
  endRun,
  HOUR_MS,
  machineTags,
  plantMachine,
  plantRun,
  plantRunner,
  plantTemplate,
  runAgain,
  tagsOfLabel,
} from './planting.ts'
import { ORPHANS as PLANTED, plantLargeWorld, sorted } from './large-world.ts'
import { callsOf, newLife, NOTHING, rehearse, REPOSITORY } from './rehearsal.ts'
import type { Left, RehearsalOptions, Stage } from './rehearsal.ts'

const DELETE = 'DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}'
const RUNNERS = 'GET /repos/{owner}/{repo}/actions/runners'
const DENIED: Fault = { kind: 'refuse', code: 'UnauthorizedOperation', status: 403, message: 'You may not.' }
const LONG_JOB: RehearsalOptions = { script: () => ({ jobMs: 5 * HOUR_MS }) }
const HANGING: RehearsalOptions = { script: () => ({ end: { kind: 'hangs', after: 'imds' } }) }

const labelOf = (runId: number, attempt = 1): string => `ec2-spot-${String(runId)}-${String(attempt)}`

/** A start that is killed, without its post step, as soon as it has called `operation`. */
async function startKilledAfter(stage: Stage, operation: string, runId: number): Promise<void> {
  const life = newLife()
  stage.cloud.faults.plan((call) => {
    if (call.operation === operation) stage.clock.after(0, () => (life.dead = true))
    return undefined
  })
  void stage.start({}, { runId }, life)
  await stage.clock.sleep(10_000)
  stage.cloud.faults.clear()
}

function instanceOf({ cloud }: Stage, id: string | undefined) {
  const instance = cloud.ec2.world.instances.get(id ?? '')
  if (instance === undefined) throw new Error('there is no such machine')
  return instance
}

interface Scene {
  readonly options?: RehearsalOptions
  /** Makes one orphan, and nothing else that a sweep would take; whose id the result is. */
  readonly make: (stage: Stage) => Promise<string>
  /** What is left in the end where its run goes on. */
  readonly left?: Left
}

const RUNNER_LEFT: Left = { ...NOTHING, registrations: [expect.any(String) as unknown as string] }

const ORPHANS: readonly (readonly [string, Scene])[] = [
  [
    'past its deadline',
    {
      options: LONG_JOB,
      make: async (stage) => {
        const { outputs } = await stage.start({ 'max-lifetime': '1h' })
        stage.queueJob([outputs['label'] ?? ''])
        await stage.clock.sleep(HOUR_MS + 10 * 60_000)
        return outputs['instance-id'] ?? ''
      },
      left: RUNNER_LEFT,
    },
  ],
  [
    'its run is over',
    {
      make: async (stage) => {
        const runId = plantRun(stage.cloud)
        const { outputs } = await stage.start({}, { runId })
        endRun(stage.cloud, runId)
        return outputs['instance-id'] ?? ''
      },
    },
  ],
  [
    'a later attempt of its run has begun',
    {
      make: async (stage) => {
        const runId = plantRun(stage.cloud)
        const { outputs } = await stage.start({}, { runId })
        endRun(stage.cloud, runId)
        runAgain(stage.cloud, runId)
        return outputs['instance-id'] ?? ''
      },
    },
  ],
  [
    'it is stopped, and a stopped machine never comes back',
    {
      options: HANGING,
      make: async (stage) => {
        const { outputs } = await stage.start({ 'wait-for': 'launch' })
        await stage.clock.sleep(30_000)
        instanceOf(stage, outputs['instance-id']).state = 'stopped'
        return outputs['instance-id'] ?? ''
      },
    },
  ],
  [
    'GitHub does not know its runner',
    {
      options: HANGING,
      make: async (stage) => {
        const { outputs } = await stage.start({ 'wait-for': 'launch', 'max-lifetime': '8h' })
        for (const { id } of stage.cloud.snapshot().github.registrations)
          callGitHub(stage.cloud, DELETE, { runner_id: id })
        await stage.clock.sleep(START_GRACE_MS)
        return outputs['instance-id'] ?? ''
      },
    },
  ],
  [
    'it has no deadline and is too old',
    {
      make: ({ cloud }) =>
        Promise.resolve(plantMachine(cloud, { tags: tagsOfLabel('ec2-spot-5-1'), ageMs: UNDATED_LIFETIME_MS })),
    },
  ],
  [
    'its machine is gone',
    {
      options: HANGING,
      make: async (stage) => {
        const runId = plantRun(stage.cloud)
        const { outputs } = await stage.start({ 'wait-for': 'launch' }, { runId })
        await stage.clock.sleep(30_000)
        stage.cloud.ec2.control.kill(outputs['instance-id'] ?? '')
        endRun(stage.cloud, runId)
        return `${outputs['label'] ?? ''}.1`
      },
    },
  ],
  [
    'no launch needs it any more',
    {
      make: async (stage) => {
        const runId = plantRun(stage.cloud)
        await startKilledAfter(stage, 'CreateLaunchTemplate', runId)
        for (const { id } of stage.cloud.snapshot().github.registrations)
          callGitHub(stage.cloud, DELETE, { runner_id: id })
        endRun(stage.cloud, runId)
        return stage.cloud.snapshot().ec2.launchTemplates.join()
      },
    },
  ],
]

describe('what a sweep removes, and says why', () => {
  test.each(ORPHANS)('%s', (reason, { options, make, left = NOTHING }) =>
    rehearse(async (stage) => {
      const id = await make(stage)
      const swept = await stage.sweep()
      expect(swept.failed).toBe('')
      expect(swept.lines.map(({ text }) => text)).toContainEqual(
        expect.stringMatching(
          new RegExp(`^(machine|runner|launch template) ${id}: ${reason}\\. removed(, with its runner)?\\.$`),
        ),
      )
      expect(swept.summaries).toEqual([expect.stringContaining(`| \`${id}\` | ${reason} | removed`)])
      // What belonged to the machine goes with the next sweep, once GitHub knows that the machine is gone.
      await stage.clock.sleep(10 * 60_000)
      expect((await stage.sweep()).failed).toBe('')
      expect(stage.left()).toEqual(left)
    }, options),
  )

  test('a launch template of a run that goes on, once no start can want it any more', () =>
    rehearse(async (stage) => {
      plantTemplate(stage.cloud, labelOf(stage.runId), START_GRACE_MS)
      expect((await stage.sweep()).failed).toBe('')
      expect(stage.left().templates).toEqual([])
    }))

  test('everything of a start that was killed at its launch, in one sweep', () =>
    rehearse(
      async (stage) => {
        const runId = plantRun(stage.cloud)
        await startKilledAfter(stage, 'CreateFleet', runId)
        expect(stage.left()).toMatchObject({
          machines: { length: 1 },
          registrations: { length: 1 },
          templates: { length: 1 },
        })
        endRun(stage.cloud, runId)
        expect((await stage.sweep()).failed).toBe('')
        expect(stage.left()).toEqual(NOTHING)
      },
      { cloud: { rules: { lateTemplates: false } } },
    ))
})

describe('what a sweep leaves alone', () => {
  interface Healthy {
    readonly options?: RehearsalOptions
    readonly make: (stage: Stage) => Promise<unknown>
  }
  const TWINS: readonly (readonly [string, Healthy])[] = [
    [
      'a machine at work, although its run is over',
      {
        options: LONG_JOB,
        make: async (stage) => {
          const runId = plantRun(stage.cloud)
          await stage.start({ labels: 'ours' }, { runId })
          stage.queueJob(['ours'])
          endRun(stage.cloud, runId)
        },
      },
    ],
    ['an idle machine of a run that goes on', { make: (stage) => stage.start() }],
    [
      'a machine that has booted for three hours',
      {
        options: HANGING,
        make: async (stage) => {
          await stage.start({ 'wait-for': 'launch', ephemeral: 'false', 'max-lifetime': '8h' })
          await stage.clock.sleep(3 * HOUR_MS)
        },
      },
    ],
    [
      'the machine of the attempt that goes on',
      {
        make: async (stage) => {
          const runId = plantRun(stage.cloud)
          endRun(stage.cloud, runId)
          runAgain(stage.cloud, runId)
          await stage.start({}, { runId, runAttempt: 2 })
        },
      },
    ],
    [
      'what belongs to another repository',
      {
        make: ({ cloud }) => {
          const repository = 'octo-org/other'
          plantMachine(cloud, { tags: machineTags(cloud, 'ec2-spot-7-1', { repository, leftMs: -DAY_MS }) })
          plantTemplate(cloud, 'ec2-spot-7-1', DAY_MS, repository)
          return Promise.resolve()
        },
      },
    ],
    [
      'a machine without our tag, whatever else it says',
      {
        make: ({ cloud }) => {
          const tags = machineTags(cloud, 'ec2-spot-7-1', { leftMs: -DAY_MS })
          plantMachine(cloud, { tags: { ...tags, [TAG.managed]: 'false' }, ageMs: 9 * DAY_MS })
          return Promise.resolve()
        },
      },
    ],
    [
      'runners whose names only look like ours',
      {
        make: ({ cloud }) => {
          plantRunner(cloud, 'ec2-spot-1-1.1.extra', ['ec2-spot-1-1'])
          plantRunner(cloud, 'ec2-spot-x', ['ec2-spot-x'])
          plantRunner(cloud, 'ec2-spot-1-1', ['ec2-spot-1-1'])
          plantRunner(cloud, 'my-ec2-spot-1-1.1', ['ec2-spot-1-1'])
          plantRunner(cloud, 'ec2-spot-1-1-UP.1', ['ec2-spot-1-1'])
          return Promise.resolve()
        },
      },
    ],
    [
      'a runner of our name that does not carry our label',
      {
        make: ({ cloud }) => {
          plantRunner(cloud, 'ec2-spot-1-1.1', ['self-hosted', 'ec2-spot-1-1.1'])
          return Promise.resolve()
        },
      },
    ],
    [
      'a runner of ours that is online without a machine that we know',
      {
        make: ({ cloud }) => {
          plantRunner(cloud, 'ec2-spot-1-1.1', ['ec2-spot-1-1'], true)
          return Promise.resolve()
        },
      },
    ],
    [
      'a registration, and a launch template, whose run may still launch its machine',
      {
        make: ({ cloud, runId }) => {
          plantRunner(cloud, `${labelOf(runId)}.1`, [labelOf(runId)])
          plantTemplate(cloud, labelOf(runId))
          return Promise.resolve()
        },
      },
    ],
  ]
  test.each(TWINS)('%s', (_what, { options, make }) =>
    rehearse(async (stage) => {
      await make(stage)
      const before = stage.left()
      expect(before).not.toEqual(NOTHING)
      await stage.clock.sleep(5_000)
      const swept = await stage.sweep()
      expect(swept.failed).toBe('')
      expect(swept.summaries).toEqual(['### Sweep\n\nNothing is left behind.'])
      expect(stage.left()).toEqual(before)
    }, options),
  )

  test.each([0, 200, 1_000, 5_000, 20_000])('a start that began %d ms before', (beforeMs) =>
    rehearse(
      async (stage) => {
        const starting = stage.start({ count: '3' })
        await stage.clock.sleep(beforeMs)
        const swept = await stage.sweep()
        const started = await starting
        expect({ swept: swept.failed, started: started.failed }).toEqual({ swept: '', started: '' })
        expect(stage.left()).toMatchObject({ machines: { length: 3 }, registrations: { length: 3 } })
      },
      { cloud: { latencyMs: () => 300, timing: { listingLagMs: [10_000, 10_000] } } },
    ),
  )

  test('what looked orphaned at first and does not when looked at again', () =>
    rehearse(async (stage) => {
      const runId = plantRun(stage.cloud)
      const { outputs } = await stage.start({ labels: 'ours' }, { runId })
      endRun(stage.cloud, runId)
      const sweeping = stage.sweep()
      await stage.clock.sleep(30_000)
      stage.queueJob(['ours'])
      expect((await sweeping).failed).toBe('')
      expect(stage.left().machines).toEqual([outputs['instance-id']])
    }, LONG_JOB))
})

/** Two machines, two registrations and two templates that nobody needs. */
function plantSix({ cloud }: Stage): void {
  for (const label of ['ec2-spot-5-1', 'ec2-spot-6-1']) {
    plantMachine(cloud, { tags: machineTags(cloud, label) })
    plantTemplate(cloud, label)
    plantRunner(cloud, `${label}-x.1`, [`${label}-x`])
  }
}

test('a dry run changes nothing and says the whole plan', () =>
  rehearse(async (stage) => {
    plantSix(stage)
    await stage.clock.sleep(5_000)
    const before = stage.left()
    const swept = await stage.sweep({ 'dry-run': 'true' })
    expect(swept.failed).toBe('')
    expect(stage.left()).toEqual(before)
    const plan = swept.summaries.join()
    expect(plan).toMatch(/^### Sweep \(dry run: nothing was changed\)/)
    expect(plan.match(/ \| would be removed \|/g)).toHaveLength(6)
    for (const id of Object.values(before).flat() as string[]) expect(plan).toContain(`\`${id}\``)
  }))

describe('what fails for one stops nothing else, and is named in the end', () => {
  test.each([
    ['a machine that cannot be ended', 'TerminateInstances', { machines: 1, registrations: 0, templates: 0 }],
    ['a runner that cannot be removed', DELETE, { machines: 0, registrations: 1, templates: 0 }],
    ['a template that cannot be deleted', 'DeleteLaunchTemplate', { machines: 0, registrations: 0, templates: 1 }],
    [
      'a run that cannot be read',
      'GET /repos/{owner}/{repo}/actions/runs/{run_id}',
      { machines: 1, registrations: 0, templates: 1 },
    ],
  ])('%s', (_what, operation, counts) =>
    rehearse(async (stage) => {
      plantSix(stage)
      await stage.clock.sleep(5_000)
      const first = (input: Readonly<Record<string, unknown>>): boolean => {
        const { InstanceIds: ids, LaunchTemplateName: name, runner_id: runner, run_id: run } = input
        if (Array.isArray(ids)) return ids[0] === stage.left().machines[0]
        if (typeof run === 'number') return run === 5
        return name === stage.left().templates[0] || runner === stage.cloud.snapshot().github.registrations[0]?.id
      }
      const unlucky: unknown[] = []
      stage.cloud.faults.plan((call) => {
        if (call.operation !== operation || (unlucky.length === 0 && !first(call.input))) return undefined
        if (unlucky.length === 0) unlucky.push(JSON.stringify(call.input))
        return unlucky.includes(JSON.stringify(call.input)) ? DENIED : undefined
      })
      const swept = await stage.sweep()
      const left = stage.left()
      const number = { machines: left.machines.length, registrations: left.registrations.length }
      // The registrations are of other names of the same runs: where the run cannot be read, theirs stays as well.
      expect({ ...number, templates: left.templates.length }).toMatchObject(
        operation.endsWith('{run_id}') ? { machines: 1, registrations: 1, templates: 1 } : counts,
      )
      expect(swept.failed).toMatch(/^Sweep could not finish [13] of 6:\n- /)
      for (const id of Object.values(left).flat() as string[]) expect(swept.failed).toContain(id)
      stage.cloud.faults.clear()
      expect((await stage.sweep()).failed).toBe('')
      expect(stage.left()).toEqual(NOTHING)
    }),
  )

  test('launch templates that cannot be listed', () =>
    rehearse(async (stage) => {
      plantSix(stage)
      await stage.clock.sleep(5_000)
      stage.cloud.faults.always('DescribeLaunchTemplates', DENIED)
      const swept = await stage.sweep()
      expect(swept.failed).toMatch(/^Sweep could not finish 1 of 5:\n- EC2 octo-org\/octo-repo: failed: Describe/)
      expect(stage.left()).toMatchObject({ machines: [], registrations: [], templates: { length: 2 } })
    }))

  test('a runner that GitHub calls busy when it comes to it', () =>
    rehearse(async (stage) => {
      plantSix(stage)
      await stage.clock.sleep(5_000)
      stage.cloud.faults.next(DELETE, { kind: 'refuse', code: '', status: 422, message: 'running a job' })
      const swept = await stage.sweep()
      expect(swept.failed).toBe('')
      expect(swept.summaries.join()).toContain('left: GitHub calls it busy again')
      expect(stage.left()).toMatchObject({ machines: [], registrations: { length: 1 }, templates: [] })
    }))

  test('machines that cannot be listed: nothing can be told of anything', () =>
    rehearse(async (stage) => {
      plantSix(stage)
      const before = stage.left()
      stage.cloud.faults.always('DescribeInstances', DENIED)
      expect((await stage.sweep()).failed).toMatch(/DescribeInstances failed with UnauthorizedOperation/)
      expect(stage.left()).toEqual(before)
    }))
})

test('a runner that cannot be removed with its machine is for the next sweep', () =>
  rehearse(async (stage) => {
    const runId = plantRun(stage.cloud)
    await stage.start({}, { runId })
    endRun(stage.cloud, runId)
    const mend = stage.cloud.faults.always(DELETE, DENIED)
    const swept = await stage.sweep()
    expect(swept.failed).toBe('')
    expect(swept.summaries.join()).toContain('removed; its runner is not yet')
    expect(stage.left()).toMatchObject({ machines: [], registrations: { length: 1 } })
    mend()
    await stage.clock.sleep(10 * 60_000)
    expect((await stage.sweep()).failed).toBe('')
    expect(stage.left()).toEqual(NOTHING)
  }))

describe('while GitHub is down', () => {
  /** What EC2 alone condemns, and what only GitHub could. */
  const plant = ({ cloud }: Stage): { readonly late: string; readonly idle: string } => {
    const late = plantMachine(cloud, { tags: machineTags(cloud, 'ec2-spot-5-1', { leftMs: -1_000 }) })
    const idle = plantMachine(cloud, { tags: machineTags(cloud, 'ec2-spot-6-1') })
    plantMachine(cloud, { tags: machineTags(cloud, 'ec2-spot-8-1'), state: 'stopped' })
    plantTemplate(cloud, 'ec2-spot-6-1')
    plantRunner(cloud, 'ec2-spot-7-1.1', ['ec2-spot-7-1'])
    return { late, idle }
  }
  const isLeft = ({ late, idle }: ReturnType<typeof plant>, { machines, registrations, templates }: Left): void => {
    expect(machines).toEqual([idle, expect.any(String)])
    expect(machines).not.toContain(late)
    expect({ registrations: registrations.length, templates: templates.length }).toEqual({
      registrations: 1,
      templates: 1,
    })
  }

  test('machines past their deadline still go, nothing else does, and the sweep fails', () =>
    rehearse(async (stage) => {
      const planted = plant(stage)
      stage.cloud.github.control.down(stage.clock.now() + DAY_MS)
      const swept = await stage.sweep()
      expect(swept.failed).toMatch(/^Sweep could not finish 1 of 2:\n- GitHub octo-org\/octo-repo: failed: .*503/)
      isLeft(planted, stage.left())
    }))

  test('and from the second look on only: machines past their deadline go too', () =>
    rehearse(async (stage) => {
      const planted = plant(stage)
      await stage.clock.sleep(5_000)
      const sweeping = stage.sweep()
      await stage.clock.sleep(30_000)
      stage.cloud.github.control.down(stage.clock.now() + DAY_MS)
      const swept = await sweeping
      expect(swept.failed).toMatch(/^Sweep could not finish 4 of 5:/)
      isLeft(planted, stage.left())
    }))

  test('no runner is taken for unknown because GitHub refuses to list them', () =>
    rehearse(async (stage) => {
      plantMachine(stage.cloud, { tags: machineTags(stage.cloud, labelOf(stage.runId)), ageMs: START_GRACE_MS + 1 })
      plantRunner(stage.cloud, `${labelOf(stage.runId)}.1`, [labelOf(stage.runId)])
      stage.cloud.faults.always(RUNNERS, { kind: 'garble', status: 200 })
      expect((await stage.sweep()).failed).toMatch(/- GitHub octo-org\/octo-repo: failed: /)
      expect(stage.left().machines).toHaveLength(1)
    }))
})

test.each([0, 1_000, 30_000, 59_000, 60_000])('two sweeps %d ms apart do no harm', (apartMs) =>
  rehearse(
    async (stage) => {
      plantSix(stage)
      plantMachine(stage.cloud, { tags: machineTags(stage.cloud, 'ec2-spot-9-1', { leftMs: -1_000 }) })
      const started = await stage.start()
      await stage.clock.sleep(5_000)
      const first = stage.sweep()
      await stage.clock.sleep(apartMs)
      const swept = await Promise.all([first, stage.sweep({}, { runId: 100 })])
      expect(swept.map(({ failed }) => failed)).toEqual(['', ''])
      expect(stage.left()).toEqual({
        machines: [started.outputs['instance-id']],
        registrations: [expect.any(String)],
        templates: [],
      })
    },
    { cloud: { latencyMs: () => 200 } },
  ),
)

test('sweep pages through all of each world', () =>
  rehearse(async (stage) => {
    const { cloud } = stage
    cloud.ec2.control.setPageLimit(3)
    // Healthy ones first: what must go stands on the last pages.
    for (let n = 1; n <= 110; n++) {
      const label = labelOf(plantRun(cloud))
      if (n <= 10) plantMachine(cloud, { tags: machineTags(cloud, label) })
      if (n <= 10) plantTemplate(cloud, label)
      plantRunner(cloud, `${label}.1`, [label])
    }
    const before = stage.left()
    plantSix(stage)
    await stage.clock.sleep(5_000)
    expect((await stage.sweep()).failed).toBe('')
    expect(stage.left()).toEqual(before)
    // Without its second page, the runs that began first would be over, and their machines orphans.
    expect(callsOf(cloud, 'GET /repos/{owner}/{repo}/actions/runs')).toBeGreaterThanOrEqual(3)
  }))

test('300 machines, 500 registrations and 200 runs: exactly the 40 orphans go, for three calls each', () =>
  rehearse(async (stage) => {
    const { healthy, pages } = plantLargeWorld(stage.cloud)
    await stage.clock.sleep(5_000)
    const first = stage.sweep()
    await stage.clock.sleep(SECOND_LOOK_MS - 1_000)
    for (const [operation, count] of Object.entries(pages))
      expect({ operation, count: callsOf(stage.cloud, operation) }).toEqual({ operation, count })
    const swept = await first
    expect(swept.failed).toBe('')
    expect(swept.summaries.join().match(/ \| removed \|/g)).toHaveLength(PLANTED)
    expect(sorted(stage.left())).toEqual(sorted(healthy))
    const paged = Object.values(pages).reduce((sum, count) => sum + count)
    expect(stage.cloud.calls.length).toBeLessThanOrEqual(paged + 3 * PLANTED)
  }))

test('sweep tells how much it saw', () =>
  rehearse(async (stage) => {
    await stage.start()
    const swept = await stage.sweep()
    expect(swept.lines.map(({ text }) => text)).toEqual([
      '1 machines, 1 runners, 0 launch templates, 1 runs under way: 0 look orphaned, 0 look hung.',
    ])
    expect(swept.tookMs).toBe(0)
  }))

test('nothing but this repository is asked for', () =>
  rehearse(async (stage) => {
    await stage.sweep()
    for (const { operation, input } of stage.cloud.calls)
      expect(JSON.stringify([operation, input])).toContain(
        operation.startsWith('Describe') ? `"Values":["${REPOSITORY}"]` : '"owner":"octo-org","repo":"octo-repo"',
      )
  }))

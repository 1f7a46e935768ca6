import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { machineProcesses } from '../../../cloud/machines/isolation.ts'
import { bootReport } from '../../../src/domain/boot-phase.ts'
import { REPOSITORY, type Playground, eventually, playground } from './playground.ts'

let ground: Playground
beforeEach(async () => {
  ground = await playground()
})
afterEach(async () => {
  await ground.close()
})

const LABEL = 'ec2-spot-7-1'

async function bootOne(instanceId: string, name: string, label = LABEL): Promise<void> {
  ground.boot(instanceId, { registration: { kind: 'jit', jitConfig: await ground.jitConfig(name, label) } })
}

function queue(steps: readonly { readonly name: string; readonly run: string }[], label = LABEL): number {
  const runId = ground.github.control.createRun({ repository: REPOSITORY })
  return ground.github.control.queueJob(runId, { name: 'build', labels: [label], steps })
}

async function off(...instanceIds: readonly string[]): Promise<void> {
  await eventually(
    `${instanceIds.join()} off`,
    () => instanceIds.every((id) => ground.poweredOff.includes(id)),
    () => instanceIds.map((id) => ground.console(id)).join('\n---\n'),
  )
}

async function consoleSays(instanceId: string, text: string): Promise<void> {
  await eventually(
    text,
    () => ground.console(instanceId).includes(text),
    () => ground.console(instanceId),
  )
}

function logOf(jobId: number): string {
  return ground.github.control
    .job(jobId)
    .steps.map((step) => step.log)
    .join('')
}

describe('a machine', () => {
  test('boots from its real user data, takes its job, reports every step and powers off', async () => {
    const jobId = queue([
      { name: 'one', run: 'echo "hello from $RUNNER_NAME"; echo "answer=42" >>"$GITHUB_OUTPUT"' },
      { name: 'two', run: 'echo second' },
    ])
    await bootOne('i-1', 'ec2-spot-7-1.1')
    await off('i-1')
    const job = ground.github.control.job(jobId)
    expect(job).toMatchObject({ conclusion: 'success', outputs: { answer: '42' } })
    expect(logOf(jobId)).toBe('hello from ec2-spot-7-1.1\nsecond\n')
    expect(bootReport(ground.console('i-1'))).toEqual({
      phase: 'powering-off',
      reason: 'runner-exited',
      failure: undefined,
    })
    expect(ground.console('i-1')).toContain('phase=imds reason=i-1 c7a.large eu-west-1a spot')
    expect(ground.console('i-1')).toContain('phase=runner-exited reason=exit code 0, after a job')
    expect(ground.github.control.runnersOf(REPOSITORY)).toEqual([])
  })

  test('whose step fails skips the rest, fails its job, and powers off', async () => {
    const jobId = queue([
      { name: 'breaks', run: 'echo before; false; echo after' },
      { name: 'never', run: 'echo never' },
    ])
    await bootOne('i-1', 'ec2-spot-7-1.1')
    await off('i-1')
    const job = ground.github.control.job(jobId)
    expect(job.conclusion).toBe('failure')
    expect(job.steps.map((step) => step.conclusion)).toEqual(['failure', 'skipped'])
    expect(logOf(jobId)).toBe('before\n')
  })

  test('shows none of the secrets it was given, on its console or among its files', async () => {
    queue([{ name: 'leak', run: 'env; cat /proc/$PPID/cmdline' }])
    await bootOne('i-1', 'ec2-spot-7-1.1')
    await off('i-1')
    const calls = readFileSync(join(ground.machines.machineDir('i-1'), 'calls'), 'utf8')
    for (const secret of ground.github.control.secrets()) {
      expect(ground.console('i-1')).not.toContain(secret)
      expect(calls).not.toContain(secret)
    }
  })

  test.each(['namespace', 'environment'] as const)(
    'dies whole with its power (%s), detached processes and those that ignore TERM too',
    async (isolation) => {
      await ground.close()
      ground = await playground({ isolation })
      const beat = (name: string): string => `while :; do touch "$TMPDIR/${name}"; sleep 0.05; done`
      queue([
        {
          name: 'linger',
          run: [
            `setsid bash -c '${beat('detached')}' >/dev/null 2>&1 </dev/null & disown`,
            `(trap '' TERM INT HUP; ${beat('deaf')}) &`,
            'echo lingering',
            'wait',
          ].join('\n'),
        },
      ])
      await bootOne('i-1', 'ec2-spot-7-1.1')
      const dir = ground.machines.machineDir('i-1')
      await eventually(
        'both alive',
        () => ['detached', 'deaf'].every((name) => existsSync(join(dir, 'tmp', name))),
        () => ground.console('i-1'),
      )
      expect(machineProcesses(dir).length).toBeGreaterThan(3)
      ground.machines.powerOff('i-1')
      await eventually(
        'nothing left',
        () => machineProcesses(dir).length === 0,
        () => machineProcesses(dir).join(),
        1_000,
      )
      expect(ground.poweredOff).toEqual([])
    },
  )

  test('that reaches its deadline in the middle of a job ends the step in order and reports the failure', async () => {
    const jobId = queue([
      { name: 'long', run: "trap 'echo checkpoint; exit 1' INT; echo begun; while :; do sleep 0.1; done" },
      { name: 'never', run: 'echo never' },
    ])
    const registration = { kind: 'jit', jitConfig: await ground.jitConfig('ec2-spot-7-1.1', LABEL) } as const
    ground.boot('i-1', { registration, maxLifetimeSeconds: 2 })
    await off('i-1')
    const job = ground.github.control.job(jobId)
    expect(job.conclusion).toBe('failure')
    expect(job.steps.map((step) => step.conclusion)).toEqual(['failure', 'skipped'])
    expect(logOf(jobId)).toContain('begun\ncheckpoint\n')
    expect(bootReport(ground.console('i-1'))).toMatchObject({ phase: 'powering-off', reason: 'deadline' })
  })

  test('that is cancelled ends its step, and says so', async () => {
    const jobId = queue([{ name: 'long', run: 'echo begun; exec sleep 60' }])
    await bootOne('i-1', 'ec2-spot-7-1.1')
    await eventually(
      'begun',
      () => logOf(jobId).includes('begun'),
      () => ground.console('i-1'),
    )
    ground.github.control.cancelRun(ground.github.control.job(jobId).runId)
    await off('i-1')
    expect(ground.github.control.job(jobId).conclusion).toBe('cancelled')
  })

  test('whose registration is deleted while it waits ends by itself', async () => {
    await bootOne('i-1', 'ec2-spot-7-1.1')
    await consoleSays('i-1', 'Listening for Jobs')
    const [runner] = ground.github.control.runnersOf(REPOSITORY)
    await ground.github.request('ghp_playground')('DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}', {
      owner: 'octo',
      repo: 'app',
      runner_id: runner?.id,
    })
    await off('i-1')
    expect(ground.console('i-1')).toContain('The runner no longer exists on the server.')
  })

  test('whose runner GitHub no longer accepts says so and powers off', async () => {
    ground.github.control.setMinimumRunnerVersion('99.0.0')
    await bootOne('i-1', 'ec2-spot-7-1.1')
    await off('i-1')
    expect(bootReport(ground.console('i-1')).failure?.step).toBe('runner-deprecated')
  })

  test('registered by token serves job after job until it idles', async () => {
    const jobs = [queue([{ name: 'a', run: 'echo a' }]), queue([{ name: 'b', run: 'echo b' }])]
    const registration = {
      kind: 'token',
      token: await ground.registrationToken(),
      url: `${ground.url()}/${REPOSITORY}`,
      runnerName: 'ec2-spot-7-1.1',
      labels: [LABEL],
    } as const
    ground.boot('i-1', { registration, idleTimeoutSeconds: 2 })
    await off('i-1')
    expect(jobs.map((jobId) => ground.github.control.job(jobId).conclusion)).toEqual(['success', 'success'])
    expect(bootReport(ground.console('i-1'))).toMatchObject({ phase: 'powering-off', reason: 'idle' })
  })

  test.each([
    ['without user data', undefined, 'cloud-init: no user data\n'],
    [
      'with user data that is no script',
      new TextEncoder().encode('#cloud-config\n'),
      'cloud-init: user data is no script, ignored\n',
    ],
  ])('%s stays on and does nothing', (_case, userData, said) => {
    ground.bootRaw('i-1', userData)
    expect(ground.console('i-1')).toBe(said)
    expect(ground.poweredOff).toEqual([])
  })
})

describe('ten machines at once', () => {
  test('take ten jobs and are all off', async () => {
    const numbers = Array.from({ length: 10 }, (_, index) => index + 1)
    const jobs = numbers.map((n) => queue([{ name: 'echo', run: `echo "job ${String(n)}"` }], `${LABEL}.${String(n)}`))
    await Promise.all(
      numbers.map((n) => bootOne(`i-${String(n)}`, `ec2-spot-7-1.${String(n)}`, `${LABEL}.${String(n)}`)),
    )
    await off(...numbers.map((n) => `i-${String(n)}`))
    expect(jobs.map(logOf)).toEqual(numbers.map((n) => `job ${String(n)}\n`))
  })
})

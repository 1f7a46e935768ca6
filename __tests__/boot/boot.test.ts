import { createHash } from 'node:crypto'
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import { BOOT_PHASES, BOOT_STEPS } from '../../src/domain/boot-phase.ts'
import { type Outcome, type Room, bootIn } from './boot-room.ts'
import { BOOT_SCRIPT } from './plan.ts'

const ORDERLY_RUNNER = `
trap 'echo stopped-in-order; exit 0' INT TERM
echo listening
while :; do sleep 0.1; done`

/** What the hooks of a runner do to it, without one. */
const TAKES_A_JOB = `
bash -e "$ACTIONS_RUNNER_HOOK_JOB_STARTED"
echo in-the-job
bash -e "$ACTIONS_RUNNER_HOOK_JOB_COMPLETED"`

function phases(outcome: Outcome): string[] {
  return [...outcome.console.matchAll(/ec2-spot-runner: phase=(\S+)/g)].map(([, phase = '']) => phase)
}

function expectPoweredOff(outcome: Outcome): void {
  expect(phases(outcome).at(-1)).toBe('powering-off')
  expect(outcome.calls.slice(-2)).toEqual(['sync ', 'shutdown -P now'])
}

test.concurrent('the order of a whole life: deadline first, power-off last', async () => {
  const outcome = await bootIn({ plan: { preRunnerScript: 'echo mine' }, runner: TAKES_A_JOB })
  expect(phases(outcome)).toEqual([
    'deadline-armed',
    'imds',
    'pre-runner-script',
    'imds',
    'runner-starting',
    'runner-exited',
    'powering-off',
  ])
  expect(outcome.calls[0]).toBe('shutdown -P +60')
  expect(outcome.console.indexOf('mine')).toBeLessThan(outcome.console.indexOf('in-the-job'))
  expect(outcome.console).toContain('phase=runner-exited reason=exit code 0, after a job')
  expect(outcome.report).toEqual({ phase: 'powering-off', reason: 'runner-exited', failure: undefined })
  expect(outcome.exitCode).toBe(0)
  expectPoweredOff(outcome)
})

test.concurrent('the deadline is armed by a timer of our own where shutdown cannot schedule one', async () => {
  const shutdown = 'case "$*" in *+*) exit 1 ;; esac; printf "%s\\n" "shutdown $*" >>"$LOCAL_CLOUD_MACHINE/calls"'
  const outcome = await bootIn({ runner: 'exit 0', commands: { shutdown } })
  expect(outcome.console).toContain('phase=deadline-armed reason=60 min, by a timer of our own')
  expectPoweredOff(outcome)
})

test.concurrent('the runner shows in the log of each job what machine it is on', async () => {
  const outcome = await bootIn({ runner: TAKES_A_JOB })
  expect(outcome.console).toContain('phase=imds reason=i-0abc c7a.large eu-west-1a spot')
  expect(JSON.parse(outcome.file('.setup_info'))).toEqual([
    { group: 'EC2 machine', detail: 'Instance: i-0abc\nType: c7a.large\nZone: eu-west-1a\nMarket: spot' },
  ])
})

test.concurrent.each(['forbidden', 'silent', 'down'] as const)(
  'a metadata service that is %s does not stop the boot',
  async (imds) => {
    const outcome = await bootIn({ runner: TAKES_A_JOB, imds })
    expect(outcome.console).toContain('phase=imds reason=unreachable, going on without it')
    expect(outcome.console).toContain('in-the-job')
    expect(outcome.file('.setup_info')).toBe('')
    expectPoweredOff(outcome)
  },
)

interface FailureCase {
  readonly step: (typeof BOOT_STEPS)[number]
  readonly reason: string
  readonly room: Room
}

const CONFIGURED = { '.runner': '{}' }
const BY_TOKEN = {
  kind: 'token',
  token: 'AREGTOKEN',
  url: 'https://github.com/octo/app',
  runnerName: 'ec2-spot-7-1.1',
  labels: ['ec2-spot-7-1', 'extra'],
} as const

test.concurrent.each<readonly [string, FailureCase]>([
  [
    'a pre-runner script that fails',
    {
      step: 'pre-runner-script',
      reason: 'exit code 3',
      room: { plan: { preRunnerScript: 'echo on its way; exit 3' }, runner: TAKES_A_JOB },
    },
  ],
  [
    'a pre-runner script that hangs',
    {
      step: 'pre-runner-script',
      reason: 'stopped after 1 s',
      room: { plan: { preRunnerScript: 'sleep 100', preRunnerTimeoutSeconds: 1 }, runner: TAKES_A_JOB },
    },
  ],
  ['no runner in the image', { step: 'runner-missing', reason: 'no run.sh in', room: {} }],
  [
    'a runner that is configured already',
    {
      step: 'runner-configured',
      reason: 'another registration',
      room: { runner: TAKES_A_JOB, runnerFiles: CONFIGURED },
    },
  ],
  [
    'a directory that the runner may not write to',
    {
      step: 'runner-not-writable',
      reason: 'chown it in the image',
      room: { runner: TAKES_A_JOB, commands: { runuser: '[[ "$4" != test ]]' } },
    },
  ],
  [
    'no such user',
    {
      step: 'runner-user',
      reason: 'the image has no user runner',
      room: { runner: TAKES_A_JOB, commands: { id: '[[ "$*" == -u* && $# == 2 ]] && exit 1; echo root' } },
    },
  ],
  [
    'a version that GitHub no longer accepts',
    { step: 'runner-deprecated', reason: 'no longer accepts this version', room: { runner: 'exit 7' } },
  ],
  [
    'a runner that breaks down before any job',
    { step: 'runner-start', reason: 'exit code 9 before any job', room: { runner: 'exit 9' } },
  ],
  [
    'a registration by token that is refused',
    {
      step: 'runner-config',
      reason: 'exit code 1',
      room: { plan: { registration: BY_TOKEN }, runner: TAKES_A_JOB, runnerFiles: { 'config.sh': 'exit 1' } },
    },
  ],
  [
    'an error that no step foresaw',
    { step: 'boot', reason: 'exit code 1 at line', room: { runner: TAKES_A_JOB, commands: { chmod: 'exit 1' } } },
  ],
])('%s is named, with what to do, and the machine powers off', async (_case, { step, reason, room }) => {
  const outcome = await bootIn(room)
  expect(outcome.report.failure?.step).toBe(step)
  expect(outcome.report.failure?.reason).toContain(reason)
  expect(outcome.console).not.toContain('in-the-job')
  expectPoweredOff(outcome)
})

test.concurrent('a pre-runner script arrives byte by byte, from a file that only root can read', async () => {
  const preRunnerScript = `stat -c %a "$0"\ncat <<'END'\n'quoted' "double" $HOME \`x\` \\ ünïcode ☂ 🦊\n\ttab\nEND\n`
  const outcome = await bootIn({ plan: { preRunnerScript }, runner: TAKES_A_JOB })
  expect(outcome.console).toContain(`600\n'quoted' "double" $HOME \`x\` \\ ünïcode ☂ 🦊\n\ttab\n`)
})

test.concurrent('no secret stands in an argument, in a file or on the console', async () => {
  const jitConfig = 'S3cretJitConfig+/='.repeat(40)
  const runner = `
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' >"$TMPDIR/argv"
printf %s "$ACTIONS_RUNNER_INPUT_JITCONFIG" | grep -rlF -f - "$TMPDIR" >"$TMPDIR/leaks"
printf %s "$ACTIONS_RUNNER_INPUT_JITCONFIG" | wc -c >"$TMPDIR/seen"
exit 9`
  const log = `some text\ntoken ${jitConfig} here\nlast words`
  const outcome = await bootIn({
    plan: { registration: { kind: 'jit', jitConfig }, preRunnerScript: 'env >"$TMPDIR/ran"' },
    runner,
    runnerFiles: { '_diag/Runner_20261121-utc.log': log },
  })
  expect(Number(outcome.file('seen'))).toBe(jitConfig.length)
  expect(outcome.file('ran')).toContain('HOME=')
  for (const place of ['argv', 'ran', '../calls']) expect(outcome.file(place)).not.toContain('S3cret')
  expect(outcome.file('leaks')).toBe('')
  expect(outcome.console).not.toContain('S3cret')
  expect(outcome.console).toContain('  | token *** here\n  | last words')
})

test.concurrent('a runner by token gets its values by environment and only flags as arguments', async () => {
  const config = `echo "$*"; echo "$ACTIONS_RUNNER_INPUT_TOKEN $ACTIONS_RUNNER_INPUT_URL $ACTIONS_RUNNER_INPUT_NAME $ACTIONS_RUNNER_INPUT_LABELS" >"$TMPDIR/seen"`
  const outcome = await bootIn({
    plan: { registration: BY_TOKEN },
    runner: `env | grep ACTIONS_RUNNER_INPUT >"$TMPDIR/ran"; ${TAKES_A_JOB}`,
    runnerFiles: { 'config.sh': config },
  })
  expect(outcome.console).toContain('--unattended --no-default-labels --disableupdate')
  expect(outcome.file('seen')).toBe('AREGTOKEN https://github.com/octo/app ec2-spot-7-1.1 ec2-spot-7-1,extra\n')
  expect(outcome.file('ran')).toBe('')
  expectPoweredOff(outcome)
})

const IPTABLES = 'iptables -w 5 -I OUTPUT -d 169.254.169.254 -m owner --uid-owner runner -j REJECT'

test.concurrent.each<readonly [string, Room, string, string | undefined]>([
  ['closed by iptables', {}, 'closed to jobs', IPTABLES],
  ['closed by nft where iptables fails', { commands: { iptables: 'exit 1' } }, 'closed to jobs', 'nft -f -'],
  [
    'said to be open where neither works',
    { commands: { iptables: 'exit 1', nft: 'exit 1' } },
    'open to jobs: neither',
    undefined,
  ],
  ['open where asked for', { plan: { jobImds: true } }, 'open to jobs, as job-imds asks', undefined],
  ['open where jobs are root', { plan: { runnerUser: 'root' } }, 'open to jobs: they run as the same user', undefined],
])('the metadata service is %s', async (_case, room, said, call) => {
  const outcome = await bootIn({ ...room, runner: TAKES_A_JOB })
  expect(outcome.console).toContain(`phase=imds reason=${said}`)
  const filters = outcome.calls.filter((line) => /^(iptables|nft) /.test(line))
  expect(filters).toEqual(call === undefined ? [] : [call])
})

test.concurrent.each([
  ['runner', 'runuser -u runner -- bash', ''],
  ['root', '', '1'],
])('jobs of user %s run as that user', async (runnerUser, call, asRoot) => {
  const outcome = await bootIn({ plan: { runnerUser }, runner: 'echo "root=$RUNNER_ALLOW_RUNASROOT"' })
  expect(outcome.calls.filter((line) => line.includes('./run.sh')).map((line) => line.slice(0, call.length))).toEqual(
    call === '' ? [] : [call],
  )
  expect(outcome.console).toContain(`root=${asRoot}\n`)
})

test.concurrent('a machine without work stops its runner in order and powers off', async () => {
  const outcome = await bootIn({ plan: { idleTimeoutSeconds: 1 }, runner: ORDERLY_RUNNER })
  expect(outcome.console).toContain('stopped-in-order')
  expect(outcome.report).toMatchObject({ phase: 'powering-off', reason: 'idle' })
  expectPoweredOff(outcome)
})

test.concurrent('a runner that is deaf to the request is ended after a while', async () => {
  const runner = "trap '' INT TERM; echo deaf; while :; do sleep 0.1; done"
  const outcome = await bootIn({ plan: { idleTimeoutSeconds: 1 }, runner, orderlyStopSeconds: 2 })
  expect(outcome.console).toContain('phase=runner-exited reason=exit code 137, no job seen, stopped: idle')
  expectPoweredOff(outcome)
})

test.concurrent(
  'a job that is longer than the idle timeout is left alone, and idling counts from its end',
  async () => {
    const runner = `
bash -e "$ACTIONS_RUNNER_HOOK_JOB_STARTED"; sleep 3; bash -e "$ACTIONS_RUNNER_HOOK_JOB_COMPLETED"
echo job-over; ${ORDERLY_RUNNER}`
    const outcome = await bootIn({ plan: { idleTimeoutSeconds: 1 }, runner })
    expect(outcome.console).toMatch(/job-over[^]*stopped-in-order/)
    expect(outcome.console).toContain('after a job, stopped: idle')
  },
)

test.concurrent('a worker process counts as a job even where the hooks are not ours', async () => {
  const runner = `(exec -a x cp "$(command -v sleep)" "$TMPDIR/Runner.Worker"); "$TMPDIR/Runner.Worker" 3; echo worker-over`
  const outcome = await bootIn({ plan: { idleTimeoutSeconds: 1 }, runner })
  expect(outcome.console).toContain('worker-over')
  expect(outcome.console).toContain('exit code 0, after a job')
})

test.concurrent("a user's own hooks still run, after ours", async () => {
  const outcome = await bootIn({
    runner: `${TAKES_A_JOB}\necho "completed by $ACTIONS_RUNNER_HOOK_JOB_COMPLETED"`,
    runnerFiles: { "my 'own' hook.sh": 'echo my-own-hook', 'done.sh': 'echo done-by-mine' },
    env: (runnerDir) => ({
      ACTIONS_RUNNER_HOOK_JOB_STARTED: `${runnerDir}/my 'own' hook.sh`,
      ACTIONS_RUNNER_HOOK_JOB_COMPLETED: `${runnerDir}/done.sh`,
    }),
  })
  expect(outcome.console).toMatch(/my-own-hook[^]*in-the-job[^]*done-by-mine/)
  expect(outcome.console).toContain('after a job')
})

test.concurrent("a user's hook that is no shell script is left to the runner", async () => {
  const outcome = await bootIn({
    runner: 'echo "hook $ACTIONS_RUNNER_HOOK_JOB_STARTED"; exit 0',
    env: () => ({ ACTIONS_RUNNER_HOOK_JOB_STARTED: '/opt/hook.js' }),
  })
  expect(outcome.console).toContain('hook /opt/hook.js\n')
})

test.concurrent('at its deadline the machine stops the runner in order', async () => {
  const outcome = await bootIn({ plan: { maxLifetimeSeconds: 2 }, runner: ORDERLY_RUNNER })
  expect(outcome.calls[0]).toBe('shutdown -P +1')
  expect(outcome.console).toContain('stopped-in-order')
  expect(outcome.report.reason).toBe('deadline')
  expectPoweredOff(outcome)
})

/** The log of a job, as the runner's worker writes it beside the runner. */
const workerLog = (result: string, name = '1'): string => `mkdir -p _diag
cat >_diag/Worker_2026112${name}-090000-utc.log <<'END'
[2026-11-21 09:00:01Z INFO Worker] Job message:
 {
  "value": "[x INFO JobRunner] Job result after all job steps finish: Failed"
 }
[2026-11-21 09:00:03Z INFO JobRunner] Job result after all job steps finish: ${result}
[2026-11-21 09:00:03Z INFO JobRunner] Completing the job execution context.
END`

describe('a machine that is kept for a look', () => {
  const KEEP = { keepOnFailureSeconds: 2 } as const
  const FAILS = `${TAKES_A_JOB}\n${workerLog('Failed')}`

  test.concurrent('after a job that failed: says how to get in, arms a nearer deadline, and goes in time', async () => {
    const began = performance.now()
    const outcome = await bootIn({ plan: { keepOnFailureSeconds: 3 }, runner: FAILS })
    expect(performance.now() - began).toBeGreaterThan(2_000)
    expect(phases(outcome).slice(-3)).toEqual(['runner-exited', 'kept', 'powering-off'])
    expect(outcome.console).toMatch(
      /phase=kept reason=a job failed, here for 3 s: aws ssm start-session --target i-0abc /,
    )
    expect(outcome.calls.filter((line) => line.startsWith('shutdown'))).toEqual([
      'shutdown -P +60',
      'shutdown -c',
      'shutdown -P +1',
      'shutdown -P now',
    ])
    expect(outcome.report).toEqual({ phase: 'powering-off', reason: 'kept', failure: undefined })
    expectPoweredOff(outcome)
  })

  test.concurrent.each<readonly [string, Room]>([
    ['after a job that succeeded', { plan: KEEP, runner: `${TAKES_A_JOB}\n${workerLog('Succeeded')}` }],
    ['after a job that was cancelled', { plan: KEEP, runner: `${TAKES_A_JOB}\n${workerLog('Canceled')}` }],
    ['after a job without a result', { plan: KEEP, runner: TAKES_A_JOB }],
    ['where nobody asked for it', { runner: FAILS }],
    [
      'for a failure that was in the image already',
      { plan: KEEP, runner: TAKES_A_JOB, runnerFiles: { '_diag/Worker_0.log': workerLog('Failed') } },
    ],
    [
      'for a link that a job has laid',
      { plan: KEEP, runner: `${FAILS}\nmv _diag/W* x; ln -s ../x _diag/Worker_1.log` },
    ],
    ['where its runner broke down', { plan: KEEP, runner: `${workerLog('Failed')}\nexit 9` }],
  ])('not %s', async (_case, room) => {
    const outcome = await bootIn(room)
    expect(outcome.console).not.toContain('phase=kept')
    expect(outcome.report.reason).not.toBe('kept')
    expectPoweredOff(outcome)
  })

  test.concurrent('never beyond its deadline, which stays armed as it was', async () => {
    const began = performance.now()
    const outcome = await bootIn({ plan: { maxLifetimeSeconds: 3, keepOnFailureSeconds: 600 }, runner: FAILS })
    expect(performance.now() - began).toBeLessThan(15_000)
    expect(outcome.console).toMatch(/phase=kept reason=a job failed, here for [0-3] s/)
    expect(outcome.calls.filter((line) => line.startsWith('shutdown'))).toEqual(['shutdown -P +1', 'shutdown -P now'])
    expectPoweredOff(outcome)
  })

  test.concurrent('not where the deadline ended the job', async () => {
    const runner = `trap '${workerLog('Failed').replaceAll("'", `'\\''`)}
exit 0' INT TERM
bash -e "$ACTIONS_RUNNER_HOOK_JOB_STARTED"; while :; do sleep 0.1; done`
    const outcome = await bootIn({ plan: { ...KEEP, maxLifetimeSeconds: 2 }, runner })
    expect(outcome.report.reason).toBe('deadline')
    expectPoweredOff(outcome)
  })

  const BY_HAND = { ...KEEP, registration: BY_TOKEN }
  const CONFIG = { 'config.sh': 'exit 0' }

  test.concurrent('takes no other job: a runner that goes on listening is stopped first', async () => {
    const runner = `${FAILS}\n${ORDERLY_RUNNER}`
    const outcome = await bootIn({ plan: BY_HAND, runner, runnerFiles: CONFIG })
    expect(outcome.console).toMatch(/stopped-in-order[^]*after a job, stopped: kept[^]*phase=kept/)
    expect(outcome.report.reason).toBe('kept')
    expectPoweredOff(outcome)
  })

  test.concurrent('a runner that goes on after good jobs does so until one fails', async () => {
    const runner = `
${TAKES_A_JOB}\n${workerLog('Succeeded')}
echo next; sleep 2.5; ${TAKES_A_JOB}\n${workerLog('Failed', '2')}
echo failed; ${ORDERLY_RUNNER}`
    const outcome = await bootIn({ plan: BY_HAND, runner, runnerFiles: CONFIG })
    expect(outcome.console).toMatch(/next[^]*failed[^]*stopped-in-order[^]*phase=kept/)
  })

  test.concurrent('waits for the worker that still reports the failure', async () => {
    const runner = `${FAILS}
(exec -a x cp "$(command -v sleep)" "$TMPDIR/Runner.Worker"); "$TMPDIR/Runner.Worker" 3; echo worker-over
${ORDERLY_RUNNER}`
    const outcome = await bootIn({ plan: BY_HAND, runner, runnerFiles: CONFIG })
    expect(outcome.console).toMatch(/worker-over[^]*stopped-in-order[^]*phase=kept/)
  })

  test.concurrent('a deadline that shutdown cannot arm anew is kept by a timer of our own', async () => {
    const shutdown = 'case "$*" in *+1) exit 1 ;; esac; printf "%s\\n" "shutdown $*" >>"$LOCAL_CLOUD_MACHINE/calls"'
    const outcome = await bootIn({ plan: KEEP, runner: FAILS, commands: { shutdown } })
    expect(phases(outcome).slice(-2)).toEqual(['kept', 'powering-off'])
    expectPoweredOff(outcome)
  })

  test.concurrent('a TERM ends the wait', async () => {
    let sent = false
    const outcome = await bootIn({
      plan: { keepOnFailureSeconds: 600 },
      runner: FAILS,
      onConsole(console, send) {
        if (sent || !console.includes('phase=kept')) return
        sent = true
        send('SIGTERM')
      },
    })
    expect(outcome.report.reason).toBe('signal TERM')
    expectPoweredOff(outcome)
  })
})

test.concurrent.each([
  ['TERM', 'SIGTERM', { runner: ORDERLY_RUNNER }, 'listening'],
  ['INT', 'SIGINT', { runner: ORDERLY_RUNNER }, 'listening'],
  ['TERM', 'SIGTERM', { runner: ORDERLY_RUNNER, plan: { preRunnerScript: 'echo listening; sleep 100' } }, 'listening'],
] as const)('a %s ends whatever goes on, and the machine powers off', async (name, signal, room, when) => {
  let sent = false
  const outcome = await bootIn({
    ...room,
    onConsole(console, send) {
      if (sent || !console.includes(when)) return
      sent = true
      send(signal)
    },
  })
  expect(outcome.report).toMatchObject({ phase: 'powering-off', reason: `signal ${name}` })
  expectPoweredOff(outcome)
})

test.concurrent('a second run of the user data leaves the machine to the first', async () => {
  const outcome = await bootIn({ runner: `bash "$LOCAL_CLOUD_MACHINE/user-data"; ${TAKES_A_JOB}` })
  expect(outcome.console).toContain('another run of this script has the machine')
  expect(outcome.calls.filter((line) => line === 'shutdown -P now')).toHaveLength(1)
  expect(outcome.console).toContain('in-the-job')
})

const ARCHIVE = Buffer.from('not the real thing')
const CHECKSUM = createHash('sha256').update(ARCHIVE).digest('hex')
const DOWNLOADING = {
  curl: `
case "$*" in
  *github.com*) echo "$*" >>"$TMPDIR/seen"; while [[ "$1" != -o ]]; do shift; done; printf 'not the real thing' >"$2" ;;
  *) exec /usr/bin/curl "$@" ;;
esac`,
  tar: `printf '#!/usr/bin/env bash\\necho fresh; %s\\n' 'exit 0' >"$4/run.sh"; chmod +x "$4/run.sh"`,
  uname: 'echo aarch64',
}

test.concurrent(
  'a runner is fetched for the architecture of the machine, verified, and given to its user',
  async () => {
    const plan = { runner: 'download', runnerVersion: '2.336.0', runnerChecksum: CHECKSUM } as const
    const commands = { ...DOWNLOADING, id: '[[ $# == 2 ]] && exit 1; echo root' }
    const outcome = await bootIn({ plan, commands })
    expect(outcome.file('seen')).toContain(
      'https://github.com/actions/runner/releases/download/v2.336.0/actions-runner-linux-arm64-2.336.0.tar.gz',
    )
    expect(outcome.calls.some((line) => line.startsWith('useradd --create-home --shell /bin/bash runner'))).toBe(true)
    expect(outcome.calls.some((line) => line.startsWith('chown -R runner '))).toBe(true)
    expect(outcome.console).toContain('fresh')
  },
)

test.concurrent.each([
  ['has another checksum', { runnerChecksum: '0'.repeat(64) }, DOWNLOADING, 'has not the checksum'],
  ['cannot be fetched', { runnerChecksum: CHECKSUM }, { ...DOWNLOADING, curl: 'exit 22' }, 'cannot fetch'],
  ['is made for no such machine', { runnerChecksum: CHECKSUM }, { ...DOWNLOADING, uname: 'echo riscv64' }, 'riscv64'],
] as const)('a runner that %s is not run', async (_case, changes, commands, reason) => {
  const outcome = await bootIn({
    plan: { runner: 'download', runnerVersion: '2.336.0', ...changes },
    commands,
    imds: 'forbidden',
  })
  expect(outcome.report.failure).toMatchObject({ step: 'runner-download' })
  expect(outcome.report.failure?.reason).toContain(reason)
  expect(outcome.console).not.toContain('fresh')
  expectPoweredOff(outcome)
})

test('boot.sh says only phases and steps that its reader knows, and lists each in its head', () => {
  const said = [...BOOT_SCRIPT.matchAll(/\bphase ([a-z-]+)/g)].map(([, phase = '']) => phase)
  const steps = [...BOOT_SCRIPT.matchAll(/\bfail ([a-z-]+) ["']/g), ...BOOT_SCRIPT.matchAll(/failed:([a-z-]+)/g)].map(
    ([, step = '']) => step,
  )
  expect([...new Set(said)].sort()).toEqual([...BOOT_PHASES].sort())
  expect(new Set([...steps, 'no-user-data'])).toEqual(new Set(BOOT_STEPS))
  const head = BOOT_SCRIPT.slice(0, BOOT_SCRIPT.indexOf('set -E'))
  for (const word of [...BOOT_PHASES, ...BOOT_STEPS.filter((step) => step !== 'no-user-data')])
    expect(head).toContain(word)
})

test('boot.sh passes shellcheck, where there is one', () => {
  const checked = spawnSync('shellcheck', ['-'], { input: BOOT_SCRIPT, encoding: 'utf8' })
  expect(checked.error === undefined ? checked.stdout : '').toBe('')
})

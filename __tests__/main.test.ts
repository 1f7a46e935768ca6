import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { realClock } from '../cloud/clock.ts'
import { createCloud } from '../cloud/cloud.ts'
import type { Cloud } from '../cloud/cloud.ts'
import { startFront } from '../cloud/http.ts'
import type { Front } from '../cloud/http.ts'
import { scriptedMachines } from '../cloud/machines/scripted-machines.ts'
import { parseOutputs } from '../cloud/play/step.ts'
import { main } from '../src/main.ts'
import { REPOSITORY, seeded, USUAL } from './flows/rehearsal.ts'

const folder = mkdtempSync(join(tmpdir(), 'ec2-spot-runner-main-'))
let cloud: Cloud
let front: Front
let runId: number
const ambient = { ...process.env }
const entry = process.argv[1]

const SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** What a step printed and wrote. */
interface Played {
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly failed: boolean
}

/** Runs the real main in this process, over HTTP, as a step with these inputs and this environment. */
async function play(inputs: Readonly<Record<string, string>>, env: NodeJS.ProcessEnv = {}): Promise<Played> {
  const files = {
    GITHUB_OUTPUT: 'output',
    GITHUB_STATE: 'state',
    GITHUB_STEP_SUMMARY: 'summary',
    GITHUB_EVENT_PATH: 'event',
  }
  for (const [variable, name] of Object.entries(files)) {
    writeFileSync(join(folder, name), name === 'event' ? '{"repository":{"private":true}}' : '')
    process.env[variable] = join(folder, name)
  }
  for (const [name, value] of Object.entries(inputs)) process.env[`INPUT_${name.toUpperCase()}`] = value
  Object.assign(process.env, env)
  let log = ''
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (text: string | Uint8Array) => {
    log += String(text)
    return true
  }
  const handlers = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const)
  try {
    await main()
  } finally {
    process.stdout.write = write
    for (const [signal, before] of handlers)
      for (const handler of process.listeners(signal)) if (!before.includes(handler)) process.off(signal, handler)
  }
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8')
  const failed = process.exitCode === 1
  process.exitCode = 0
  return { log, outputs: parseOutputs(read('output')), summary: read('summary'), failed }
}

const annotationsOf = ({ log }: Played): readonly string[] =>
  log.split('\n').filter((line) => /^::(error|warning|notice)/.test(line))

beforeAll(async () => {
  const clock = realClock()
  const machines = scriptedMachines({
    clock,
    events: () => cloud.events,
    runners: () => cloud.github.runners,
    scriptOf: () => ({ onlineMs: 40 }),
  })
  const timing = { bootMs: [10, 10], shutdownMs: [10, 10] } as const
  cloud = createCloud({
    clock,
    random: seeded(3),
    machines,
    timing,
    rules: { lateListing: false, lateIds: false, lateTemplates: false },
    githubTimings: { runnerListLagMs: 0 },
  })
  front = await startFront(cloud)
  cloud.github.control.addRepository(REPOSITORY)
  cloud.github.control.addToken({ token: 'runners-token', permissions: { administration: 'write' } })
  cloud.github.control.addToken({ token: 'actions-token', kind: 'github-token', permissions: { actions: 'read' } })
  process.argv[1] = fileURLToPath(new URL('../src/boot/index.js', import.meta.url))
})

afterAll(async () => {
  await front.close()
  process.env = ambient
  if (entry !== undefined) process.argv[1] = entry
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(() => {
  runId = cloud.github.control.createRun({ repository: REPOSITORY })
  process.env = {
    PATH: ambient['PATH'],
    GITHUB_REPOSITORY: REPOSITORY,
    GITHUB_RUN_ID: String(runId),
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTION: 'start',
    GITHUB_API_URL: `${front.url}/github`,
    AWS_ENDPOINT_URL: front.url,
    AWS_ACCESS_KEY_ID: 'AKIALOCALCLOUD',
    AWS_SECRET_ACCESS_KEY: 'local-cloud',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
})

const START = { ...USUAL, 'actions-token': 'actions-token' }
const STOP = {
  mode: 'stop',
  'github-token': 'runners-token',
  'actions-token': 'actions-token',
  'aws-region': 'us-east-1',
}

describe('a step', () => {
  test('that starts and one that stops do it over HTTP, with the real clients, and leave nothing', async () => {
    const started = await play(START)
    expect(annotationsOf(started)).toEqual([])
    expect(started.failed).toBe(false)
    expect(started.outputs).toMatchObject({ label: `ec2-spot-${String(runId)}-1`, market: 'spot' })
    expect(started.summary).toContain('1 of 1 ready')
    expect(started.log).toContain('::add-mask::')
    const stopped = await play(STOP)
    expect(annotationsOf(stopped)).toEqual([])
    expect(stopped.outputs).toEqual({ verdict: 'terminated-by-us', interrupted: 'false' })
    const { ec2, github } = cloud.snapshot()
    expect([ec2.live, ec2.launchTemplates, github.registrations]).toEqual([[], [], []])
  })

  test('takes its region from the environment of the AWS tools', async () => {
    const { failed, log } = await play(
      { ...START, 'aws-region': '', 'dry-run': 'true' },
      { AWS_DEFAULT_REGION: 'us-east-1' },
    )
    expect({ failed, log }).toMatchObject({ failed: false, log: expect.stringContaining('Plan for') })
  })

  test('reads an image from SSM and its caller from STS', async () => {
    const { failed, summary } = await play({ ...START, image: 'ssm:/ec2-spot-runner/image', 'dry-run': 'true' })
    expect(failed).toBe(false)
    expect(summary).toMatch(/\| AWS caller \| arn:aws:/)
  })

  test.each([
    ['bad inputs', { ...START, mode: 'begin' }, {}, 'mode: `begin` is unknown'],
    ['no token', { ...STOP, 'github-token': '' }, {}, 'There is no `github-token`'],
    ['no workflow around it', START, { GITHUB_REPOSITORY: '' }, 'This is no step of a GitHub workflow'],
    ['a wrong token', { ...START, 'github-token': 'wrong' }, {}, 'GitHub does not accept the token'],
    ['wrong AWS credentials', START, { AWS_ACCESS_KEY_ID: 'nobody' }, 'AWS does not accept the credentials'],
  ])('with %s fails with one sentence, and leaves nothing', async (_what, inputs, env, sentence) => {
    const played = await play(inputs, env)
    expect(played.failed).toBe(true)
    expect(annotationsOf(played)).toEqual([expect.stringMatching(/^::error::/)])
    expect(played.log).toContain(sentence)
    const { ec2, github } = cloud.snapshot()
    expect([ec2.live, ec2.launchTemplates, github.registrations]).toEqual([[], [], []])
  })

  test.each([['delivered'], ['undone'], ['']])('after a start that is "%s", post does nothing', async (progress) => {
    const before = cloud.calls.length
    const played = await play(START, { EC2_SPOT_RUNNER_PHASE: 'post', STATE_progress: progress })
    expect(played.failed).toBe(false)
    expect(cloud.calls.length).toBe(before)
  })
})

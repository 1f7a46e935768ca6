import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import type { Played } from '../../cloud/play/step.ts'
import { expectFailure, expectNothingLeft, expectSuccess, LIMIT_MS, play, type Scene } from './theatre.ts'
import { leaksOf } from './search.ts'

const AWS_SECRET = `awssecret-key-${randomBytes(20).toString('hex')}`
const AWS_SESSION = `awssecret-session-${randomBytes(40).toString('base64url')}`

/** All that a step left behind, less what tells the masker what to hide. */
function sinksOf(step: string, played: Played): [string, string][] {
  const log = played.log.replaceAll(/^::add-mask::.*$/gm, '')
  return [
    [`${step}: log`, log],
    [`${step}: outputs`, JSON.stringify(played.outputs)],
    [`${step}: state`, played.state],
    [`${step}: summary`, played.summary],
  ]
}

/** What the platforms show to whoever may look: tags, names, consoles, the template's contents. */
function sinksOfPlatforms({ stage }: Scene): [string, string][] {
  const { ec2, github } = stage.cloud.snapshot()
  return [
    ...ec2.instances.map(({ instanceId, tags, console }): [string, string] => [
      `${instanceId}: tags and console`,
      `${JSON.stringify(tags)}\n${console}`,
    ]),
    ...stage.cloud.calls
      .filter(({ operation }) => operation === 'CreateLaunchTemplate')
      .map(({ input }): [string, string] => ['launch template', JSON.stringify(input)]),
    ...stage.cloud.calls
      .filter(({ operation }) => operation === 'CreateFleet')
      .map(({ input }): [string, string] => ['tags of a fleet', JSON.stringify(input['TagSpecifications'])]),
    ['GitHub', JSON.stringify(github)],
  ]
}

function expectNoLeak(scene: Scene, played: Readonly<Record<string, Played>>): void {
  const secrets = [
    ...scene.stage.cloud.github.control.secrets(),
    ...Object.values(scene.stage.tokens),
    AWS_SECRET,
    AWS_SESSION,
  ]
  expect(secrets.length).toBeGreaterThan(4)
  const sinks = [...Object.entries(played).flatMap(([step, each]) => sinksOf(step, each)), ...sinksOfPlatforms(scene)]
  expect(sinks.filter(([, text]) => leaksOf(secrets, text).length > 0).map(([name]) => name)).toEqual([])
}

const env = {
  AWS_SECRET_ACCESS_KEY: AWS_SECRET,
  AWS_ACCESS_KEY_ID: 'ASIALOCALCLOUD',
  AWS_SESSION_TOKEN: AWS_SESSION,
  RUNNER_DEBUG: '1',
}

test.concurrent.each(['true', 'false'])(
  'no secret shows up in any log, output, state, summary, tag or console: of a start, a job and a stop (`ephemeral: %s`)',
  (ephemeral) =>
    play(async (scene) => {
      const start = await scene.start({ ephemeral, 'pre-runner-script': 'env | sort; ps -ef || true' }, { env })
      expectSuccess(start)
      expect(await scene.job(scene.label, 'env | sort; ps -ef || true')).toBe('success')
      const stop = await scene.stop({}, { env })
      expectSuccess(stop)
      expectNoLeak(scene, { start, stop })
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent.each(['true', 'false'])(
  'no secret shows up in any log, output, state, summary, tag or console: of a start that fails and shows the console (`ephemeral: %s`)',
  (ephemeral) =>
    play(async (scene) => {
      scene.stage.cloud.github.control.setMinimumRunnerVersion('99.0.0')
      const start = await scene.start({ ephemeral, 'pre-runner-script': 'env | sort; ps -ef || true' }, { env })
      expectFailure(start, /The end of its console/)
      expectNoLeak(scene, { start })
    }),
  LIMIT_MS,
)

test.concurrent(
  'no secret shows up in any log, output, state, summary, tag or console: of steps that GitHub and AWS refuse',
  () =>
    play(async (scene) => {
      const { control } = scene.stage.cloud.github
      control.addToken({ token: scene.stage.tokens.runners, expiresAtMs: Date.now() - 1 })
      const unknown = await scene.start({}, { env })
      const stop = await scene.stop({}, { env })
      control.addToken({ token: scene.stage.tokens.runners, permissions: { administration: 'write' } })
      scene.stage.cloud.ec2.control.deny('CreateFleet')
      const denied = await scene.start({}, { env })
      const expired = await scene.start({}, { env: { ...env, AWS_ACCESS_KEY_ID: 'ASIAEXPIRED' } })
      for (const played of [unknown, denied, expired, stop]) expect(played.exitCode).toBe(1)
      expectNoLeak(scene, { unknown, denied, expired, stop })
    }),
  LIMIT_MS,
)

describe('the search for secrets', () => {
  const secret = `ghsecret-${randomBytes(60).toString('base64url')}`
  const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64')

  test.each([
    ['as it stands', `token: ${secret}.`],
    ['in part', `...${secret.slice(20, 48)}...`],
    ['split across lines', secret.replace(/.{10}/g, '$&\n   ')],
    ['in base64', base64(secret)],
    ['in base64, shifted by one', base64(`x${secret}`)],
    ['in base64, shifted by two', base64(`{"${secret}"}`)],
    ['in base64 that is broken into lines', base64(`user:${secret}`).replace(/.{20}/g, '$&\n')],
    ['gzipped, in base64', base64(gzipSync(`token=${secret}`))],
    ['URL-encoded', encodeURIComponent(`a b&${base64(`:${secret}`)}`)],
    ['twice in base64', base64(base64(secret))],
    ['in an escaped line of the log', `::error::${secret.slice(0, 30)}%0A${secret.slice(30)}`],
  ])('finds one %s', (_how, text) => {
    expect(leaksOf([secret], `before ${text} after`)).not.toEqual([])
  })

  test('finds nothing where there is none', () => {
    expect(leaksOf([secret], `before ${base64(gzipSync('nothing to see'))} ${secret.slice(0, 20)} after`)).toEqual([])
  })
})

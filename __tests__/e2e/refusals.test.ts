import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { REPOSITORY } from '../../cloud/play/stage.ts'
import {
  callsOf,
  errorOf,
  expectFailure,
  expectNothingLeft,
  expectSuccess,
  LIMIT_MS,
  machinesOf,
  pause,
  play,
  type Scene,
} from './theatre.ts'

const LONG_SCRIPT = randomBytes(15_000).toString('base64')

test.concurrent.each<[string, Record<string, string>, RegExp]>([
  ['an unknown mode', { mode: 'begin' }, /mode: `begin` is unknown; write `start`/],
  ['no mode', { mode: '' }, /mode: is missing; write `start`/],
  ['an empty image', { image: '' }, /image: is missing; write an AMI id/],
  ['an image that is none', { image: 'ubuntu' }, /image: `ubuntu` is no AMI id/],
  ['no instance types', { 'instance-types': '' }, /instance-types: is empty; name at least one/],
  ['a malformed list of types', { 'instance-types': 'c7i.xlarge; m7i' }, /instance-types: `c7i.xlarge; m7i` is not/],
  [
    'a malformed list of subnets',
    { subnets: 'subnet-0abc,subnet-0123456789abcdef0' },
    /subnets: `subnet-0abc` is not a subnet id/,
  ],
  ['a malformed list of tags', { tags: 'team:ci' }, /tags: `team:ci` is no tag; write one `key=value` a line/],
  ['no runner at all', { count: '0' }, /count: .*1.*100/],
  ['a script of 20 KB', { 'pre-runner-script': LONG_SCRIPT }, /pre-runner-script: is too long by \d+ bytes/],
  ['a name with a comma', { name: 'a,b' }, /name: `a,b` is not a name/],
  ['a name with a dot', { name: 'a.1' }, /name: `a\.1` is not a name/],
  ['a stop of a foreign label', { mode: 'stop', label: 'self-hosted' }, /label: `self-hosted` is no label of ours/],
  ['a stop of a machine by name', { mode: 'stop', 'instance-ids': 'web-1' }, /instance-ids: `web-1` is not an/],
])(
  'inputs that cannot work reach neither AWS nor GitHub: %s',
  (_what, inputs, sentence) =>
    play(async (scene) => {
      const played = await scene.start(inputs)
      expectFailure(played, sentence)
      expect(errorOf(played)).toMatch(/^An input cannot work:\n- [^\n]+$/)
      expect(scene.stage.cloud.calls).toEqual([])
    }),
  LIMIT_MS,
)

test.concurrent(
  'inputs that cannot work reach neither AWS nor GitHub: several at once are one error that lists them all',
  () =>
    play(async (scene) => {
      const bad = {
        image: '',
        'instance-types': 'large',
        count: '0',
        name: 'a.b,c',
        market: 'cheap',
        'start-timeout': 'soon',
        'pre-runner-script': LONG_SCRIPT,
      }
      const played = await scene.start(bad)
      expect(played.exitCode).toBe(1)
      expect(errorOf(played)).toMatch(/^7 inputs cannot work:\n/)
      for (const name of Object.keys(bad)) expect(errorOf(played)).toContain(`\n- ${name}: `)
      expect(played.log.match(/^::error::/gm)).toHaveLength(1)
      expect(scene.stage.cloud.calls).toEqual([])
    }),
  LIMIT_MS,
)

const FORK = {
  repository: { private: true },
  pull_request: { head: { repo: { full_name: 'stranger/octo-repo' } } },
}

test.concurrent.each<[string, Parameters<Scene['start']>, RegExp]>([
  [
    'pull_request_target of a fork, with a token',
    [{}, { env: { GITHUB_EVENT_NAME: 'pull_request_target' }, event: FORK }],
    /This is `pull_request_target` for a pull request from a fork/,
  ],
  [
    'a pull request of a fork, which sees no secret',
    [{ 'github-token': '' }, { env: { GITHUB_EVENT_NAME: 'pull_request' }, event: FORK }],
    /GitHub gives no secrets to a pull request from a fork/,
  ],
  [
    'a run of Dependabot without a secret of its own',
    [{ 'github-token': '' }, { env: { GITHUB_ACTOR: 'dependabot[bot]' } }],
    /Dependabot's runs see only Dependabot secrets/,
  ],
  ['a secret that is empty', [{ 'github-token': '' }], /There is no `github-token`: the secret is empty or misspelt/],
])(
  'runs that must not, or cannot, start a machine: %s',
  (_what, [inputs, setting], sentence) =>
    play(async (scene) => {
      expectFailure(await scene.start(inputs, setting), sentence)
      expect(scene.stage.cloud.calls).toEqual([])
    }),
  LIMIT_MS,
)

test.concurrent(
  'runs that must not, or cannot, start a machine: a public repository is refused, unless `allow-public` says otherwise',
  () =>
    play(async (scene) => {
      const event = { repository: { private: false, visibility: 'public' } }
      expectFailure(await scene.start({}, { event }), /This repository is public.*set `allow-public: true`/)
      expect(callsOf(scene, 'CreateLaunchTemplate')).toEqual([])
      expectNothingLeft(scene)
      expectSuccess(await scene.start({ 'allow-public': 'true' }, { event }))
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'runs that must not, or cannot, start a machine: a public repository is known also where the event does not say so',
  () =>
    play(async (scene) => {
      scene.stage.cloud.github.control.addRepository(REPOSITORY, { private: false })
      expectFailure(await scene.start({}, { event: {} }), /This repository is public/)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

/** A token that GitHub knows, and that will not do. */
const EXPIRED = 'ghp_expiredTokenOfTheStage'
const POWERLESS = 'ghp_powerlessTokenOfTheStage'
const ELSEWHERE = 'ghp_tokenOfAnotherRepository'

function addTokens({ stage }: Scene): void {
  const { control } = stage.cloud.github
  control.addToken({ token: EXPIRED, expiresAtMs: Date.now() - 1_000 })
  control.addToken({ token: POWERLESS, permissions: { actions: 'read' } })
  control.addToken({ token: ELSEWHERE, repositories: ['octo-org/other'] })
}

test.concurrent.each([
  ['an unknown github-token', 'ghp_nobodyKnowsThisTokenAtAll', /does not accept.*`github-token`/],
  ['an expired github-token', EXPIRED, /does not accept.*`github-token`.*expired/],
  ['a github-token without permission', POWERLESS, /HTTP 403.*github-token needs `administration: write`/],
  ['a github-token for another repository', ELSEWHERE, /HTTP 404.*github-token needs `administration: write`/],
  ['the token of the job as github-token', 'ghs_actionsTokenOfTheStage', /GITHUB_TOKEN can never have it/],
])(
  'a token that will not do ends start quickly, by its name: %s',
  (_what, token, sentence) =>
    play(async (scene) => {
      addTokens(scene)
      const start = await scene.start({ 'github-token': token })
      expectFailure(start, sentence)
      expect(start.tookMs).toBeLessThan(8_000)
      expect(callsOf(scene, 'CreateFleet')).toEqual([])
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'a token that will not do ends start quickly, by its name: an expired actions-token, where the repository must be asked about',
  () =>
    play(async (scene) => {
      addTokens(scene)
      const start = await scene.start({ 'actions-token': EXPIRED }, { event: {} })
      expectFailure(start, /does not accept.*`actions-token`/)
      expect(start.tookMs).toBeLessThan(8_000)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'a token that will not do ends start quickly, by its name: stop takes everything down without a valid actions-token, and says what it could not learn',
  () =>
    play(async (scene) => {
      addTokens(scene)
      expectSuccess(await scene.start())
      const stop = await scene.stop({ 'actions-token': EXPIRED })
      expectSuccess(stop)
      expect(stop.log).toMatch(/^::warning::What became of the job is unknown:.*`actions-token`/m)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'a token that will not do ends start quickly, by its name: stop without a valid github-token ends the machine all the same, and fails',
  () =>
    play(async (scene) => {
      addTokens(scene)
      expectSuccess(await scene.start())
      const stop = await scene.stop({ 'github-token': EXPIRED })
      expectFailure(stop, /did not fully succeed:[^]*`github-token`[^]*Run stop again when this is mended/)
      expect(scene.stage.cloud.snapshot().ec2.live).toEqual([])
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent.each([
  ['expired', { AWS_ACCESS_KEY_ID: 'ASIAEXPIREDKEY' }, /the AWS credentials have expired/],
  ['unknown', { AWS_ACCESS_KEY_ID: 'NOKEYOFAWS' }, /AWS does not accept the credentials/],
  [
    'missing',
    { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined },
    /no AWS credentials were found; put aws-actions\/configure-aws-credentials before this step/,
  ],
])(
  'AWS credentials that will not do end start quickly, and leave no registration: %s',
  (_what, env, sentence) =>
    play(async (scene) => {
      const start = await scene.start({}, { env })
      expectFailure(start, sentence)
      expect(start.tookMs).toBeLessThan(8_000)
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

const patient = { 'start-timeout': '80s', 'capacity-timeout': '30s' }

test.concurrent(
  'GitHub down for 20 s: when start begins: it waits, and succeeds',
  () =>
    play(async (scene) => {
      scene.stage.cloud.github.control.down(Date.now() + 20_000)
      const start = await scene.start(patient)
      expectSuccess(start)
      expect(start.tookMs).toBeGreaterThan(19_000)
      expect(machinesOf(scene, scene.label)).toHaveLength(1)
      expect(await scene.job(scene.label)).toBe('success')
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'GitHub down for 20 s: when the machine boots: start and runner both wait, and succeed',
  () =>
    play(async (scene) => {
      const starting = scene.start(patient)
      while (machinesOf(scene, scene.label).length === 0) await pause(10)
      scene.stage.cloud.github.control.down(Date.now() + 20_000)
      const start = await starting
      expectSuccess(start)
      expect(machinesOf(scene, scene.label)).toHaveLength(1)
      expect(await scene.job(scene.label)).toBe('success')
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

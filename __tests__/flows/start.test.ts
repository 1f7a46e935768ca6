import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { runnerArchives } from '../../cloud/github/runner-archives.ts'
import { annotations, callsOf, everLaunched, list, NOTHING, rehearse, TYPES } from './rehearsal.ts'
import type { Stage } from './rehearsal.ts'

const NO_SPOT = (stage: Stage): void => {
  stage.cloud.ec2.control.setCapacity({ market: 'spot' }, 'none')
}

describe('a start that goes well', () => {
  test('gets a spot machine, brings its runner online, hands on what later jobs need, and warns of nothing', () =>
    rehearse(async (stage) => {
      const label = `ec2-spot-${String(stage.runId)}-1`
      const started = await stage.start()
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([])
      const [instance] = stage.cloud.snapshot().ec2.live
      expect(started.outputs).toEqual({
        label,
        labels: JSON.stringify([label]),
        'runs-on': JSON.stringify([label]),
        'instance-id': instance?.instanceId,
        'instance-ids': JSON.stringify([instance?.instanceId]),
        market: 'spot',
        'instance-type': instance?.instanceType,
        'availability-zone': instance?.availabilityZone,
        'fallback-reason': '',
        region: 'us-east-1',
      })
      expect(stage.cloud.snapshot().github.registrations).toMatchObject([
        { name: `${label}.1`, labels: [label], status: 'online', ephemeral: true },
      ])
      expect(stage.left().templates).toEqual([])
      expect(started.summaries).toHaveLength(1)
      expect(started.summaries[0]).toContain(`\`${label}\`: 1 of 1 ready`)
    }))

  test('notices within a second and a half that the runner is online', () =>
    rehearse(
      async (stage) => {
        const started = await stage.start()
        const [instance] = stage.cloud.snapshot().ec2.instances
        const online = stage.cloud.clock.now()
        expect(started.failed).toBe('')
        // Launched at once, booted within 6 s, online 3.7 s later.
        expect(online - (instance?.launchedAtMs ?? 0)).toBeLessThan(6_000 + 3_700 + 1_500)
      },
      { script: () => ({ onlineMs: 3_700 }) },
    ))

  test('every secret that GitHub handed out is masked before anything is logged', () =>
    rehearse(async (stage) => {
      const started = await stage.start({ count: '3' })
      expect(started.masks).toHaveLength(3)
      const told = JSON.stringify([started.lines, started.outputs, started.summaries])
      for (const secret of stage.cloud.github.control.secrets()) expect(told).not.toContain(secret)
      for (const mask of started.masks) expect(stage.cloud.github.control.secrets()).toContain(mask)
    }))

  test('the machine takes the job that asks for the label, and goes when it is done', () =>
    rehearse(async (stage) => {
      const started = await stage.start()
      const job = stage.queueJob(list(started.outputs['runs-on']))
      await stage.clock.sleep(120_000)
      expect(stage.cloud.github.control.job(job)).toMatchObject({ status: 'completed', conclusion: 'success' })
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('a runner that is not ephemeral takes one job after another, until stop', () =>
    rehearse(async (stage) => {
      const started = await stage.start({ ephemeral: 'false' })
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([])
      const jobs = [1, 2, 3].map(() => stage.queueJob(list(started.outputs['runs-on'])))
      await stage.clock.sleep(120_000)
      for (const job of jobs) expect(stage.cloud.github.control.job(job).conclusion).toBe('success')
      expect((await stage.stop()).failed).toBe('')
      expect(stage.left()).toEqual(NOTHING)
      expect(everLaunched(stage.cloud)).toHaveLength(1)
    }))

  test.each([
    ['launch', 0, 5_000],
    ['online', 12_000, 25_000],
  ])('wait-for: %s returns when that is reached', (waitFor, least, most) =>
    rehearse(async (stage) => {
      const started = await stage.start({ 'wait-for': waitFor })
      expect(started.failed).toBe('')
      expect(started.tookMs).toBeGreaterThanOrEqual(least)
      expect(started.tookMs).toBeLessThanOrEqual(most)
      expect(started.outputs['instance-id']).toMatch(/^i-/)
    }),
  )

  test('several runners have the shared label, and each one of its own', () =>
    rehearse(async (stage) => {
      const label = `ec2-spot-${String(stage.runId)}-1-linux`
      const started = await stage.start({ count: '3', name: 'linux' })
      expect(started.failed).toBe('')
      expect(list(started.outputs['labels'])).toEqual([`${label}.1`, `${label}.2`, `${label}.3`])
      expect(stage.cloud.snapshot().github.registrations.map(({ labels }) => labels)).toEqual([
        [label, `${label}.1`],
        [label, `${label}.2`],
        [label, `${label}.3`],
      ])
      expect(list(started.outputs['instance-ids'])).toHaveLength(3)
    }))

  test('labels of the user are added, with a warning that others may take the machine', () =>
    rehearse(async (stage) => {
      const started = await stage.start({ labels: 'self-hosted, kani' })
      expect(annotations(started)).toEqual([
        expect.stringMatching(/^warning: The runner also gets `self-hosted`, `kani`: any job/),
      ])
      expect(stage.cloud.snapshot().github.registrations[0]?.labels).toEqual([
        started.outputs['label'],
        'self-hosted',
        'kani',
      ])
    }))

  test('fifty runners come online with one launch template, each on a machine of its own', () =>
    rehearse(async (stage) => {
      const started = await stage.start({ count: '50' })
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([])
      expect(new Set(list(started.outputs['instance-ids'])).size).toBe(50)
      expect(everLaunched(stage.cloud)).toHaveLength(50)
      expect(callsOf(stage.cloud, 'CreateLaunchTemplate')).toBe(1)
      expect((await stage.stop()).failed).toBe('')
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('the runner to download is the one that GitHub offers for the architecture', () =>
    rehearse(async (stage) => {
      const started = await stage.start({ runner: 'download' })
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([])
      const [instance] = stage.cloud.ec2.world.instances.values()
      const script = gunzipSync(instance?.userData ?? '').toString()
      const offered = runnerArchives('2.336.0').find(({ os, architecture }) => os === 'linux' && architecture === 'x64')
      expect(script).toContain("runner_version='2.336.0'")
      expect(script).toContain(`runner_checksum='${offered?.sha256_checksum ?? ''}'`)
    }))

  test('tags of the user and of the start stand on machine and volume', () =>
    rehearse(async (stage) => {
      await stage.start({ tags: 'team=build\ncost-center=42' })
      const [instance] = stage.cloud.snapshot().ec2.live
      expect(instance?.tags).toMatchObject({
        team: 'build',
        'cost-center': '42',
        'ec2-spot-runner:managed': 'true',
        'ec2-spot-runner:repository': 'octo-org/octo-repo',
        'ec2-spot-runner:run': String(stage.runId),
        'ec2-spot-runner:start-job': '77/start',
      })
    }))

  test('security groups may be named', () =>
    rehearse(async (stage) => {
      const started = await stage.start({ 'security-groups': 'default' })
      expect(started.failed).toBe('')
      expect(stage.cloud.snapshot().ec2.live[0]?.securityGroupIds).toEqual(['sg-0defa01700000000a'])
    }))
})

describe('capacity', () => {
  test('without spot anywhere it falls back to on-demand and says why', () =>
    rehearse(async (stage) => {
      NO_SPOT(stage)
      const started = await stage.start()
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([])
      expect(started.outputs['market']).toBe('on-demand')
      expect(started.outputs['fallback-reason']).toMatch(
        /^no spot capacity in 12 pools \(InsufficientInstanceCapacity x12/,
      )
      expect(started.summaries[0]).toContain('On-demand instead of spot: no spot capacity')
      // Four requests reach twelve pools, three at a time; the fifth is for on-demand.
      expect(callsOf(stage.cloud, 'CreateFleet')).toBe(5)
    }))

  test('a single pool with spot is found, however many others have none', () =>
    rehearse(async (stage) => {
      NO_SPOT(stage)
      stage.cloud.ec2.control.setCapacity({ market: 'spot', instanceType: TYPES[3], availabilityZone: 'us-east-1b' }, 1)
      const started = await stage.start()
      expect(started.outputs).toMatchObject({
        market: 'spot',
        'instance-type': TYPES[3],
        'availability-zone': 'us-east-1b',
        'fallback-reason': '',
      })
    }))

  const SHUT: readonly (readonly [string, (stage: Stage) => void, RegExp])[] = [
    [
      'quota',
      ({ cloud }) => {
        cloud.ec2.control.setQuota('spot', 0)
      },
      /MaxSpotInstanceCountExceeded/,
    ],
    [
      'service-linked role',
      ({ cloud }) => {
        cloud.ec2.control.setSpotRole(false)
      },
      /ServiceLinkedRole/,
    ],
  ]
  test.each(SHUT)('without the %s for spot one request is enough to turn to on-demand', (_what, spoil, reason) =>
    rehearse(async (stage) => {
      spoil(stage)
      const started = await stage.start()
      expect(started.failed).toBe('')
      expect(started.outputs['market']).toBe('on-demand')
      expect(started.outputs['fallback-reason']).toMatch(reason)
      expect(callsOf(stage.cloud, 'CreateFleet')).toBe(2)
    }),
  )

  test.each(['spot', 'on-demand'] as const)('market: %s asks for nothing else', (market) =>
    rehearse(async (stage) => {
      stage.cloud.ec2.control.setCapacity({ market }, 'none')
      const started = await stage.start({ market, 'capacity-timeout': '30s' })
      expect(started.failed).toContain('no pool had capacity within 30 s (`capacity-timeout`)')
      expect(everLaunched(stage.cloud)).toEqual([])
    }),
  )

  test('with none anywhere it fails within capacity-timeout, with a table of pools and reasons, and leaves nothing', () =>
    rehearse(async (stage) => {
      stage.cloud.ec2.control.setCapacity({}, 'none')
      const started = await stage.start({ 'capacity-timeout': '2m' })
      expect(started.failed).toBe('No machine for runner 1: no pool had capacity within 2 min (`capacity-timeout`).')
      // The undoing waits for the listing once more.
      expect(started.tookMs).toBeLessThanOrEqual(120_000 + 20_000)
      expect(annotations(started)).toEqual([])
      expect(started.summaries[0]).toContain('no machine')
      for (const type of TYPES) expect(started.summaries[0]).toContain(`${type} in us-east-1a | spot`)
      expect(started.summaries[0]).toContain('on-demand | `InsufficientInstanceCapacity`')
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('capacity that comes back while it waits is used', () =>
    rehearse(async (stage) => {
      stage.cloud.ec2.control.setCapacity({}, 'none')
      const starting = stage.start()
      await stage.clock.sleep(60_000)
      stage.cloud.ec2.control.setCapacity({}, 'plenty')
      expect(await starting).toMatchObject({ failed: '', outputs: { market: 'spot' } })
    }))

  test('where only some of several machines can be had, the start fails and leaves none', () =>
    rehearse(async (stage) => {
      stage.cloud.ec2.control.setCapacity({}, 2)
      const started = await stage.start({ count: '3', 'capacity-timeout': '30s' })
      expect(started.failed).toContain('no pool had capacity within 30 s')
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('with allow-partial it goes on with those, and says so', () =>
    rehearse(async (stage) => {
      stage.cloud.ec2.control.setCapacity({}, 2)
      const started = await stage.start({ count: '3', 'capacity-timeout': '30s', 'allow-partial': 'true' })
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([
        'warning: Only 2 of 3 machines could be had; going on with them, as `allow-partial` says.',
      ])
      expect(list(started.outputs['instance-ids'])).toHaveLength(2)
      expect(list(started.outputs['labels'])).toHaveLength(2)
      expect(stage.left()).toMatchObject({ registrations: { length: 2 }, templates: [] })
    }))

  test('with allow-partial and not even one machine it fails all the same', () =>
    rehearse(async (stage) => {
      stage.cloud.ec2.control.setCapacity({}, 'none')
      const started = await stage.start({ count: '2', 'capacity-timeout': '30s', 'allow-partial': 'true' })
      expect(started.failed).toContain('no pool had capacity')
      expect(stage.left()).toEqual(NOTHING)
    }))
})

describe('errors that only a person can mend', () => {
  const MENDABLE: readonly (readonly [string, (stage: Stage) => void, Record<string, string>, RegExp])[] = [
    [
      'a permission that is missing inside a fleet',
      ({ cloud }) => {
        cloud.ec2.control.setPassRole(false)
      },
      { 'instance-profile': 'runner' },
      /UnauthorizedOperation.*`ec2:CreateFleet`, `ec2:RunInstances`, `ec2:CreateTags` and, with an instance profile, `iam:PassRole`/,
    ],
    [
      'a permission that is missing for the fleet',
      ({ cloud }) => {
        cloud.ec2.control.deny('CreateFleet')
      },
      {},
      /CreateFleet failed with UnauthorizedOperation.*add `ec2:CreateFleet`/,
    ],
    [
      'a permission that is missing for the template',
      ({ cloud }) => {
        cloud.ec2.control.deny('CreateLaunchTemplate')
      },
      {},
      /add `ec2:CreateLaunchTemplate` to the policy of the caller/,
    ],
    [
      'an image that does not exist',
      () => undefined,
      { image: 'ami-0123456789abcdef0' },
      /InvalidAMIID.NotFound.*`image` does not exist/,
    ],
    [
      'a subnet that does not exist',
      () => undefined,
      { subnets: 'subnet-0123456789abcdef0' },
      /InvalidSubnetID.NotFound/,
    ],
    [
      'a group that does not exist',
      () => undefined,
      { 'security-groups': 'nobody' },
      /has no security group named "nobody"/,
    ],
    [
      'a volume that is too small',
      () => undefined,
      { 'volume-size': '4' },
      /^volume-size: 4 GiB is less than the 8 GiB/,
    ],
    [
      'types of another architecture',
      () => undefined,
      { 'instance-types': 'm7g.large' },
      /^No pool is left to ask:\n- the image is x64, m7g.large is arm64/,
    ],
    [
      'types that do not exist',
      () => undefined,
      { 'instance-types': 'm9z.large' },
      /^No pool is left to ask:\n- the region has no instance type m9z.large/,
    ],
    [
      'a token of GitHub that is wrong',
      ({ cloud }) => {
        cloud.faults.always('POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig', {
          kind: 'refuse',
          code: '',
          status: 401,
          message: 'Bad credentials',
        })
      },
      {},
      /GitHub does not accept the token/,
    ],
    [
      'a token of GitHub that may not register runners',
      ({ cloud }) => {
        cloud.github.control.addToken({ token: 'runners-token', permissions: { actions: 'read' } })
      },
      {},
      /github-token needs `administration: write`/,
    ],
  ]
  test.each(MENDABLE)(
    '%s: fails within seconds, says what to change, and leaves nothing',
    (_what, spoil, inputs, sentence) =>
      rehearse(async (stage) => {
        spoil(stage)
        const started = await stage.start(inputs)
        expect(started.failed).toMatch(sentence)
        expect(annotations(started)).toEqual([])
        expect(started.tookMs).toBeLessThan(20_000)
        expect(everLaunched(stage.cloud)).toEqual([])
        expect(stage.left()).toEqual(NOTHING)
      }),
  )

  test.each([
    ['a fork in pull_request_target', { eventName: 'pull_request_target', isFork: true }, {}, /pull_request_target/],
    ['a public repository', { isPublic: true }, {}, /^This repository is public/],
    ['a public repository, as GitHub says', { isPublic: undefined }, {}, /^This repository is public/],
    ['a missing token', {}, { 'github-token': '' }, /^There is no `github-token`/],
  ])('%s is refused before anything is made', (_what, context, inputs, sentence) =>
    rehearse(async (stage) => {
      stage.cloud.github.control.addRepository('octo-org/octo-repo', { private: false })
      const started = await stage.start(inputs, context)
      expect(started.failed).toMatch(sentence)
      expect(callsOf(stage.cloud, 'CreateLaunchTemplate') + callsOf(stage.cloud, 'CreateFleet')).toBe(0)
      expect(stage.left()).toEqual(NOTHING)
    }),
  )

  test('a public repository is served where the user allows it', () =>
    rehearse(async (stage) => {
      expect((await stage.start({ 'allow-public': 'true' }, { isPublic: true })).failed).toBe('')
    }))

  test('no subnet at all: says to name some', () =>
    rehearse(async (stage) => {
      stage.cloud.ec2.world.region.subnets.clear()
      expect((await stage.start()).failed).toContain('this region has no default VPC')
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('GitHub down for twenty seconds is waited out', () =>
    rehearse(async (stage) => {
      stage.cloud.github.control.down(stage.clock.now() + 20_000)
      const started = await stage.start()
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([])
    }))
})

describe('a dry run', () => {
  test('reads, prints the plan, and makes nothing', () =>
    rehearse(async (stage) => {
      const started = await stage.start({ 'dry-run': 'true', count: '2' })
      expect(started.failed).toBe('')
      expect(annotations(started)).toEqual([])
      expect(started.outputs).toEqual({})
      expect(started.summaries[0]).toContain('dry run: nothing was registered or launched')
      for (const type of TYPES) expect(started.summaries[0]).toContain(`${type} in us-east-1c`)
      const writes = stage.cloud.calls.filter(({ operation }) => !/^(Describe|Get)|^GET /.test(operation))
      expect(writes).toEqual([])
    }))

  test('fails where a start would', () =>
    rehearse(async (stage) => {
      expect((await stage.start({ 'dry-run': 'true', 'instance-types': 'm7g.large' })).failed).toContain(
        'No pool is left',
      )
    }))
})

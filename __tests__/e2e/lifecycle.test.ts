import { gunzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { IMAGE_ARM64 } from '../../cloud/ec2/region.ts'
import { runnerArchives } from '../../cloud/github/runner-archives.ts'
import {
  callsOf,
  errorOf,
  eventually,
  expectFailure,
  expectNothingLeft,
  expectSuccess,
  LIMIT_MS,
  machinesOf,
  pause,
  play,
} from './theatre.ts'

test.concurrent(
  'start, a job, stop: run a job on a spot machine, leave nothing, and a second stop succeeds too',
  () =>
    play(async (scene) => {
      const start = await scene.start()
      expectSuccess(start)
      const [machine] = machinesOf(scene, scene.label)
      expect(start.outputs).toEqual({
        label: scene.label,
        labels: JSON.stringify([scene.label]),
        'runs-on': JSON.stringify([scene.label]),
        'instance-id': machine?.instanceId,
        'instance-ids': JSON.stringify([machine?.instanceId]),
        market: 'spot',
        'instance-type': machine?.instanceType,
        'availability-zone': machine?.availabilityZone,
        'fallback-reason': '',
        region: 'us-east-1',
      })
      expect(scene.stage.cloud.snapshot().ec2.launchTemplates).toEqual([])
      expect(await scene.job(scene.label)).toBe('success')

      const stop = await scene.stop({ label: scene.label, 'instance-ids': start.outputs['instance-ids'] ?? '' })
      expectSuccess(stop)
      expect(stop.outputs).toEqual({ verdict: 'finished', interrupted: 'false' })
      expectNothingLeft(scene)
      const again = await scene.stop({ label: scene.label })
      expectSuccess(again)
      expect(again.outputs).toEqual({ verdict: 'finished', interrupted: 'false' })
      expect(callsOf(scene, 'CreateFleet')).toHaveLength(1)
    }),
  LIMIT_MS,
)

test.concurrent(
  'start, a job, stop: stop takes down a machine that never had a job, and twice is as good as once',
  () =>
    play(async (scene) => {
      expectSuccess(await scene.start())
      const stop = await scene.stop()
      expectSuccess(stop)
      expect(stop.outputs['verdict']).toBe('terminated-by-us')
      expectNothingLeft(scene)
      expectSuccess(await scene.stop())
      expect(callsOf(scene, 'TerminateInstances')).toHaveLength(1)
    }),
  LIMIT_MS,
)

test.concurrent(
  'start, a job, stop: with `count: 10` bring ten runners online under ten labels with one launch template',
  () =>
    play(async (scene) => {
      const start = await scene.start({ count: '10', 'start-timeout': '60s', 'capacity-timeout': '30s' })
      expectSuccess(start)
      const labels = JSON.parse(start.outputs['labels'] ?? '[]') as string[]
      expect(labels).toEqual(Array.from({ length: 10 }, (_, index) => `${scene.label}.${String(index + 1)}`))
      const { registrations } = scene.stage.cloud.snapshot().github
      expect(registrations.filter(({ status }) => status === 'online')).toHaveLength(10)
      expect(JSON.parse(start.outputs['instance-ids'] ?? '[]')).toHaveLength(10)
      expect(callsOf(scene, 'CreateLaunchTemplate')).toHaveLength(1)
      expect(await Promise.all(labels.map((label) => scene.job(label)))).toEqual(labels.map(() => 'success'))
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
      expect(machinesOf(scene, scene.label)).toHaveLength(10)
    }),
  LIMIT_MS,
)

test.concurrent(
  'how many jobs a runner serves: with `ephemeral: false` one machine takes three jobs, one after another',
  () =>
    play(async (scene) => {
      const start = await scene.start({ ephemeral: 'false' })
      expectSuccess(start)
      expect(start.summary).toContain('Serves any number of jobs')
      for (let job = 1; job <= 3; job++) expect(await scene.job(scene.label)).toBe('success')
      const jobs = scene.stage.cloud.snapshot().github.jobs
      expect(jobs.map(({ runnerName }) => runnerName)).toEqual(jobs.map(() => `${scene.label}.1`))
      const stop = await scene.stop()
      expectSuccess(stop)
      expect(stop.outputs['verdict']).toBe('finished')
      expectNothingLeft(scene)
      expect(machinesOf(scene, scene.label)).toHaveLength(1)
    }),
  LIMIT_MS,
)

test.concurrent(
  'how many jobs a runner serves: an ephemeral runner takes one job, the second stays queued, and the summary had said so',
  () =>
    play(async (scene) => {
      const start = await scene.start()
      expect(start.summary).toContain(
        `Serves exactly 1 job with \`runs-on: ${scene.label}\`; one more would stay queued.`,
      )
      const { control } = scene.stage.cloud.github
      const [first = 0, second = 0] = ['first', 'second'].map((name) =>
        control.queueJob(scene.runId, { name, labels: [scene.label], steps: [{ name: 'step', run: 'true' }] }),
      )
      await eventually('the machine is gone', () => scene.stage.cloud.snapshot().ec2.live.length === 0)
      await pause(500)
      expect([control.job(first).status, control.job(second).status]).toEqual(['completed', 'queued'])
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'what is launched: an arm64 image gets arm64 types, and an x64 type is left out with the reason',
  () =>
    play(async (scene) => {
      const start = await scene.start({ image: IMAGE_ARM64, 'instance-types': 'c7i.xlarge, c7g.xlarge' })
      expectSuccess(start)
      expect(start.outputs['instance-type']).toBe('c7g.xlarge')
      for (const text of [start.log, start.summary]) expect(text).toContain('the image is arm64, c7i.xlarge is x64')
      expectSuccess(await scene.stop())
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'what is launched: an arm64 image with x64 types alone fails before anything is launched, with the reason',
  () =>
    play(async (scene) => {
      const start = await scene.start({ image: IMAGE_ARM64 })
      expectFailure(start, /No pool is left to ask:\n- the image is arm64, c7i\.xlarge is x64/)
      expect(callsOf(scene, 'CreateFleet')).toEqual([])
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'what is launched: `runner: download` has the machine fetch the version that GitHub offers, by its checksum',
  () =>
    play(async (scene) => {
      const { control } = scene.stage.cloud.github
      const archives = runnerArchives('2.999.0')
      control.setRunnerDownloads(archives)
      expectSuccess(await scene.start({ runner: 'download', 'wait-for': 'launch' }))
      const machine = [...scene.stage.cloud.ec2.world.instances.values()][0]
      const script = gunzipSync(machine?.userData ?? new Uint8Array()).toString('utf8')
      const offered = archives.find(({ os, architecture }) => os === 'linux' && architecture === 'x64')
      expect(script).toContain("runner_version='2.999.0'")
      expect(script).toContain(`runner_checksum='${offered?.sha256_checksum ?? 'none'}'`)
      // There is no such version: the machine says what it could not fetch, and ends.
      await eventually(
        'the machine gives up',
        () => machine?.state !== 'running' && machine?.state !== 'pending',
        60_000,
      )
      expect(machine?.console).toMatch(
        /phase=failed:runner-download reason=cannot fetch https:\/\/github\.com\/actions\/runner\/releases\/download\/v2\.999\.0\/actions-runner-linux-\w+-2\.999\.0\.tar\.gz/,
      )
      const stop = await scene.stop()
      expect(stop.outputs['verdict']).toBe('failed-to-boot')
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

test.concurrent(
  'what is launched: `dry-run` prints the plan, and registers and launches nothing',
  () =>
    play(async (scene) => {
      const start = await scene.start({ 'dry-run': 'true', count: '3' })
      expectSuccess(start)
      expect(errorOf(start)).toBe('')
      expect(start.summary).toContain('dry run: nothing was registered or launched')
      expect(start.summary).toContain('| c7i.xlarge in us-east-1a |')
      expect(start.log).toContain('arn:aws:sts::123456789012:assumed-role/ec2-spot-runner')
      expect(start.outputs).toEqual({})
      const effects = scene.stage.cloud.calls.filter(({ operation }) => !/^(GET |Describe|Get)/.test(operation))
      expect(effects).toEqual([])
      expectNothingLeft(scene)
    }),
  LIMIT_MS,
)

import { expect, test } from '@jest/globals'
import { sweep } from '../../src/flows/sweep.ts'
import { newLife, rehearse, REPOSITORY } from './rehearsal.ts'

test('a sweep leaves a healthy start alone', async () => {
  await rehearse(
    async (stage) => {
      const { control } = stage.cloud.github
      control.addToken({ token: 'writer', kind: 'github-token', permissions: { actions: 'write' } })
      const life = newLife(); const outside = stage.outside(life)
      const { createActions } = await import('../../src/github/actions.ts')
      const ports = { ...outside, actions: createActions(stage.cloud.request('writer'), REPOSITORY, outside.host) }
      const holder = stage.queueJob(['somewhere'])
      void holder
      // an orphan, so that the sweep looks twice
      await stage.cloud.send('CreateLaunchTemplate', {
        LaunchTemplateName: 'old',
        LaunchTemplateData: {},
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: [
          { Key: 'ec2-spot-runner:managed', Value: 'true' }, { Key: 'ec2-spot-runner:repository', Value: REPOSITORY },
          { Key: 'ec2-spot-runner:label', Value: 'ec2-spot-1-1' } ] }],
      } as never)
      await stage.clock.sleep(60_000)
      const context = { repository: REPOSITORY, runId: 999_999, runAttempt: 1, eventName: 'schedule', actor: 'x', stepId: 's', actionName: 'o/ec2-spot-runner', serverUrl: 'https://github.com', isPublic: false, isFork: false }
      const sweeping = sweep(ports, { mode: 'sweep', 'aws-region': 'us-east-1', 'dry-run': false }, context as never).then(() => 'ok', (e: unknown) => String(e))
      await stage.clock.sleep(30_000)
      const started = await stage.start({ 'wait-for': 'launch' })
      expect(started.failed).toBe('')
      await stage.clock.sleep(1795168800000 + 119_500 - stage.clock.now())
      stage.queueJob([started.outputs['label'] ?? ''])
      console.log(await sweeping, life.record.lines, life.record.summaries, JSON.stringify(stage.cloud.calls.filter((c) => c.service === 'github').map((c) => [c.operation, (c.atMs-1795168800000)/1000, c.outcome])), started.outputs['label'], stage.cloud.calls.filter((c) => /cancel|rerun/.test(c.operation)).map((c) => [c.operation, c.outcome]))
    },
    { script: () => ({ never: true }) as never },
  )
})

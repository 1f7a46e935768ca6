import { expect, test } from '@jest/globals'
import { openTemplate } from '../../src/flows/template.ts'
import type { Survey } from '../../src/flows/survey.ts'
import type { Undertaking } from '../../src/flows/undertaking.ts'
import type { LaunchTemplatePlan } from '../../src/ports/ec2.ts'
import type { Outside } from '../../src/ports/outside.ts'

const IDENTITY = { repository: 'octo-org/octo-repo', runId: 1, runAttempt: 1, name: '' }

/** A template over an EC2 that knows names alone; a creation waits for `answer` while one is asked for. */
async function opened() {
  const there = new Set<string>()
  let hold: Promise<void> | undefined
  const ec2 = {
    createLaunchTemplate: async ({ templateName }: LaunchTemplatePlan) => {
      there.add(templateName)
      await hold
      return 'created' as const
    },
    deleteLaunchTemplate: async (templateName: string) => (there.delete(templateName) ? 'deleted' : 'absent'),
  }
  const outside = { ec2, host: { random: () => 0.5 } } as unknown as Outside
  const undertaking = { identity: IDENTITY, request: {}, startJob: '77/start', tags: {} } as unknown as Undertaking
  const survey = { image: {}, securityGroupIds: [] } as unknown as Survey
  const template = await openTemplate(outside, undertaking, survey)
  return {
    template,
    there,
    slowly: () => {
      let answer = (): void => undefined
      hold = new Promise((resolve) => (answer = resolve))
      return answer
    },
  }
}

test('two runners in doubt about one gate renew it once', async () => {
  const { template, there } = await opened()
  const first = template.name()
  await Promise.all([template.renew(first), template.renew(first)])
  expect([...there]).toEqual([`${first}.g1`])
})

test('who doubts a gate that was shut long ago opens no other', async () => {
  const { template, there } = await opened()
  const first = template.name()
  await template.renew(first)
  await template.renew(first)
  expect([...there]).toEqual([`${first}.g1`])
})

test('a doubt about the gate that is just being opened shuts it again', async () => {
  const { template, there, slowly } = await opened()
  const first = template.name()
  const answer = slowly()
  const renewal = template.renew(first)
  await new Promise(setImmediate)
  const second = template.name()
  expect(second).toBe(`${first}.g1`)
  const doubt = template.renew(second)
  answer()
  await Promise.all([renewal, doubt])
  expect([...there]).toEqual([`${first}.g2`])
})

test('a gate that somebody else has shut stays shut', async () => {
  const { template, there } = await opened()
  there.clear()
  await expect(template.renew(template.name())).rejects.toThrow('This start has been stopped')
  expect([...there]).toEqual([])
})

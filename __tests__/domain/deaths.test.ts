import { describe, expect, test } from '@jest/globals'
import { BOOT_STEPS, bootReport } from '../../src/domain/boot-phase.ts'
import { judgeDeath } from '../../src/domain/deaths.ts'
import type { Machine } from '../../src/domain/machine.ts'

const DEAD: Machine = {
  instanceId: 'i-1',
  state: 'terminated',
  market: 'spot',
  instanceType: 'c7i.large',
  availabilityZone: 'zone-a',
  launchedAtMs: 0,
  reasonCode: 'Client.InstanceInitiatedShutdown',
  tags: {},
}
const EMPTY = bootReport('')
const failed = (step: string) => bootReport(`ec2-spot-runner: phase=failed:${step} reason=because`)

describe('a machine that died while booting', () => {
  const ALIKE = [
    'pre-runner-script',
    'runner-user',
    'runner-missing',
    'runner-configured',
    'runner-not-writable',
    'runner-deprecated',
  ]
  test.each(BOOT_STEPS)('of %s is replaced unless every machine would die of it', (step) => {
    const death = judgeDeath(DEAD, failed(step), 0)
    expect(death.kind).toBe(ALIKE.includes(step) ? 'give-up' : 'replace')
    expect(death.reason).toContain('because')
  })

  test.each([
    [
      'the first time',
      DEAD,
      EMPTY,
      0,
      'replace',
      'it died before it said anything on its console; EC2: terminated, Client.InstanceInitiatedShutdown',
    ],
    [
      'the second time',
      DEAD,
      EMPTY,
      1,
      'give-up',
      'it died before it said anything on its console; EC2: terminated, Client.InstanceInitiatedShutdown; it was the second machine of this runner to die',
    ],
    [
      'after a phase',
      DEAD,
      bootReport('ec2-spot-runner: phase=imds reason=m7i'),
      0,
      'replace',
      'it died in phase imds (m7i); EC2: terminated, Client.InstanceInitiatedShutdown',
    ],
    [
      'after a phase without a reason',
      DEAD,
      bootReport('ec2-spot-runner: phase=imds'),
      0,
      'replace',
      'it died in phase imds; EC2: terminated, Client.InstanceInitiatedShutdown',
    ],
    [
      'and EC2 gives no reason',
      { ...DEAD, reasonCode: undefined },
      EMPTY,
      0,
      'replace',
      'it died before it said anything on its console; EC2: terminated',
    ],
    [
      'and EC2 knows it no more',
      undefined,
      EMPTY,
      0,
      'replace',
      'it died before it said anything on its console; EC2 does not know it any more',
    ],
    [
      'because AWS took it',
      { ...DEAD, reasonCode: 'Server.SpotInstanceTermination' },
      EMPTY,
      0,
      'replace',
      'it died before it said anything on its console; EC2: terminated, Server.SpotInstanceTermination',
    ],
    [
      'because somebody terminated it',
      { ...DEAD, reasonCode: 'Client.UserInitiatedShutdown' },
      EMPTY,
      0,
      'give-up',
      'somebody terminated it: a stop, a sweep or a person',
    ],
    [
      'because somebody terminated it, although its boot had failed too',
      { ...DEAD, reasonCode: 'Client.UserInitiatedShutdown' },
      failed('boot'),
      0,
      'give-up',
      'somebody terminated it: a stop, a sweep or a person',
    ],
  ])('%s', (_case, machine, boot, deaths, kind, reason) => {
    expect(judgeDeath(machine as Machine | undefined, boot, deaths)).toEqual({ kind, reason })
  })

  test('of a deprecated runner is told what to do about it', () => {
    expect(judgeDeath(DEAD, failed('runner-deprecated'), 0).reason).toContain(
      'build the image anew with the current runner, or use `runner: download`',
    )
  })
})

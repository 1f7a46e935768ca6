import type { CreateFleetCommandInput } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import { launch } from '../../src/aws/launch.ts'
import type { Send } from '../../src/aws/send.ts'
import type { Market } from '../../src/domain/market.ts'

const ZONES = ['us-east-1a', 'us-east-1b']

/** The type and the priority of each pool, as EC2 is asked for two types in two zones. */
async function prioritiesOf(market: Market, allocationStrategy: string): Promise<readonly (string | undefined)[]> {
  const inputs: CreateFleetCommandInput[] = []
  const send = async (_: string, input: CreateFleetCommandInput): Promise<object> => {
    inputs.push(input)
    return {}
  }
  await launch(send as Send, {
    templateName: 'ec2-spot-runner-0a1b2c3d-ec2-spot-1-1',
    clientToken: 'token',
    market,
    allocationStrategy,
    maxPrice: undefined,
    pools: ['c7i.xlarge', 'm7i.xlarge'].flatMap((instanceType) =>
      ZONES.map((availabilityZone) => ({
        instanceType,
        availabilityZone,
        subnetId: `subnet-${availabilityZone}`,
        market,
      })),
    ),
    userData: '',
    tags: {},
    notAfterMs: Number.POSITIVE_INFINITY,
  })
  const overrides = inputs[0]?.LaunchTemplateConfigs?.[0]?.Overrides ?? []
  return overrides.map(({ InstanceType, Priority }) => `${String(InstanceType)} ${String(Priority)}`)
}

describe('the order in which pools are bought', () => {
  test.each<[Market, string]>([
    ['on-demand', 'price-capacity-optimized'],
    ['spot', 'capacity-optimized-prioritized'],
  ])('%s by %s follows the order of types, and all zones of a type are equally good', async (market, strategy) => {
    expect(await prioritiesOf(market, strategy)).toEqual([
      'c7i.xlarge 0',
      'c7i.xlarge 0',
      'm7i.xlarge 1',
      'm7i.xlarge 1',
    ])
  })

  test('spot by another strategy has no priorities, which EC2 would refuse to honour', async () => {
    expect(await prioritiesOf('spot', 'price-capacity-optimized')).toEqual([
      'c7i.xlarge undefined',
      'c7i.xlarge undefined',
      'm7i.xlarge undefined',
      'm7i.xlarge undefined',
    ])
  })
})

import type { Act } from './act.ts'

/** The pools that come first have no spot machine left; one that comes later has. */
export const anotherPool: Act = {
  title: 'Act one: the first spot pools are empty, a later one is not',
  play: async ({ ec2, remark, run, claim }) => {
    ec2.setCapacity({ market: 'spot', instanceType: 'c7i.xlarge' }, 'none')
    ec2.setCapacity({ market: 'spot', instanceType: 'm7i.xlarge', availabilityZone: 'us-east-1a' }, 'none')
    remark('has no spot left of c7i.xlarge anywhere, nor of m7i.xlarge in us-east-1a')
    const { start } = await run({
      'instance-types': 'c7i.xlarge, m7i.xlarge',
      'allocation-strategy': 'capacity-optimized-prioritized',
    })
    claim('EC2 refused spot in the first pools', start.summary.includes('InsufficientInstanceCapacity'))
    claim('the machine is a spot machine all the same', start.outputs['market'] === 'spot')
  },
}

import type { Act } from './act.ts'

/** There is no spot machine anywhere: the run goes on, on an on-demand machine. */
export const onDemand: Act = {
  title: 'Act two: no spot anywhere, so on-demand it is',
  play: async ({ ec2, remark, run, claim }) => {
    ec2.setCapacity({ market: 'spot' }, 'none')
    remark('has no spot left, of any type in any zone')
    const { start } = await run({ 'instance-types': 'c7i.xlarge, m7i.xlarge' })
    claim('the machine is an on-demand machine', start.outputs['market'] === 'on-demand')
    claim('the start says why', (start.outputs['fallback-reason'] ?? '') !== '')
  },
}

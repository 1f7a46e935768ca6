import type { Operations } from '../src/aws/send.ts'
import type { World } from './ec2/world.ts'

/** Who calls. Needs no permission: it answers even where everything is denied. */
export function getCallerIdentity(world: World): Omit<Operations['GetCallerIdentity'][1], '$metadata'> {
  return {
    UserId: 'AROAMODELMODELMODEL00:ec2-spot-runner',
    Account: world.region.accountId,
    Arn: `arn:aws:sts::${world.region.accountId}:assumed-role/ec2-spot-runner/ec2-spot-runner`,
  }
}

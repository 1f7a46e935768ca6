import type { Operations } from '../src/aws/send.ts'
import { refusal } from './ec2/refusal.ts'
import type { World } from './ec2/world.ts'

/** A parameter by its path; the model has plain strings alone. */
export function getParameter(
  world: World,
  { Name: name }: Operations['GetParameter'][0],
): Omit<Operations['GetParameter'][1], '$metadata'> {
  if (name === undefined || name === '') throw refusal('ValidationException', 'The parameter name is required')
  const value = world.region.parameters.get(name)
  // SSM says no more than the code, and the SDK then says this.
  if (value === undefined) throw refusal('ParameterNotFound', 'UnknownError')
  return {
    Parameter: {
      Name: name,
      Type: 'String',
      Value: value,
      Version: 1,
      DataType: 'text',
      ARN: `arn:aws:ssm:${world.region.name}:${world.region.accountId}:parameter${name}`,
    },
  }
}

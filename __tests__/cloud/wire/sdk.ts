import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import * as ec2 from '@aws-sdk/client-ec2'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { serviceOf } from '../../../cloud/ec2/ec2.ts'
import type { Operation, Operations, Send } from '../../../src/aws/send.ts'

export interface SdkOptions {
  readonly accessKeyId?: string
}

const COMMANDS = {
  CreateFleet: ec2.CreateFleetCommand,
  CreateLaunchTemplate: ec2.CreateLaunchTemplateCommand,
  DeleteLaunchTemplate: ec2.DeleteLaunchTemplateCommand,
  DescribeImages: ec2.DescribeImagesCommand,
  DescribeInstances: DescribeInstancesCommand,
  DescribeInstanceTypeOfferings: ec2.DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypes: ec2.DescribeInstanceTypesCommand,
  DescribeLaunchTemplates: ec2.DescribeLaunchTemplatesCommand,
  DescribeSecurityGroups: ec2.DescribeSecurityGroupsCommand,
  DescribeSpotInstanceRequests: ec2.DescribeSpotInstanceRequestsCommand,
  DescribeSubnets: ec2.DescribeSubnetsCommand,
  GetConsoleOutput: ec2.GetConsoleOutputCommand,
  TerminateInstances: ec2.TerminateInstancesCommand,
  GetCallerIdentity: GetCallerIdentityCommand,
  GetParameter: GetParameterCommand,
} as const

/** `Send` through the real AWS SDK, one try each, against a server at `endpoint`. */
export function sdkSend(endpoint: string, { accessKeyId = 'AKIATEST' }: SdkOptions = {}): Send {
  const credentials = { accessKeyId, secretAccessKey: 'secret' }
  const config = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }
  const clients = { ec2: new EC2Client(config), sts: new STSClient(config), ssm: new SSMClient(config) }
  return async <K extends Operation>(operation: K, input: Operations[K][0]): Promise<Operations[K][1]> => {
    // The union of commands cannot be built from the union of inputs; the key ties the two together.
    const Command = COMMANDS[operation] as unknown as new (input: object) => never
    const client = clients[serviceOf(operation)] as { send(command: never): Promise<unknown> }
    return (await client.send(new Command(input))) as Operations[K][1]
  }
}

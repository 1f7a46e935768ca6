import type * as ec2 from '@aws-sdk/client-ec2'
import type * as ssm from '@aws-sdk/client-ssm'
import type * as sts from '@aws-sdk/client-sts'

/** Every AWS operation that we use, in the shapes of the SDK. What is not here is not in the bundle either. */
export interface Operations {
  CreateFleet: [ec2.CreateFleetCommandInput, ec2.CreateFleetCommandOutput]
  CreateLaunchTemplate: [ec2.CreateLaunchTemplateCommandInput, ec2.CreateLaunchTemplateCommandOutput]
  DeleteLaunchTemplate: [ec2.DeleteLaunchTemplateCommandInput, ec2.DeleteLaunchTemplateCommandOutput]
  DescribeImages: [ec2.DescribeImagesCommandInput, ec2.DescribeImagesCommandOutput]
  DescribeInstances: [ec2.DescribeInstancesCommandInput, ec2.DescribeInstancesCommandOutput]
  DescribeInstanceTypeOfferings: [
    ec2.DescribeInstanceTypeOfferingsCommandInput,
    ec2.DescribeInstanceTypeOfferingsCommandOutput,
  ]
  DescribeInstanceTypes: [ec2.DescribeInstanceTypesCommandInput, ec2.DescribeInstanceTypesCommandOutput]
  DescribeLaunchTemplates: [ec2.DescribeLaunchTemplatesCommandInput, ec2.DescribeLaunchTemplatesCommandOutput]
  DescribeSecurityGroups: [ec2.DescribeSecurityGroupsCommandInput, ec2.DescribeSecurityGroupsCommandOutput]
  DescribeSpotInstanceRequests: [
    ec2.DescribeSpotInstanceRequestsCommandInput,
    ec2.DescribeSpotInstanceRequestsCommandOutput,
  ]
  DescribeSubnets: [ec2.DescribeSubnetsCommandInput, ec2.DescribeSubnetsCommandOutput]
  GetConsoleOutput: [ec2.GetConsoleOutputCommandInput, ec2.GetConsoleOutputCommandOutput]
  TerminateInstances: [ec2.TerminateInstancesCommandInput, ec2.TerminateInstancesCommandOutput]
  GetCallerIdentity: [sts.GetCallerIdentityCommandInput, sts.GetCallerIdentityCommandOutput]
  GetParameter: [ssm.GetParameterCommandInput, ssm.GetParameterCommandOutput]
}

export type Operation = keyof Operations

/**
 * The one door to AWS. Rejects with what the SDK throws: `name` is the error code, `$metadata.httpStatusCode`
 * the status; a request that got no answer rejects with a Node error (`code` such as `ECONNRESET`) or a
 * `TimeoutError`. It never retries.
 */
export type Send = <K extends Operation>(operation: K, input: Operations[K][0]) => Promise<Operations[K][1]>

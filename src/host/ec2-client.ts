import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  DeleteLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSpotInstanceRequestsCommand,
  DescribeSubnetsCommand,
  EC2Client,
  GetConsoleOutputCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import type { ClientSettings } from './aws-door.ts'

/** Every EC2 operation that we use; the bundle carries no other. */
export const commands = {
  CreateFleet: CreateFleetCommand,
  CreateLaunchTemplate: CreateLaunchTemplateCommand,
  DeleteLaunchTemplate: DeleteLaunchTemplateCommand,
  DescribeImages: DescribeImagesCommand,
  DescribeInstances: DescribeInstancesCommand,
  DescribeInstanceTypeOfferings: DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypes: DescribeInstanceTypesCommand,
  DescribeLaunchTemplates: DescribeLaunchTemplatesCommand,
  DescribeSecurityGroups: DescribeSecurityGroupsCommand,
  DescribeSpotInstanceRequests: DescribeSpotInstanceRequestsCommand,
  DescribeSubnets: DescribeSubnetsCommand,
  GetConsoleOutput: GetConsoleOutputCommand,
  TerminateInstances: TerminateInstancesCommand,
} as const

export const createClient = (settings: ClientSettings): EC2Client => new EC2Client(settings)

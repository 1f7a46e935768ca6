import { PlatformError } from '../domain/failures.ts'
import type { Operation } from './send.ts'

/**
 * Of each operation, what stands in every answer of EC2, however little it has to tell: an empty list is there,
 * too. The SDK reads a page of a proxy, or an empty body, as an answer without anything; to believe it would be
 * to find no machine, or to have terminated one. One of the named is enough.
 */
const ALWAYS: Readonly<Partial<Record<Operation, readonly string[]>>> = {
  CreateFleet: ['FleetId', 'Instances', 'Errors'],
  CreateLaunchTemplate: ['LaunchTemplate'],
  DeleteLaunchTemplate: ['LaunchTemplate'],
  DescribeImages: ['Images'],
  DescribeInstances: ['Reservations'],
  DescribeInstanceTypeOfferings: ['InstanceTypeOfferings'],
  DescribeInstanceTypes: ['InstanceTypes'],
  DescribeLaunchTemplates: ['LaunchTemplates'],
  DescribeSecurityGroups: ['SecurityGroups'],
  DescribeSpotInstanceRequests: ['SpotInstanceRequests'],
  DescribeSubnets: ['Subnets'],
  TerminateInstances: ['TerminatingInstances'],
}

/** @throws PlatformError where AWS cannot have answered this: as after no answer, nobody knows what happened */
export function requireAnswer(operation: Operation, answer: object): void {
  const always = ALWAYS[operation] ?? []
  const has = (member: string): boolean => (answer as Readonly<Record<string, unknown>>)[member] !== undefined
  if (always.length > 0 && !always.some(has)) throw malformed(operation, `no ${always.join(', ')}`)
}

/** An answer that lacks what every answer has: EC2 did not give it, or it was cut on its way. */
export function malformed(operation: Operation, what: string): PlatformError {
  return new PlatformError({
    service: 'aws',
    operation,
    code: 'HTTP 502',
    status: 502,
    message: `the answer was not what EC2 answers: ${what}`,
  })
}

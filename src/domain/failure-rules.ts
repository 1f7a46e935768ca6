import type { Rule } from './failures.ts'

const rule = (kind: Rule['class'], scope: Rule['scope'], reaction: Rule['reaction'], sentence: string): Rule => ({
  class: kind,
  scope,
  reaction,
  sentence,
})

const noStock = (scope: Rule['scope'], sentence: string): Rule => rule('capacity', scope, 'next-pool', sentence)
const misfit = (sentence: string): Rule => rule('configuration', 'pool', 'next-pool', sentence)
const wrong = (sentence: string): Rule => rule('configuration', 'request', 'stop', sentence)
const denied = (sentence: string): Rule => rule('permission', 'request', 'stop', sentence)
const account = (sentence: string): Rule => rule('account', 'account', 'stop', sentence)
const limit = (sentence: string): Rule => rule('quota', 'account', 'stop', sentence)
const throttled = rule(
  'throttled',
  'account',
  'repeat',
  'EC2 limits how often this account may call; we slow down and repeat',
)
const broken = rule('service', 'account', 'repeat', 'EC2 had an error of its own; we repeat the same request')
const stale = rule(
  'credentials',
  'request',
  'stop',
  'the AWS credentials have expired; ask for a longer session, or assume the role again just before this step',
)
const bad = rule(
  'credentials',
  'request',
  'stop',
  'AWS does not accept the credentials: check the key, the role and `aws-region`',
)

/**
 * Every code that EC2, STS or SSM answers to what we ask. Sources: EC2 API reference, "Error codes"; EC2
 * user guide, "Troubleshoot instance launch issues"; the fleet codes as Karpenter and others met them live.
 */
export const AWS_RULES: Readonly<Record<string, Rule | undefined>> = {
  InsufficientInstanceCapacity: noStock('pool', 'EC2 has no such machine left in this zone now'),
  InsufficientCapacity: noStock('pool', 'EC2 has no such machine left in this zone now'),
  InsufficientHostCapacity: noStock('pool', 'no dedicated host has room'),
  InsufficientCapacityOnHost: noStock('pool', 'the dedicated host has no room'),
  InsufficientReservedInstanceCapacity: noStock('pool', 'the reservation has no room'),
  ReservationCapacityExceeded: noStock('pool', 'the reservation has no room'),
  UnfulfillableCapacity: rule(
    'capacity',
    'pool',
    'ask-again',
    'EC2 did not try this pool: a fleet tries three at most',
  ),
  SpotMaxPriceTooLow: noStock('pool', '`max-price` is below the price of this pool; leave it empty'),
  Unsupported: misfit('the zone does not sell this type, or the type does not fit the image'),
  InvalidFleetConfiguration: misfit('the zone does not sell this type, or the type is misspelt'),
  UnsupportedOperation: misfit('the type does not fit the image: check architecture, boot mode and ENA support'),
  InsufficientFreeAddressesInSubnet: noStock('subnet', 'the subnet has no free address; use a larger or another one'),
  InsufficientVolumeCapacity: noStock('zone', 'the zone has no room for the volume'),
  VolumeTypeNotAvailableInZone: noStock('zone', 'the zone does not have this `volume-type`'),

  MaxSpotInstanceCountExceeded: rule(
    'quota',
    'market',
    'leave-market',
    'the spot quota of this account is reached; ask for more in Service Quotas ("All ... Spot Instance Requests")',
  ),
  VcpuLimitExceeded: rule(
    'quota',
    'market',
    'leave-market',
    'the on-demand quota of this account is reached; ask for more in Service Quotas ("Running On-Demand ... instances")',
  ),
  InstanceLimitExceeded: rule(
    'quota',
    'market',
    'leave-market',
    'the instance quota of this account is reached; ask for more in Service Quotas',
  ),
  'AuthFailure.ServiceLinkedRoleCreationNotPermitted': rule(
    'permission',
    'market',
    'leave-market',
    'the account lacks the service-linked role for spot; create it once: aws iam create-service-linked-role --aws-service-name spot.amazonaws.com',
  ),
  MaxFleetCountExceeded: rule(
    'quota',
    'account',
    'repeat',
    'the account has too many fleets; old ones go by themselves',
  ),
  VolumeLimitExceeded: limit('the volume quota of this account is reached; ask for more in Service Quotas'),
  MaxIOPSLimitExceeded: limit('the IOPS quota of this account is reached; ask for more in Service Quotas'),
  NetworkInterfaceLimitExceeded: limit(
    'the network interface quota of this account is reached; ask for more in Service Quotas',
  ),
  ResourceLimitExceeded: limit('a quota of this account is reached; ask for more in Service Quotas'),

  RequestLimitExceeded: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  ThrottledException: throttled,
  RequestThrottled: throttled,
  RequestThrottledException: throttled,
  EC2ThrottledException: throttled,
  TooManyRequestsException: throttled,
  InternalError: broken,
  InternalFailure: broken,
  InternalServerError: broken,
  ServiceUnavailable: broken,
  Unavailable: broken,

  UnauthorizedOperation: denied('the AWS caller lacks a permission; compare its policy with the one in infra/'),
  AccessDenied: denied('the AWS caller lacks a permission; compare its policy with the one in infra/'),
  AccessDeniedException: denied('the AWS caller lacks a permission; compare its policy with the one in infra/'),
  SsmAccessDenied: denied('the AWS caller may not read the SSM parameter; add `ssm:GetParameter` on it'),
  AuthFailure: bad,
  InvalidClientTokenId: bad,
  UnrecognizedClientException: bad,
  SignatureDoesNotMatch: bad,
  IncompleteSignature: bad,
  MissingAuthenticationToken: bad,
  CredentialsProviderError: rule(
    'credentials',
    'request',
    'stop',
    'no AWS credentials were found; put aws-actions/configure-aws-credentials before this step',
  ),
  ExpiredToken: stale,
  ExpiredTokenException: stale,
  RequestExpired: stale,
  OptInRequired: account('the account is not signed up for this; check its subscriptions'),
  PendingVerification: account('AWS still verifies the account; it writes an e-mail when it is done'),
  Blocked: account('AWS has blocked the account; ask AWS Support'),

  InvalidFleetConfig: wrong(
    'EC2 does not accept the pools together: two of them may be in different subnets of one zone',
  ),
  'InvalidAMIID.NotFound': wrong('`image` does not exist in this region, or is not shared with this account'),
  'InvalidAMIID.Malformed': wrong('`image` is not an AMI id'),
  'InvalidAMIID.Unavailable': wrong('`image` is not available (any more)'),
  ParameterNotFound: wrong('the SSM parameter of `image` does not exist in this region'),
  'InvalidSubnetID.NotFound': wrong('one of `subnets` does not exist in this region'),
  'InvalidSubnetID.Malformed': wrong('one of `subnets` is not a subnet id'),
  'InvalidGroup.NotFound': wrong('one of `security-groups` does not exist in the VPC of the subnets'),
  'InvalidGroupId.Malformed': wrong('one of `security-groups` is not a group id'),
  'InvalidSecurityGroupID.NotFound': wrong('one of `security-groups` does not exist in this region'),
  InvalidInstanceType: wrong('one of `instance-types` does not exist in this region'),
  'InvalidInstanceID.NotFound': wrong('the instance does not exist (any more) in this region'),
  'InvalidInstanceID.Malformed': wrong('that is not an instance id'),
  'InvalidKeyPair.NotFound': wrong('the key pair does not exist in this region'),
  'InvalidSnapshot.NotFound': wrong('the snapshot behind `image` does not exist (any more)'),
  'InvalidLaunchTemplateId.NotFound': wrong('the launch template is gone: somebody stopped this start'),
  'InvalidLaunchTemplateId.VersionNotFound': wrong('the launch template is gone: somebody stopped this start'),
  'InvalidLaunchTemplateName.NotFoundException': wrong('the launch template is gone: somebody stopped this start'),
  'InvalidLaunchTemplateName.AlreadyExistsException': wrong('a launch template of this name exists'),
  InvalidParameterValue: wrong(
    'EC2 does not accept a value; if it names the instance profile, check `instance-profile`',
  ),
  InvalidParameterCombination: wrong('EC2 does not accept two values together'),
  InvalidParameter: wrong('EC2 does not accept a value'),
  'InvalidUserData.Malformed': wrong('what the machine is to run at boot is too long; shorten `pre-runner-script`'),
  InvalidBlockDeviceMapping: wrong(
    'the root volume does not fit; check `volume-size` and `volume-type` against the image',
  ),
  MissingParameter: wrong('EC2 misses a value'),
  DryRunOperation: wrong('a dry run would have succeeded'),

  IdempotentParameterMismatch: rule(
    'token',
    'request',
    'settle',
    'an earlier request of this start is known to EC2; we look for what it launched',
  ),
  IdempotentInstanceTerminated: rule(
    'token',
    'request',
    'settle',
    'what an earlier request of this start launched is gone; we launch anew',
  ),
  IdempotentCallInProgress: rule(
    'token',
    'request',
    'repeat',
    'an earlier request of this start is still on its way; we wait for it',
  ),
}

import { describe, expect, test } from '@jest/globals'
import { AWS_RULES } from '../../src/domain/failure-rules.ts'
import { explain, isOutcomeUnknown, PlatformError, ruleOf } from '../../src/domain/failures.ts'
import type { Failure, Reaction } from '../../src/domain/failures.ts'

const aws = (code: string, more: Partial<Failure> = {}): Failure => ({
  service: 'aws',
  operation: 'CreateFleet',
  code,
  message: 'What EC2 said.',
  ...more,
})
const RUNNERS = 'GET /repos/{owner}/{repo}/actions/runners'
const JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs'
const github = (status: number | undefined, more: Partial<Failure> = {}): Failure => ({
  service: 'github',
  operation: RUNNERS,
  code: status === undefined ? 'Network' : `HTTP ${String(status)}`,
  message: 'What GitHub said',
  ...(status === undefined ? {} : { status }),
  ...more,
})

describe('the rule for a code of AWS', () => {
  const REACTIONS: Readonly<Record<Reaction, readonly string[]>> = {
    'next-pool': [
      'InsufficientInstanceCapacity',
      'InsufficientCapacity',
      'InsufficientHostCapacity',
      'InsufficientCapacityOnHost',
      'InsufficientReservedInstanceCapacity',
      'ReservationCapacityExceeded',
      'SpotMaxPriceTooLow',
      'Unsupported',
      'InvalidFleetConfiguration',
      'UnsupportedOperation',
      'InsufficientFreeAddressesInSubnet',
      'InsufficientVolumeCapacity',
      'VolumeTypeNotAvailableInZone',
    ],
    'ask-again': ['UnfulfillableCapacity'],
    'leave-market': [
      'MaxSpotInstanceCountExceeded',
      'VcpuLimitExceeded',
      'InstanceLimitExceeded',
      'AuthFailure.ServiceLinkedRoleCreationNotPermitted',
    ],
    repeat: [
      'MaxFleetCountExceeded',
      'RequestLimitExceeded',
      'Throttling',
      'ThrottlingException',
      'ThrottledException',
      'RequestThrottled',
      'RequestThrottledException',
      'EC2ThrottledException',
      'TooManyRequestsException',
      'InternalError',
      'InternalFailure',
      'InternalServerError',
      'ServiceUnavailable',
      'Unavailable',
      'IdempotentCallInProgress',
    ],
    settle: ['IdempotentParameterMismatch', 'IdempotentInstanceTerminated'],
    stop: [
      'UnauthorizedOperation',
      'AccessDenied',
      'AccessDeniedException',
      'SsmAccessDenied',
      'AuthFailure',
      'InvalidClientTokenId',
      'UnrecognizedClientException',
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'MissingAuthenticationToken',
      'CredentialsProviderError',
      'ExpiredToken',
      'ExpiredTokenException',
      'RequestExpired',
      'OptInRequired',
      'PendingVerification',
      'Blocked',
      'VolumeLimitExceeded',
      'MaxIOPSLimitExceeded',
      'NetworkInterfaceLimitExceeded',
      'ResourceLimitExceeded',
      'InvalidAMIID.NotFound',
      'InvalidAMIID.Malformed',
      'InvalidAMIID.Unavailable',
      'ParameterNotFound',
      'InvalidSubnetID.NotFound',
      'InvalidSubnetID.Malformed',
      'InvalidGroup.NotFound',
      'InvalidGroupId.Malformed',
      'InvalidSecurityGroupID.NotFound',
      'InvalidInstanceType',
      'InvalidInstanceID.NotFound',
      'InvalidInstanceID.Malformed',
      'InvalidKeyPair.NotFound',
      'InvalidSnapshot.NotFound',
      'InvalidLaunchTemplateId.NotFound',
      'InvalidLaunchTemplateId.VersionNotFound',
      'InvalidLaunchTemplateName.NotFoundException',
      'InvalidLaunchTemplateName.AlreadyExistsException',
      'InvalidParameterValue',
      'InvalidParameterCombination',
      'InvalidParameter',
      'InvalidUserData.Malformed',
      'InvalidBlockDeviceMapping',
      'MissingParameter',
      'DryRunOperation',
    ],
  }
  const ROWS = Object.entries(REACTIONS).flatMap(([reaction, codes]) => codes.map((code) => [code, reaction] as const))

  test.each(ROWS)('%s: %s', (code, reaction) => {
    expect(ruleOf(aws(code)).reaction).toBe(reaction)
  })

  test('no code has slipped in without a row here', () => {
    const missing = Object.keys(AWS_RULES).filter((code) => !ROWS.some(([known]) => known === code))
    // Codes that say the same as another of the table need no row of their own.
    expect(missing.filter((code) => ruleOf(aws(code)).reaction !== 'stop')).toEqual([])
  })

  test.each(Object.entries(AWS_RULES))('%s says what it means in a sentence that fits into one', (code, rule) => {
    expect(rule?.sentence).toMatch(/^.{10,200}[^.]$/s)
    expect(rule?.sentence).not.toContain(code)
  })

  test.each([
    ['SomethingNew', {}, 'next-pool', 'capacity'],
    ['SomethingNew', { status: 400 }, 'stop', 'configuration'],
    ['SomethingNew', { status: 429 }, 'repeat', 'throttled'],
    ['SomethingNew', { status: 503 }, 'repeat', 'service'],
    ['ThrottlingOfANewKind', { status: 400 }, 'repeat', 'throttled'],
    ['Timeout', {}, 'repeat', 'service'],
    ['Network', {}, 'repeat', 'service'],
    ['HTTP 502', { status: 502 }, 'repeat', 'service'],
  ] as const)('%s, with %j: %s', (code, more, reaction, kind) => {
    expect(ruleOf(aws(code, more))).toMatchObject({ reaction, class: kind })
  })
})

describe('the rule for an answer of GitHub', () => {
  test.each([
    [github(401), 'stop', 'credentials', /does not accept the token/],
    [github(403), 'stop', 'permission', /github-token needs `administration: write`/],
    [github(403, { operation: JOBS }), 'stop', 'permission', /actions-token needs `actions: read`/],
    [github(404), 'stop', 'permission', /does not exist for this token/],
    [github(422), 'stop', 'configuration', /GitHub refused the request/],
    [github(403, { code: 'RateLimited' }), 'repeat', 'throttled', /rate limit of this token/],
    [github(429, { code: 'RateLimited' }), 'repeat', 'throttled', /rate limit of this token/],
    [github(500), 'repeat', 'service', /githubstatus/],
    [github(503), 'repeat', 'service', /githubstatus/],
    [github(undefined), 'repeat', 'service', /githubstatus/],
    [github(undefined, { code: 'Timeout' }), 'repeat', 'service', /githubstatus/],
  ])('%j', (failure, reaction, kind, sentence) => {
    expect(ruleOf(failure)).toMatchObject({ reaction, class: kind, sentence: expect.stringMatching(sentence) })
  })
})

test.each([
  [aws('Timeout'), true],
  [aws('Network'), true],
  [aws('InternalError', { status: 500 }), true],
  [aws('ServiceUnavailable', { status: 503 }), true],
  [aws('HTTP 502', { status: 502 }), true],
  [aws('RequestLimitExceeded', { status: 503 }), false],
  [aws('InsufficientInstanceCapacity', { status: 500 }), false],
  [aws('UnauthorizedOperation', { status: 403 }), false],
  [aws('IdempotentParameterMismatch', { status: 400 }), false],
])('%j: whether it took effect is unknown: %p', (failure, unknown) => {
  expect(isOutcomeUnknown(failure)).toBe(unknown)
})

describe('the sentence for a person', () => {
  test.each([
    [
      'what failed, with which code, in whose words, and what it means',
      aws('InvalidAMIID.NotFound', { operation: 'DescribeImages', message: "The image id '[ami-1]' does not exist." }),
      "DescribeImages failed with InvalidAMIID.NotFound: The image id '[ami-1]' does not exist (`image` does not exist in this region, or is not shared with this account)",
    ],
    [
      'the permission that AWS names',
      aws('UnauthorizedOperation', {
        message:
          'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/x is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:us-east-1:123456789012:instance/* because no identity-based policy allows it. Encoded authorization failure message: AbCdEf',
      }),
      expect.stringMatching(
        / \(add `ec2:RunInstances` on `arn:aws:ec2:us-east-1:123456789012:instance\/\*` to the policy of the caller\)$/,
      ),
    ],
    [
      'without a name, what CreateFleet needs',
      aws('UnauthorizedOperation'),
      expect.stringMatching(/add `ec2:CreateFleet`, .*`iam:PassRole` on its role to the policy/),
    ],
    [
      'without a name, the operation',
      aws('UnauthorizedOperation', { operation: 'DescribeSubnets' }),
      expect.stringContaining('add `ec2:DescribeSubnets` to'),
    ],
    [
      'without a name, the operation of SSM',
      aws('AccessDeniedException', { operation: 'GetParameter' }),
      expect.stringContaining('add `ssm:GetParameter` to'),
    ],
  ])('holds %s', (_what, failure, sentence) => {
    expect(explain(failure)).toEqual(sentence)
  })

  test('never holds the encoded part of a refusal', () => {
    const failure = aws('UnauthorizedOperation', {
      message: 'No. Encoded authorization failure message: c2VjcmV0\nmore',
    })
    expect(explain(failure)).not.toMatch(/Encoded|c2VjcmV0|more/)
  })

  test('is what the error says, which carries the failure', () => {
    const cause = new Error('cause')
    const error = new PlatformError(aws('Blocked'), { cause })
    expect(error).toMatchObject({
      name: 'PlatformError',
      message: explain(aws('Blocked')),
      failure: aws('Blocked'),
      cause,
    })
  })
})

import { CreateFleetCommand, DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import type { CreateFleetCommandInput, Instance } from '@aws-sdk/client-ec2'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readEc2Input, writeEc2Answer } from '../../../cloud/wire/ec2.ts'
import { parseForm, takeValue } from '../../../cloud/wire/form.ts'

interface Exchanged {
  input: unknown
}

/** The real client, whose requests we read and which reads our answers, without a network in between. */
function clientAnswering(action: string, output: object, exchanged: Exchanged = { input: undefined }): EC2Client {
  return new EC2Client({
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
    requestHandler: {
      handle: (request: { readonly body?: unknown }) => {
        const form = parseForm(String(request.body))
        expect(takeValue(form, 'Action')).toBe(action)
        takeValue(form, 'Version')
        exchanged.input = readEc2Input(action, form)
        const body = Buffer.from(writeEc2Answer(action, output, 'request'))
        return Promise.resolve({ response: { statusCode: 200, headers: {}, body } as never })
      },
    },
  })
}

const text = fc.string({ unit: 'binary', maxLength: 20 }).filter((value) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(value))
const word = fc.stringMatching(/^[a-z0-9.-]{1,12}$/)

// Text has no negative zero.
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)

const fleet: fc.Arbitrary<CreateFleetCommandInput> = fc.record({
  ClientToken: word,
  Type: fc.constant('instant' as const),
  TargetCapacitySpecification: fc.record({
    TotalTargetCapacity: fc.nat(),
    DefaultTargetCapacityType: fc.constant('spot'),
  }),
  LaunchTemplateConfigs: fc.array(
    fc.record({
      LaunchTemplateSpecification: fc.record({
        LaunchTemplateName: word,
        Version: word,
        LaunchTemplateSpecificationUserData: text,
      }),
      Overrides: fc.array(fc.record({ MaxPrice: word, SubnetId: text, Priority: number }), {
        minLength: 1,
        maxLength: 12,
      }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  TagSpecifications: fc.array(
    fc.record({
      ResourceType: fc.constant('instance' as const),
      Tags: fc.array(fc.record({ Key: text, Value: text }), { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
})

const instance: fc.Arbitrary<Instance> = fc.record({
  InstanceId: word,
  LaunchTime: fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }),
  EbsOptimized: fc.boolean(),
  AmiLaunchIndex: fc.integer(),
  State: fc.record({ Code: fc.nat(255), Name: fc.constant('running' as const) }),
  Tags: fc.array(fc.record({ Key: word, Value: word })),
})

describe('the wire format of EC2', () => {
  test('every fleet request comes back out as the SDK was given it', async () => {
    await fc.assert(
      fc.asyncProperty(fleet, async (input) => {
        const exchanged = { input: undefined as unknown }
        await clientAnswering('CreateFleet', {}, exchanged).send(new CreateFleetCommand(input))
        expect(exchanged.input).toEqual(input)
      }),
      { numRuns: 50 },
    )
  })

  test('every answer is read by the SDK as it was written', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(instance), async (Instances) => {
        const output = { Reservations: [{ ReservationId: 'r-1', Instances }] }
        const answer = await clientAnswering('DescribeInstances', output).send(new DescribeInstancesCommand({}))
        expect(answer.Reservations?.[0]?.Instances).toEqual(Instances)
      }),
      { numRuns: 50 },
    )
  })

  test.each([
    ['an unknown action', 'DescribeNothing', '', 'InvalidAction'],
    ['an unknown parameter', 'DescribeInstances', 'Colour=red', 'UnknownParameter'],
    ['a missing parameter', 'TerminateInstances', 'DryRun=true', 'MissingParameter'],
    ['a nested missing parameter', 'CreateFleet', 'LaunchTemplateConfigs.1.Overrides.1.SubnetId=s', 'MissingParameter'],
    ['a word for a number', 'DescribeInstances', 'MaxResults=many', 'InvalidParameterValue'],
    ['a number for a boolean', 'DescribeInstances', 'DryRun=1', 'InvalidParameterValue'],
    ['a list with a gap', 'DescribeInstances', 'InstanceId.1=a&InstanceId.3=b', 'InvalidParameterValue'],
    ['a structure for a word', 'DescribeInstances', 'NextToken.1=a', 'InvalidParameterValue'],
    ['a parameter given twice', 'DescribeInstances', 'NextToken=a&NextToken=b', 'InvalidParameterValue'],
  ])('%s is refused', (_name, action, body, code) => {
    expect(() => readEc2Input(action, parseForm(body))).toThrow(expect.objectContaining({ code }))
  })

  test.each([
    ['an unknown member', { Colour: 'red' }],
    ['a number for a word', { NextToken: 1 }],
    ['a word for a list', { Reservations: 'none' }],
  ])('%s in an answer is a bug of the model', (_name, output) => {
    expect(() => writeEc2Answer('DescribeInstances', output, 'request')).toThrow(TypeError)
  })
})

import { describe, expect, test } from '@jest/globals'
import { readdirSync } from 'node:fs'
import type { RecordedCall } from '../../cloud/door.ts'
import type { Operation } from '../../src/aws/send.ts'
import { commands as ec2Commands } from '../../src/host/ec2-client.ts'
import { commands as ssmCommands } from '../../src/host/ssm-client.ts'
import { commands as stsCommands } from '../../src/host/sts-client.ts'
import { MANAGED, TAG } from '../../src/domain/tags.ts'
import { NOTHING, rehearse, REPOSITORY } from '../flows/rehearsal.ts'
import { actionsOf, allows, policy, policyText, resourcesOf, type Question } from './iam.ts'
import { arn, prefixed, questionsOf } from './questions.ts'

const OWN = { [TAG.managed]: MANAGED, [TAG.repository]: REPOSITORY }

const POLICIES = {
  start: policy('start.json', 'with-image-parameter.json', 'with-instance-profile.json'),
  stop: policy('stop.json'),
  sweep: policy('sweep.json'),
} as const

type Mode = keyof typeof POLICIES

/** Which operation which mode may call, the start's post step included; the type asks for all of them. */
const MODES_OF: Readonly<Record<Operation, readonly Mode[]>> = {
  CreateFleet: ['start'],
  CreateLaunchTemplate: ['start'],
  DeleteLaunchTemplate: ['start', 'stop', 'sweep'],
  DescribeImages: ['start'],
  DescribeInstances: ['start', 'stop', 'sweep'],
  DescribeInstanceTypeOfferings: ['start'],
  DescribeInstanceTypes: ['start'],
  DescribeLaunchTemplates: ['start', 'stop', 'sweep'],
  DescribeSecurityGroups: ['start'],
  DescribeSpotInstanceRequests: ['stop'],
  DescribeSubnets: ['start'],
  GetConsoleOutput: ['start', 'stop'],
  TerminateInstances: ['start', 'stop', 'sweep'],
  GetCallerIdentity: ['start'],
  GetParameter: ['start'],
}

/** What EC2 asks for besides the operation itself. */
const BEHIND: Readonly<Partial<Record<Operation, readonly string[]>>> = {
  CreateFleet: ['ec2:CreateTags', 'ec2:RunInstances', 'iam:PassRole'],
  GetCallerIdentity: [],
}

const FILES = readdirSync(new URL('../../infra/', import.meta.url)).filter((name) => name.endsWith('.json'))

describe('a mode may do what it does, and nothing else', () => {
  test('every operation of the action is assigned to its modes', () => {
    const known = Object.keys({ ...ec2Commands, ...ssmCommands, ...stsCommands })
    expect(Object.keys(MODES_OF).toSorted()).toEqual(known.toSorted())
  })

  test.each(Object.keys(POLICIES) as Mode[])('the files for %s name exactly the actions it needs', (mode) => {
    const operations = (Object.keys(MODES_OF) as Operation[]).filter((operation) => MODES_OF[operation].includes(mode))
    const needed = operations.flatMap((operation) => [
      ...(operation === 'GetCallerIdentity' ? [] : [actionOf(operation)]),
      ...(BEHIND[operation] ?? []),
    ])
    const named = POLICIES[mode].Statement.flatMap(actionsOf)
    expect([...new Set(named)].toSorted()).toEqual([...new Set(needed)].toSorted())
  })

  test('every call of starts and stops, good and bad, is allowed to its mode', async () => {
    const { started, stopped } = await callsOfRuns()
    expect(refused('start', started)).toEqual([])
    expect(refused('stop', stopped)).toEqual([])
    const seen = new Set([...started, ...stopped].map(({ operation }) => operation))
    expect([...seen]).toEqual(
      expect.arrayContaining(['CreateFleet', 'GetParameter', 'GetConsoleOutput', 'TerminateInstances']),
    )
  })

  test('stop may not launch, and cannot do the calls of a start', async () => {
    const { started } = await callsOfRuns()
    expect(refused('stop', started)).toEqual(expect.arrayContaining(['ec2:CreateFleet', 'ec2:RunInstances']))
  })
})

describe('only what carries our tag is made, tagged or ended', () => {
  const made = prefixed('aws:RequestTag/', OWN)
  const own = prefixed('aws:ResourceTag/', OWN)
  test.each<[string, Mode, Question]>([
    [
      'ending a machine of somebody else',
      'start',
      { action: 'ec2:TerminateInstances', resource: arn('instance'), context: {} },
    ],
    [
      'ending a machine of somebody else',
      'stop',
      { action: 'ec2:TerminateInstances', resource: arn('instance'), context: {} },
    ],
    [
      'ending a machine of somebody else',
      'sweep',
      { action: 'ec2:TerminateInstances', resource: arn('instance'), context: {} },
    ],
    [
      'reading the console of somebody else',
      'stop',
      { action: 'ec2:GetConsoleOutput', resource: arn('instance'), context: {} },
    ],
    [
      'deleting the template of somebody else',
      'stop',
      { action: 'ec2:DeleteLaunchTemplate', resource: arn('launch-template'), context: {} },
    ],
    [
      'launching a machine without our tag',
      'start',
      { action: 'ec2:RunInstances', resource: arn('instance'), context: {} },
    ],
    [
      'launching a volume without our tag',
      'start',
      { action: 'ec2:CreateFleet', resource: arn('volume'), context: {} },
    ],
    [
      'launching from a foreign template',
      'start',
      { action: 'ec2:CreateFleet', resource: arn('launch-template'), context: {} },
    ],
    [
      'making a template without our tag',
      'start',
      { action: 'ec2:CreateLaunchTemplate', resource: arn('launch-template'), context: {} },
    ],
    ['tagging what exists', 'start', { action: 'ec2:CreateTags', resource: arn('instance'), context: made }],
    [
      'tagging at a creation of another kind',
      'start',
      { action: 'ec2:CreateTags', resource: arn('volume'), context: { ...made, 'ec2:CreateAction': 'CreateVolume' } },
    ],
    [
      'ending a machine of another region',
      'stop',
      { action: 'ec2:TerminateInstances', resource: arn('instance').replace('us-east-1', 'eu-west-1'), context: own },
    ],
    [
      'passing another role',
      'start',
      {
        action: 'iam:PassRole',
        resource: 'arn:aws:iam::123456789012:role/admin',
        context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
      },
    ],
    [
      'passing the role to another service',
      'start',
      {
        action: 'iam:PassRole',
        resource: 'arn:aws:iam::123456789012:role/runner-machine',
        context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
      },
    ],
  ])('%s is refused to %s', (_, mode, question) => {
    expect(allows(POLICIES[mode], question)).toBe(false)
  })

  test.each<[string, Mode, Question]>([
    ['our own machine', 'stop', { action: 'ec2:TerminateInstances', resource: arn('instance'), context: own }],
    [
      'the runner role, to EC2',
      'start',
      {
        action: 'iam:PassRole',
        resource: 'arn:aws:iam::123456789012:role/runner-machine',
        context: { 'iam:PassedToService': 'ec2.amazonaws.com' },
      },
    ],
  ])('%s is within the reach of %s', (_, mode, question) => {
    expect(allows(POLICIES[mode], question)).toBe(true)
  })

  /** `LaunchFromWhatExists`: these resources are the user's, or cannot be tagged by a fleet. */
  const WITHOUT_CONDITION = ['image', 'security-group', 'snapshot', 'spot-instances-request', 'subnet']

  test.each(FILES.filter((name) => !name.startsWith('with-') && name !== 'trust.json'))(
    'in %s, what changes something asks for our tag, save for what a launch only uses',
    (name) => {
      for (const statement of policy(name).Statement) {
        const changing = actionsOf(statement).filter((action) => !action.startsWith('ec2:Describe'))
        if (changing.length === 0) continue
        const keys = Object.keys(statement.Condition?.['StringEquals'] ?? {})
        if (keys.some((key) => key.endsWith(`Tag/${TAG.managed}`))) continue
        const kinds = resourcesOf(statement).map((resource) => /:([a-z-]+)\/\*$/.exec(resource)?.[1])
        expect(kinds.toSorted()).toEqual(WITHOUT_CONDITION)
        expect(changing).toEqual(['ec2:CreateFleet', 'ec2:RunInstances'])
      }
    },
  )
})

describe('the files are policies that AWS takes', () => {
  test.each(FILES)('%s is JSON, allows only, and has no action with a wildcard', (name) => {
    const { Version, Statement } = policy(name)
    expect(Version).toBe('2012-10-17')
    expect(Statement.map(({ Effect }) => Effect)).toEqual(Statement.map(() => 'Allow'))
    for (const action of Statement.flatMap(actionsOf)) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/)
    const ids = Statement.flatMap(({ Sid }) => Sid ?? [])
    expect(new Set(ids).size).toBe(ids.length)
  })

  test.each(FILES)('%s has no placeholder that infra/README.md does not explain', (name) => {
    expect(policyText(name)).not.toContain('${')
  })
})

function actionOf(operation: Operation): string {
  return `${operation in ssmCommands ? 'ssm' : operation in stsCommands ? 'sts' : 'ec2'}:${operation}`
}

function refused(mode: Mode, calls: readonly RecordedCall[]): readonly string[] {
  const questions = calls.flatMap((call) => questionsOf(call, OWN))
  return [...new Set(questions.filter((question) => !allows(POLICIES[mode], question)).map(({ action }) => action))]
}

/** A start that delivers and its stop, a rehearsal by `dry-run`, and a start whose machine never comes online. */
async function callsOfRuns(): Promise<{ started: readonly RecordedCall[]; stopped: readonly RecordedCall[] }> {
  return rehearse(async (stage) => {
    stage.cloud.ec2.world.region.parameters.set(
      '/runner/image',
      [...stage.cloud.ec2.world.region.images.keys()][0] ?? '',
    )
    const since = (from: number): readonly RecordedCall[] =>
      stage.cloud.calls.slice(from).filter(({ service }) => service !== 'github')
    const inputs = {
      image: 'ssm:/runner/image',
      'security-groups': 'default',
      'instance-profile': 'runner-machine',
      'wait-for': 'launch',
    }
    expect(await stage.start({ ...inputs, 'dry-run': 'true' })).toMatchObject({ failed: '' })
    expect(await stage.start({ ...inputs, count: '2' })).toMatchObject({ failed: '' })
    const beforeStop = stage.cloud.calls.length
    const started = since(0)
    expect(await stage.stop()).toMatchObject({ failed: '' })
    const stopped = since(beforeStop)
    const beforeFailure = stage.cloud.calls.length
    const { failed } = await stage.start({
      ...inputs,
      'wait-for': 'online',
      'start-timeout': '5s',
      'capacity-timeout': '5s',
      name: 'slow',
    })
    expect(failed).toContain('was not online')
    expect(stage.left()).toEqual(NOTHING)
    return { started: [...started, ...since(beforeFailure)], stopped }
  })
}

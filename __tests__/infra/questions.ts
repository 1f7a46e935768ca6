import type { RecordedCall } from '../../cloud/door.ts'
import { PLACEHOLDERS, type Question } from './iam.ts'

const { Account, Region } = PLACEHOLDERS

interface Specification {
  readonly ResourceType?: string
  readonly Tags?: readonly { readonly Key?: string; readonly Value?: string }[]
}

/** The resources that one launch touches, by what they are to it. */
const EXISTING = ['security-group', 'spot-instances-request', 'subnet'] as const
const MADE_BY_FLEET = ['fleet', 'instance', 'network-interface', 'volume'] as const

/**
 * What AWS asks its policies about a call that the model recorded (service authorization reference of EC2:
 * CreateFleet asks for itself and, through the launch, for RunInstances; tags at creation for CreateTags).
 *
 * @param ownTags the tags that the machines and templates of this run carry
 */
export function questionsOf(call: RecordedCall, ownTags: Readonly<Record<string, string>>): readonly Question[] {
  const { operation, input } = call
  const action = `${call.service}:${operation}`
  const own = prefixed('aws:ResourceTag/', ownTags)
  switch (operation) {
    // Needs no permission (STS API reference, GetCallerIdentity).
    case 'GetCallerIdentity':
      return []
    case 'GetParameter':
      return [{ action, resource: `arn:aws:ssm:${Region}:${Account}:parameter${String(input['Name'])}`, context: {} }]
    case 'CreateFleet':
      return launchQuestions(specificationsOf(input), own)
    case 'CreateLaunchTemplate':
      return creation('CreateLaunchTemplate', 'launch-template', specificationsOf(input))
    case 'DeleteLaunchTemplate':
      return [{ action, resource: arn('launch-template'), context: own }]
    case 'GetConsoleOutput':
    case 'TerminateInstances':
      return [{ action, resource: arn('instance'), context: own }]
    default:
      // What only looks cannot be limited to resources.
      return [{ action, resource: '*', context: {} }]
  }
}

function launchQuestions(specifications: readonly Specification[], own: Question['context']): readonly Question[] {
  const images = ['image', 'snapshot'].map((kind) => `arn:aws:ec2:${Region}::${kind}/one`)
  return ['ec2:CreateFleet', 'ec2:RunInstances'].flatMap((action) => [
    ...[...images, ...EXISTING.map(arn)].map((resource) => ({ action, resource, context: {} })),
    { action, resource: arn('launch-template'), context: own },
    ...MADE_BY_FLEET.flatMap((kind) => creation(action.slice('ec2:'.length), kind, specifications)),
  ])
}

/** Making a resource and, with it, its tags. */
function creation(createAction: string, kind: string, specifications: readonly Specification[]): readonly Question[] {
  const tags = specifications.find(({ ResourceType }) => ResourceType === kind)?.Tags ?? []
  const context = prefixed('aws:RequestTag/', Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])))
  const resource = arn(kind)
  return [
    { action: `ec2:${createAction}`, resource, context },
    { action: 'ec2:CreateTags', resource, context: { ...context, 'ec2:CreateAction': createAction } },
  ]
}

export function arn(kind: string): string {
  return `arn:aws:ec2:${Region}:${Account}:${kind}/one`
}

export function prefixed(prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}${key}`, value]))
}

function specificationsOf(input: Readonly<Record<string, unknown>>): readonly Specification[] {
  return (input['TagSpecifications'] ?? []) as readonly Specification[]
}

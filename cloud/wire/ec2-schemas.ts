import * as ec2 from '@aws-sdk/client-ec2'
import { NormalizedSchema } from '@smithy/core/schema'
import { WireFault } from './fault.ts'

export type Schema = ReturnType<typeof NormalizedSchema.of>

const OPERATION = 9

type SchemaReference = Parameters<typeof NormalizedSchema.of>[0]
type OperationSchema = readonly [9, string, string, unknown, input: SchemaReference, output: SchemaReference]

/** What the SDK's own client knows of an operation: the shapes of its input and output. */
export function schemasOf(action: string): { readonly input: Schema; readonly output: Schema } {
  const schema = (ec2 as Readonly<Record<string, unknown>>)[`${action}$`]
  if (!isOperationSchema(schema)) {
    throw new WireFault('InvalidAction', `The action ${action} is not valid for this web service.`)
  }
  return { input: NormalizedSchema.of(schema[4]), output: NormalizedSchema.of(schema[5]) }
}

function isOperationSchema(schema: unknown): schema is OperationSchema {
  return Array.isArray(schema) && schema[0] === OPERATION
}

/** The name of a member in a request. */
export function requestName(member: Schema, name: string): string {
  return textTrait(member, 'ec2QueryName') ?? capitalized(textTrait(member, 'xmlName') ?? name)
}

/** The name of a member, or of the items of a list, in an answer. */
export function answerName(member: Schema, name: string): string {
  return textTrait(member, 'xmlName') ?? name
}

function textTrait(member: Schema, trait: string): string | undefined {
  const traits: Readonly<Record<string, unknown>> = { ...member.getMergedTraits() }
  const value = traits[trait]
  return typeof value === 'string' ? value : undefined
}

/** How many of a structure's members, the first ones, must be there. */
export function requiredMembers(schema: Schema): number {
  const raw: unknown = schema.getSchema()
  const count: unknown = Array.isArray(raw) ? raw[6] : 0
  return typeof count === 'number' ? count : 0
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

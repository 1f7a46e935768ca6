import { answerName, requestName, requiredMembers, schemasOf } from './ec2-schemas.ts'
import type { Schema } from './ec2-schemas.ts'
import { WireFault, escapeXml } from './fault.ts'
import type { FormNode } from './form.ts'

/**
 * Reads the parameters of an EC2 Query request into the SDK's input shape. Unknown, malformed and missing
 * parameters are refused, as EC2 refuses them.
 */
export function readEc2Input(action: string, parameters: FormNode): Record<string, unknown> {
  return readStructure(schemasOf(action).input, parameters, '')
}

function readStructure(schema: Schema, node: FormNode, path: string): Record<string, unknown> {
  const structure: Record<string, unknown> = {}
  const left = new Set(node.children.keys())
  let required = requiredMembers(schema)
  for (const [name, member] of schema.structIterator()) {
    const key = requestName(member, name)
    const child = node.children.get(key)
    if (child !== undefined) structure[name] = readValue(member, child, join(path, key))
    else if (required > 0) {
      throw new WireFault('MissingParameter', `The request must contain the parameter ${join(path, key)}`)
    }
    left.delete(key)
    required -= 1
  }
  for (const key of left) {
    throw new WireFault('UnknownParameter', `The parameter ${join(path, key)} is not recognized`)
  }
  return structure
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function readValue(schema: Schema, node: FormNode, path: string): unknown {
  if (schema.isStructSchema()) return readStructure(schema, node, path)
  if (schema.isListSchema()) return readList(schema, node, path)
  const { value } = node
  if (value === undefined || node.children.size > 0) throw invalid(path, value, 'a single value')
  if (schema.isBooleanSchema()) {
    if (value !== 'true' && value !== 'false') throw invalid(path, value, 'a boolean')
    return value === 'true'
  }
  if (schema.isNumericSchema()) {
    if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(value)) throw invalid(path, value, 'a number')
    return Number(value)
  }
  if (schema.isTimestampSchema()) {
    if (Number.isNaN(Date.parse(value))) throw invalid(path, value, 'a date')
    return new Date(value)
  }
  return schema.isBlobSchema() ? Buffer.from(value, 'base64') : value
}

function readList(schema: Schema, node: FormNode, path: string): unknown[] {
  const items = [...node.children].sort(([a], [b]) => Number(a) - Number(b))
  return items.map(([index, item], position) => {
    if (Number(index) !== position + 1) throw invalid(path, index, 'an index in the order 1, 2, 3')
    return readValue(schema.getValueSchema(), item, join(path, index))
  })
}

function invalid(path: string, value: string | undefined, expected: string): WireFault {
  return new WireFault(
    'InvalidParameterValue',
    `Value (${value ?? ''}) for parameter ${path} is invalid: not ${expected}`,
  )
}

/** The XML of an answer in the SDK's output shape; a member that EC2 does not know is a bug of the model. */
export function writeEc2Answer(action: string, output: object, requestId: string): string {
  const content = write(schemasOf(action).output, output, action)
  return `<?xml version="1.0" encoding="UTF-8"?>
<${action}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>${requestId}</requestId>${content}</${action}Response>`
}

export function writeEc2Error(code: string, message: string, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Response><Errors><Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`
}

function write(schema: Schema, value: unknown, path: string): string {
  if (schema.isUnitSchema()) return ''
  if (schema.isStructSchema()) return writeStructure(schema, value, path)
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) throw new TypeError(`${path} must be a list`)
    const itemSchema = schema.getValueSchema()
    const tag = answerName(itemSchema, 'member')
    return value.map((item, at) => `<${tag}>${write(itemSchema, item, `${path}[${String(at)}]`)}</${tag}>`).join('')
  }
  return writeScalar(schema, value, path)
}

function writeStructure(schema: Schema, value: unknown, path: string): string {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${path} must be a structure`)
  const members = new Map<string, unknown>(Object.entries(value))
  let xml = ''
  for (const [name, member] of schema.structIterator()) {
    const content = members.get(name)
    members.delete(name)
    if (content === undefined) continue
    const tag = answerName(member, name)
    xml += `<${tag}>${write(member, content, `${path}.${name}`)}</${tag}>`
  }
  if (members.size > 0) throw new TypeError(`${path} has no member ${[...members.keys()].join(', ')}`)
  return xml
}

function writeScalar(schema: Schema, value: unknown, path: string): string {
  if (schema.isTimestampSchema() && value instanceof Date) return value.toISOString()
  if (schema.isBlobSchema() && value instanceof Uint8Array) return Buffer.from(value).toString('base64')
  if (schema.isBooleanSchema() && typeof value === 'boolean') return String(value)
  if (schema.isNumericSchema() && typeof value === 'number') return String(value)
  if (schema.isStringSchema() && typeof value === 'string') return escapeXml(value)
  throw new TypeError(`${path} cannot be a ${typeof value}`)
}

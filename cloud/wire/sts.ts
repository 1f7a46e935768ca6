import { WireFault, escapeXml } from './fault.ts'
import type { FormNode } from './form.ts'

const NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/'

/** GetCallerIdentity is the one action of STS that the model has; it takes no parameters. */
export function readStsInput(action: string, parameters: FormNode): Record<string, unknown> {
  if (action !== 'GetCallerIdentity') {
    throw new WireFault('InvalidAction', `Could not find operation ${action} for version 2011-06-15`)
  }
  const [unknown] = parameters.children.keys()
  if (unknown !== undefined) throw new WireFault('ValidationError', `The parameter ${unknown} is not recognized`)
  return {}
}

export function writeStsAnswer(action: string, output: object, requestId: string): string {
  const members = Object.entries(output).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`)
  return `<${action}Response xmlns="${NAMESPACE}"><${action}Result>${members.join('')}</${action}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`
}

export function writeStsError(code: string, message: string, requestId: string): string {
  return `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
}

import type { Send } from '../../src/aws/send.ts'
import { isOperation, serviceOf } from '../ec2/ec2.ts'
import { isRefusal } from '../ec2/refusal.ts'
import type { WireAnswer, WireRequest } from '../http-message.ts'
import { checkCredentials, serviceOfScope } from './credentials.ts'
import type { Service } from './credentials.ts'
import { readEc2Input, writeEc2Answer, writeEc2Error } from './ec2.ts'
import { WireFault } from './fault.ts'
import { parseForm, takeValue } from './form.ts'
import { readSsmInput, writeSsmError } from './ssm.ts'
import { readStsInput, writeStsAnswer, writeStsError } from './sts.ts'

interface WireCall {
  readonly action: string
  readonly input: Record<string, unknown>
}

const XML = { 'content-type': 'text/xml;charset=UTF-8' }
const JSON_1_1 = { 'content-type': 'application/x-amz-json-1.1' }

/** EC2, STS and SSM on one address; a request says by its signature, or by its path, which it is for. */
export async function serveAws(cloud: { readonly send: Send }, request: WireRequest): Promise<WireAnswer> {
  const authorization = request.headers['authorization'] ?? ''
  const service = serviceOfScope(authorization) ?? serviceOfRequest(request)
  try {
    checkCredentials(service, authorization)
    const { action, input } = readCall(service, request)
    if (!isOperation(action) || serviceOf(action) !== service) {
      throw new WireFault('InvalidAction', `The model does not have the action ${action}.`)
    }
    const { $metadata, ...output } = await cloud.send(action, input)
    return writeAnswer(service, action, output, $metadata.requestId ?? '')
  } catch (error) {
    if (error instanceof WireFault) return writeError(service, error.code, error.message, error.status, 'wire')
    if (!isRefusal(error)) throw error
    return writeError(service, error.name, error.message, error.$metadata.httpStatusCode, error.$metadata.requestId)
  }
}

/** For requests that are not signed: which service must refuse them. */
function serviceOfRequest({ url, headers, body }: WireRequest): Service {
  const [, prefix] = url.pathname.split('/')
  if (prefix === 'sts' || body.includes('Version=2011-06-15')) return 'sts'
  return prefix === 'ssm' || headers['x-amz-target'] !== undefined ? 'ssm' : 'ec2'
}

function readCall(service: Service, { headers, body }: WireRequest): WireCall {
  if (service === 'ssm') {
    const target = headers['x-amz-target'] ?? ''
    return { action: target.replace('AmazonSSM.', ''), input: readSsmInput(target, body) }
  }
  const form = parseForm(body)
  const action = takeValue(form, 'Action')
  takeValue(form, 'Version')
  return { action, input: service === 'sts' ? readStsInput(action, form) : readEc2Input(action, form) }
}

function writeAnswer(service: Service, action: string, output: object, requestId: string): WireAnswer {
  const headers = { 'x-amzn-requestid': requestId }
  switch (service) {
    case 'ec2':
      return { status: 200, headers: { ...XML, ...headers }, body: writeEc2Answer(action, output, requestId) }
    case 'sts':
      return { status: 200, headers: { ...XML, ...headers }, body: writeStsAnswer(action, output, requestId) }
    case 'ssm':
      return { status: 200, headers: { ...JSON_1_1, ...headers }, body: JSON.stringify(output) }
  }
}

function writeError(service: Service, code: string, message: string, status: number, requestId: string): WireAnswer {
  switch (service) {
    case 'ec2':
      return { status, headers: XML, body: writeEc2Error(code, message, requestId) }
    case 'sts':
      return { status, headers: XML, body: writeStsError(code, message, requestId) }
    case 'ssm':
      return { status, headers: JSON_1_1, body: writeSsmError(code, message) }
  }
}

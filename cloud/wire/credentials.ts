import { WireFault } from './fault.ts'

export type Service = 'ec2' | 'sts' | 'ssm'

const SCOPE = /Credential=([^/,\s]+)\/\d{8}\/[a-z0-9-]+\/([a-z0-9]+)\/aws4_request/
const KEY = /^(AKIA|ASIA|EXPIRED)[A-Z0-9]*$/

/** What each service answers to a request without a signature, with a key that expired, with a key it does not know. */
const REFUSALS = {
  ec2: [
    ['AuthFailure', 401],
    ['RequestExpired', 400],
    ['AuthFailure', 401],
  ],
  sts: [
    ['MissingAuthenticationToken', 403],
    ['ExpiredToken', 403],
    ['InvalidClientTokenId', 403],
  ],
  ssm: [
    ['MissingAuthenticationTokenException', 400],
    ['ExpiredTokenException', 400],
    ['UnrecognizedClientException', 400],
  ],
} as const

/** Which service a signed request is for: its credential scope says so. Undefined where it is not signed. */
export function serviceOfScope(authorization: string): Service | undefined {
  const service = SCOPE.exec(authorization)?.[2]
  return service === 'ec2' || service === 'sts' || service === 'ssm' ? service : undefined
}

/**
 * Signatures are not verified, but there must be one, by a key that looks like one: keys that begin with
 * `AKIA` or `ASIA` are known, and with `EXPIRED` in them expired.
 */
export function checkCredentials(service: Service, authorization: string): void {
  const [missing, expired, unknown] = REFUSALS[service]
  const key = SCOPE.exec(authorization)?.[1]
  const signed = key !== undefined && /Signature=[0-9a-f]{64}/.test(authorization)
  if (!signed) throw new WireFault(missing[0], 'Request is missing Authentication Token', missing[1])
  if (key.includes('EXPIRED')) throw new WireFault(expired[0], 'Request has expired.', expired[1])
  if (!KEY.test(key)) {
    throw new WireFault(unknown[0], 'AWS was not able to validate the provided access credentials', unknown[1])
  }
}

import { describe, expect, test } from '@jest/globals'
import { failureOf } from '../../src/aws/errors.ts'

const error = (name: string, more: object = {}): Error => Object.assign(new Error('said'), { name }, more)
const http = (status: number): object => ({ $metadata: { httpStatusCode: status } })

describe('what the SDK throws', () => {
  test.each([
    [
      'an error of the service',
      error('InvalidAMIID.NotFound', { $fault: 'client', ...http(400) }),
      'InvalidAMIID.NotFound',
      400,
    ],
    [
      'an error of the service without a status',
      error('CredentialsX', { $fault: 'client' }),
      'CredentialsX',
      undefined,
    ],
    ['a timeout', error('TimeoutError'), 'Timeout', undefined],
    ['an abort', error('AbortError'), 'Timeout', undefined],
    ['a timeout of the connection', error('Error', { code: 'ETIMEDOUT' }), 'Timeout', undefined],
    ['a refused connection', error('Error', { code: 'ECONNREFUSED' }), 'Network', undefined],
    ['a broken connection', error('Error', { code: 'ECONNRESET' }), 'Network', undefined],
    ['a name that is not found', error('Error', { code: 'ENOTFOUND' }), 'Network', undefined],
    ['missing credentials', error('CredentialsProviderError'), 'CredentialsProviderError', undefined],
    ['an answer that is no XML, with a status of success', error('Error', http(200)), 'HTTP 200', 502],
    ['an answer of success whose values cannot be read', error('TypeError', http(200)), 'HTTP 200', 502],
    ['an answer that is no XML', error('SyntaxError', http(503)), 'HTTP 503', 503],
    ['something without a name', error('Error'), 'Network', undefined],
    ['no error at all', 'boom', 'Network', undefined],
  ])('%s', (_what, thrown, code, status) => {
    const failure = failureOf('CreateFleet', thrown)
    expect(failure).toMatchObject({ service: 'aws', operation: 'CreateFleet', code })
    expect(failure.status).toBe(status)
  })
})

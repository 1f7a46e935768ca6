import { describe, expect, test } from '@jest/globals'
import type { Fault } from '../../cloud/faults.ts'
import { codeOf, inLaboratory, launchOne, templateInput } from './laboratory.ts'

const THROTTLED: Fault = {
  kind: 'refuse',
  code: 'RequestLimitExceeded',
  status: 503,
  message: 'Request limit exceeded.',
}
const DENIED: Fault = { kind: 'refuse', code: 'UnauthorizedOperation', status: 403, message: 'No.' }

describe('faults at the door', () => {
  test('the next calls of an operation suffer what was planned, in that order, and no other call does', () =>
    inLaboratory(async ({ cloud }) => {
      cloud.faults.next('DescribeSubnets', THROTTLED)
      cloud.faults.next('DescribeSubnets', DENIED)
      const codes: string[] = []
      for (const operation of ['DescribeImages', 'DescribeSubnets', 'DescribeSubnets', 'DescribeSubnets'] as const) {
        codes.push(await codeOf(cloud.send(operation, {})))
      }
      expect(codes).toEqual(['ok', 'RequestLimitExceeded', 'UnauthorizedOperation', 'ok'])
    }))

  test('a lasting fault lasts until it is taken out', () =>
    inLaboratory(async ({ cloud }) => {
      const end = cloud.faults.always('*', THROTTLED)
      const during = [await codeOf(cloud.send('DescribeImages', {})), await codeOf(cloud.send('GetCallerIdentity', {}))]
      end()
      expect([...during, await codeOf(cloud.send('DescribeImages', {}))]).toEqual([
        'RequestLimitExceeded',
        'RequestLimitExceeded',
        'ok',
      ])
    }))

  test('a planner sees the service, the input and how many calls came before', () =>
    inLaboratory(async ({ cloud }) => {
      cloud.faults.plan(({ service, input, index }) =>
        service === 'ec2' && 'Owners' in input && index === 1 ? DENIED : undefined,
      )
      const codes = [1, 2, 3].map(() => codeOf(cloud.send('DescribeImages', { Owners: ['self'] })))
      expect(await Promise.all(codes)).toEqual(['ok', 'UnauthorizedOperation', 'ok'])
    }))

  test('they act on GitHub as well', () =>
    inLaboratory(async ({ cloud }) => {
      cloud.github.control.addRepository('octo/repo')
      cloud.github.control.addToken({ token: 'secret' })
      const get = (): Promise<unknown> =>
        cloud.request('secret')('GET /repos/{owner}/{repo}', { owner: 'octo', repo: 'repo' })
      cloud.faults.next('GET /repos/{owner}/{repo}', { ...THROTTLED, kind: 'refuse', status: 502 })
      cloud.faults.next('GET /repos/{owner}/{repo}', { kind: 'lose-response', afterMs: 10 })
      await expect(get()).rejects.toMatchObject({ status: 502 })
      await expect(get()).rejects.toMatchObject({ status: 500 })
      await expect(get()).resolves.toMatchObject({ status: 200 })
      expect(cloud.calls).toMatchObject([
        { service: 'github', outcome: 'HTTP 502', effects: 0 },
        { service: 'github', outcome: 'ECONNRESET', effects: 1 },
        { service: 'github', outcome: 'ok', effects: 1 },
      ])
    }))

  test('a duplicate launches twice where no token forbids it', () =>
    inLaboratory(async (laboratory) => {
      laboratory.cloud.faults.next('CreateFleet', { kind: 'duplicate' })
      await launchOne(laboratory)
      expect(laboratory.cloud.ec2.snapshot().live).toHaveLength(2)
    }))
})

describe('the record of calls', () => {
  test('tells when a call came, when it was answered, and how it ended', () =>
    inLaboratory(
      async ({ cloud, clock }) => {
        const atMs = clock.now()
        await cloud.send('CreateLaunchTemplate', templateInput())
        await codeOf(cloud.send('CreateLaunchTemplate', templateInput()))
        expect(cloud.calls).toMatchObject([
          { operation: 'CreateLaunchTemplate', atMs, answeredAtMs: atMs + 300, outcome: 'ok', index: 0 },
          {
            atMs: atMs + 300,
            answeredAtMs: atMs + 600,
            outcome: 'InvalidLaunchTemplateName.AlreadyExistsException',
            index: 1,
          },
        ])
      },
      { latencyMs: () => 300 },
    ))

  test('does not change with what the caller does to its input later', () =>
    inLaboratory(async ({ cloud }) => {
      const input = { Owners: ['self'] }
      await cloud.send('DescribeImages', input)
      input.Owners.push('other')
      expect(cloud.calls).toMatchObject([{ input: { Owners: ['self'] } }])
    }))
})

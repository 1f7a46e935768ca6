import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { realClock } from '../../cloud/clock.ts'
import { createCloud } from '../../cloud/cloud.ts'
import type { Cloud } from '../../cloud/cloud.ts'
import { startFront } from '../../cloud/http.ts'
import type { Front } from '../../cloud/http.ts'
import { PROMPT, launchOne, seeded } from './laboratory.ts'

const NOW = { bootMs: [0, 0], shutdownMs: [0, 0] } as const

describe('the HTTP front', () => {
  let cloud: Cloud
  let front: Front
  const call = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${front.url}${path}`, init)

  beforeEach(async () => {
    cloud = createCloud({ clock: realClock(), random: seeded(5), rules: PROMPT, timing: NOW })
    front = await startFront(cloud)
    cloud.github.control.addRepository('octo/repo')
    cloud.github.control.addToken({ token: 'secret' })
  })
  afterEach(() => front.close())

  const authorized = { headers: { authorization: 'token secret' } }

  test.each([
    ['with a token', '/github/repos/octo/repo', authorized, 200],
    ['with a bearer token', '/github/repos/octo/repo', { headers: { authorization: 'Bearer secret' } }, 200],
    ['without a token', '/github/repos/octo/repo', {}, 401],
    ['on an unknown route', '/github/nowhere', authorized, 404],
  ])('serves GitHub %s', async (_name, path, init, status) => {
    expect((await call(path, init)).status).toBe(status)
  })

  test('refuses a body that is no JSON, as GitHub does', async () => {
    const path = '/github/repos/octo/repo/actions/runners/generate-jitconfig'
    const response = await call(path, { ...authorized, method: 'POST', body: '{' })
    expect([response.status, await response.json()]).toMatchObject([400, { message: 'Problems parsing JSON' }])
  })

  test('tells runners where to find their service', async () => {
    const path = '/github/repos/octo/repo/actions/runners/generate-jitconfig'
    const body = JSON.stringify({ name: 'r', runner_group_id: 1, labels: ['l'] })
    const answer: unknown = await (await call(path, { ...authorized, method: 'POST', body })).json()
    const { encoded_jit_config: encoded } = answer as { encoded_jit_config: string }
    const files = JSON.parse(Buffer.from(encoded, 'base64').toString()) as Record<string, string>
    const runner = JSON.parse(Buffer.from(files['.runner'] ?? '', 'base64').toString()) as { serverUrl: string }
    expect(runner.serverUrl).toBe(front.url)
    const credentials = JSON.parse(Buffer.from(files['.credentials'] ?? '', 'base64').toString()) as {
      data: { token: string }
    }
    const session = await call('/_runner/sessions', {
      method: 'POST',
      body: JSON.stringify({ credential: credentials.data.token, version: '2.335.1' }),
    })
    expect(session.status).toBe(200)
  })

  test('serves the metadata of each machine below a path of its own', async () => {
    const id = await launchOne({ cloud, clock: realClock() as never })
    await new Promise((resolve) => setTimeout(resolve, 20))
    const headers = { 'x-aws-ec2-metadata-token-ttl-seconds': '60' }
    const token = await (await call(`/imds/${id}/latest/api/token`, { method: 'PUT', headers })).text()
    const answer = await call(`/imds/${id}/latest/meta-data/instance-id`, {
      headers: { 'x-aws-ec2-metadata-token': token },
    })
    expect(await answer.text()).toBe(id)
    expect((await call(`/imds/${id}/latest/meta-data/instance-id`)).status).toBe(401)
  })

  test('lets another process look and act', async () => {
    const post = async (name: string, args: unknown): Promise<unknown> =>
      (await call(`/_control/${name}`, { method: 'POST', body: JSON.stringify(args) })).json()
    const id = await launchOne({ cloud, clock: realClock() as never })
    expect(await post('ec2/interrupt', [id, { noticeMs: 0 }])).toEqual({ result: null })
    expect(await post('github/createRun', [{ repository: 'octo/repo' }])).toEqual({ result: expect.any(Number) })
    expect(await post('ec2/interrupt', ['i-none'])).toEqual({ message: 'The model has no instance i-none' })
    expect(await post('ec2/toString', [])).toEqual({ message: 'No such control' })
    const snapshot: unknown = await (await call('/_control/snapshot')).json()
    expect(snapshot).toMatchObject({ ec2: { live: [], instances: [{ instanceId: id }] } })
    const calls: unknown = await (await call('/_control/calls')).json()
    expect(calls).toMatchObject([{ operation: 'CreateLaunchTemplate', outcome: 'ok' }, { operation: 'CreateFleet' }])
  })

  test('a lost response breaks the connection, a garbled one is a page', async () => {
    cloud.faults.next('GET /repos/{owner}/{repo}', { kind: 'lose-response', afterMs: 1 })
    cloud.faults.next('GET /repos/{owner}/{repo}', { kind: 'garble', status: 502 })
    await expect(call('/github/repos/octo/repo', authorized)).rejects.toThrow()
    const page = await call('/github/repos/octo/repo', authorized)
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html'])
  })

  test('closes at once, whoever is still waiting', async () => {
    cloud.faults.always('*', { kind: 'delay', ms: 600_000 })
    const waiting = call('/github/repos/octo/repo', authorized).then(
      () => 'answered',
      () => 'broken',
    )
    while (cloud.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
    await front.close()
    expect(await waiting).toBe('broken')
  })
})

import { describe, expect, test } from '@jest/globals'
import { realClock } from '../../../cloud/clock.ts'
import type { Fault } from '../../../cloud/faults.ts'
import { ConnectionLost, suffer } from '../../../cloud/faults.ts'
import { plannedRefusal } from '../../../cloud/github/doors.ts'
import type { GitHub } from '../../../cloud/github/github.ts'
import { createGitHub } from '../../../cloud/github/github.ts'
import { SECRET_MARK } from '../../../cloud/github/jit-config.ts'
import { decoded } from './stage.ts'

const REPOSITORY = { owner: 'octo', repo: 'forge' }
const JIT = 'POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig'
const RUNNER = { name: 'spot-1.1', runner_group_id: 1, labels: ['spot'] }

function github(fault?: Fault): GitHub {
  const clock = realClock()
  const model = createGitHub({
    clock,
    random: () => 0.5,
    timings: { runnerListLagMs: 0 },
    door: (_call, effect) => suffer(clock, fault, effect, plannedRefusal),
  })
  model.control.addRepository('octo/forge')
  model.control.addToken({ token: 'admin' })
  return model
}

function rest(model: GitHub, method: string, path: string, body?: unknown, query = ''): ReturnType<GitHub['rest']> {
  return model.rest(method, path, new URLSearchParams(query), body, 'admin')
}

describe('the in-process door', () => {
  test('resolves with status, headers and data', async () => {
    const answer = await github().request('admin')('GET /repos/{owner}/{repo}', REPOSITORY)
    expect(answer).toMatchObject({ status: 200, data: { full_name: 'octo/forge', visibility: 'private' } })
    expect(answer.headers['x-ratelimit-remaining']).toBe('4999')
  })

  test('rejects as octokit does', async () => {
    await expect(github().request('wrong')('GET /repos/{owner}/{repo}', REPOSITORY)).rejects.toMatchObject({
      name: 'HttpError',
      message: 'Bad credentials - https://docs.github.com/rest',
      status: 401,
      request: { method: 'GET', url: 'https://api.github.com/repos/octo/forge' },
      response: { status: 401, data: { message: 'Bad credentials', status: '401' } },
    })
  })

  test.each<[Fault, object]>([
    [
      { kind: 'refuse', code: 'HTTP 502', status: 502, message: 'Bad Gateway' },
      { status: 502, response: { data: { message: 'Bad Gateway' } } },
    ],
    [
      { kind: 'garble', status: 502 },
      { status: 502, response: { headers: { 'content-type': 'text/html' } } },
    ],
  ])('a fault %j is an answer', async (fault, expected) => {
    await expect(github(fault).request('admin')('GET /repos/{owner}/{repo}', REPOSITORY)).rejects.toMatchObject(
      expected,
    )
  })

  test('a broken connection is an error of status 500 without a response, though the effect happened', async () => {
    const model = github({ kind: 'lose-response', afterMs: 1 })
    const error: unknown = await model
      .request('admin')(JIT, { ...REPOSITORY, ...RUNNER })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'HttpError', status: 500, message: 'socket hang up', response: undefined })
    expect(model.control.runnersOf('octo/forge')).toHaveLength(1)
  })

  test('a repeated creation meets itself', async () => {
    const model = github({ kind: 'duplicate' })
    await expect(model.request('admin')(JIT, { ...REPOSITORY, ...RUNNER })).rejects.toMatchObject({ status: 409 })
  })

  test('GitHub can be down', async () => {
    const model = github()
    model.control.down(Date.now() + 60_000)
    await expect(model.request('admin')('GET /repos/{owner}/{repo}', REPOSITORY)).rejects.toMatchObject({ status: 503 })
    expect(model.runners.openSession('any', '2.336.0').status).toBe(503)
  })
})

describe('the door for HTTP', () => {
  test('finds the route by its path', async () => {
    const model = github()
    model.control.setServerUrl('http://127.0.0.1:8080')
    const created = await rest(model, 'POST', '/repos/octo/forge/actions/runners/generate-jitconfig', RUNNER)
    expect(created).toMatchObject({ status: 201, body: { runner: { name: 'spot-1.1' } } })
    const listed = await rest(model, 'GET', '/repos/octo/forge/actions/runners', undefined, 'name=spot-1.1&per_page=1')
    expect(listed).toMatchObject({ status: 200, body: { total_count: 1, runners: [{ name: 'spot-1.1' }] } })
    const { id } = (listed.body as { runners: { id: number }[] }).runners[0] ?? { id: 0 }
    expect((await rest(model, 'DELETE', `/repos/octo/forge/actions/runners/${String(id)}`)).status).toBe(204)
  })

  test.each([
    ['GET', '/repos/octo/forge/nothing'],
    ['PATCH', '/repos/octo/forge'],
    ['GET', '/repos/octo/forge/actions/runners/abc'],
    ['GET', '/repos/octo/absent'],
  ])('%s %s is not found', async (method, path) => {
    expect(await rest(github(), method, path)).toMatchObject({ status: 404, body: { message: 'Not Found' } })
  })

  test('a broken connection rejects, for the front to break it in turn', async () => {
    await expect(rest(github({ kind: 'lose-request', afterMs: 1 }), 'GET', '/repos/octo/forge')).rejects.toThrow(
      ConnectionLost,
    )
  })
})

describe('the JIT configuration', () => {
  test('is what a runner expects, of a size that hurts, and full of secrets', async () => {
    const model = github()
    model.control.setServerUrl('http://127.0.0.1:8080')
    const { data } = await model.request('admin')(JIT, { ...REPOSITORY, ...RUNNER })
    const { encoded_jit_config: config } = data as { encoded_jit_config: string }
    const files = decoded(config) as Record<string, string>
    expect(Object.keys(files)).toEqual(['.runner', '.credentials', '.credentials_rsaparams'])
    expect(decoded(files['.runner'] ?? '')).toMatchObject({
      agentName: 'spot-1.1',
      ephemeral: true,
      serverUrl: 'http://127.0.0.1:8080',
    })
    expect(JSON.stringify(decoded(files['.credentials'] ?? ''))).toContain(SECRET_MARK)
    expect(config.length).toBeGreaterThan(5_000)
    expect(config.length).toBeLessThan(6_000)
    expect(model.control.secrets()).toContain(config)
    expect(JSON.stringify(model.snapshot())).not.toContain(SECRET_MARK)
  })
})

describe('the runner service by path', () => {
  test('serves a life from registration to the end of a job', async () => {
    const model = github()
    const post = (path: string, body: unknown = {}): ReturnType<GitHub['runnerService']> =>
      model.runnerService('POST', path, body)
    const token = await rest(model, 'POST', '/repos/octo/forge/actions/runners/registration-token')
    const registered = await post('/_runner/register', {
      ...(token.body as object),
      name: 'lasting',
      labels: ['spot'],
      ephemeral: false,
      version: '2.336.0',
    })
    expect(registered.status).toBe(201)
    const session = await post('/_runner/sessions', { ...(registered.body as object), version: '2.336.0' })
    expect(session).toMatchObject({ status: 200, body: { name: 'lasting', labels: ['spot'], ephemeral: false } })
    const { sessionId } = session.body as { sessionId: string }
    const jobId = model.control.queueJob(model.control.createRun({ repository: 'octo/forge' }), {
      name: 'build',
      labels: ['spot'],
      steps: [{ name: 's', run: 'true' }],
    })
    const job = `/_runner/jobs/${String(jobId)}`
    expect(await post(`/_runner/sessions/${sessionId}/next`, { waitMs: 1_000 })).toMatchObject({
      status: 200,
      body: { job: { id: jobId } },
    })
    expect(await post(`${job}/renew`)).toEqual({ status: 200, body: { cancel: false } })
    expect((await post(`${job}/steps/0`, { status: 'completed', conclusion: 'success', log: 'ok' })).status).toBe(200)
    expect((await post(`${job}/complete`, { conclusion: 'success', outputs: { version: '1' } })).status).toBe(200)
    expect(await post(`/_runner/sessions/${sessionId}/next`, { waitMs: 1 })).toEqual({ status: 204 })
    expect((await model.runnerService('DELETE', `/_runner/sessions/${sessionId}`, undefined)).status).toBe(204)
    expect(model.snapshot().jobs).toMatchObject([{ name: 'build', conclusion: 'success', outputs: { version: '1' } }])
  })

  test.each([
    ['POST', '/_runner/sessions', { credential: 'unknown' }, 404, 'deleted'],
    ['POST', '/_runner/sessions/unknown/next', { waitMs: 1 }, 404, 'deleted'],
    ['POST', '/_runner/register', { token: 'unknown', name: 'x', labels: [] }, 404, 'token'],
    ['POST', '/_runner/jobs/1/renew', {}, 404, 'over'],
    ['GET', '/_runner/elsewhere', undefined, 404, 'path'],
  ])('%s %s with %j is refused', async (method, path, body, status, reason) => {
    expect(await github().runnerService(method, path, body)).toEqual({ status, body: { reason } })
  })
})

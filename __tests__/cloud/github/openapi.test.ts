import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import type { GitHubAnswer } from '../../../cloud/github/answers.ts'
import { ROUTES } from '../../../cloud/github/routes.ts'
import { failedRun, finish, spotRun } from './run-scenarios.ts'
import type { Stage } from './stage.ts'
import { MINUTE, stage } from './stage.ts'

type Schema = Record<string, unknown>

interface Description {
  readonly operations: Readonly<Record<string, { readonly responses: Readonly<Record<string, Schema | null>> }>>
  readonly components: { readonly schemas: Schema }
}

const description = JSON.parse(readFileSync(join(import.meta.dirname, 'openapi.json'), 'utf8')) as Description
const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false })
ajv.addSchema({ $id: 'github', components: closed(description.components) as Schema })

/** The same, but nothing is allowed that is not described; what is nullable may be null beside its enum too. */
function closed(schema: unknown, areNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => closed(entry))
  if (typeof schema !== 'object' || schema === null) return schema
  const { $ref: reference } = schema as Schema
  if (typeof reference === 'string') return { $ref: `github${reference}` }
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => [
    key,
    closed(value, key === 'properties' && !areNames),
  ])
  const isObject = !areNames && 'properties' in schema && !('additionalProperties' in schema)
  const { nullable, enum: values } = schema as Schema
  return {
    ...Object.fromEntries(entries),
    ...(isObject ? { additionalProperties: false } : {}),
    ...(!areNames && nullable === true && Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
  }
}

/** What is wrong with an answer; empty where GitHub could have given it. */
function faultsOf(route: string, answer: GitHubAnswer): string[] {
  const schema = description.operations[route]?.responses[String(answer.status)]
  if (schema === undefined) return [`${route} never answers ${String(answer.status)}`]
  if (schema === null) return answer.body === undefined ? [] : ['there is a body']
  const isValid = ajv.compile(closed(schema) as Schema)
  return isValid(answer.body)
    ? []
    : (isValid.errors ?? []).map(
        ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
      )
}

const R = '/repos/{owner}/{repo}'
const RUN = `${R}/actions/runs/{run_id}`

/** A run in each of its states: with a job in progress on our runner, failed, and re-run. */
async function busyStage(): Promise<Stage & { failed: number; working: number; cancelled: number; startJob: number }> {
  const on = stage()
  on.github.control.addToken({ token: 'owner' })
  const cancelled = spotRun(on)
  const failed = failedRun(on)
  const startJob = on.github.control.jobNamed(failed, 'start')?.id ?? 0
  const working = on.github.control.createRun({ repository: 'octo/forge' })
  const jobId = on.github.control.queueJob(working, {
    name: 'build',
    labels: ['spot'],
    steps: [{ name: 'compile', run: 'make' }],
  })
  on.github.control.annotate(startJob, { level: 'failure', title: 'a title', message: 'a message' })
  await on.poll(on.runner('busy'))
  on.github.runners.reportStep(jobId, 0, { status: 'in_progress' })
  on.jit('idle')
  await on.pass(MINUTE)
  return { ...on, failed, working, cancelled, startJob }
}

function idOf(on: Stage, name: string): number {
  return on.github.control.runnersOf('octo/forge').find((runner) => runner.name === name)?.id ?? 0
}

const RUNNER = { name: 'new', runner_group_id: 1, labels: ['spot', 'self-hosted'] }

type BusyStage = Awaited<ReturnType<typeof busyStage>>
type Request = readonly [route: string, status: number, parameters: (on: BusyStage) => Record<string, unknown>]

const REQUESTS: readonly Request[] = [
  [`GET ${R}`, 200, () => ({})],
  [`GET ${R}`, 404, () => ({ repo: 'absent' })],
  ...[R, '/orgs/{org}'].flatMap((base): Request[] => {
    const place = base === R ? {} : { org: 'octo' }
    return [
      [`POST ${base}/actions/runners/generate-jitconfig`, 201, () => ({ ...place, ...RUNNER })],
      [`POST ${base}/actions/runners/generate-jitconfig`, 422, () => ({ ...place, ...RUNNER, labels: [] })],
      [`POST ${base}/actions/runners/generate-jitconfig`, 404, () => ({ ...place, ...RUNNER, runner_group_id: 9 })],
      [`POST ${base}/actions/runners/registration-token`, 201, () => place],
      [`GET ${base}/actions/runners`, 200, () => place],
      [`GET ${base}/actions/runners/downloads`, 200, () => place],
    ]
  }),
  [`POST ${R}/actions/runners/generate-jitconfig`, 409, () => ({ ...RUNNER, name: 'idle' })],
  [`GET ${R}/actions/runners/{runner_id}`, 200, (on) => ({ runner_id: idOf(on, 'busy') })],
  [`DELETE ${R}/actions/runners/{runner_id}`, 204, (on) => ({ runner_id: idOf(on, 'idle') })],
  [`DELETE ${R}/actions/runners/{runner_id}`, 422, (on) => ({ runner_id: idOf(on, 'busy') })],
  [`GET ${R}/actions/runs`, 200, () => ({})],
  [`GET ${RUN}`, 200, ({ failed }) => ({ run_id: failed })],
  [`GET ${RUN}/attempts/{attempt_number}`, 200, ({ working }) => ({ run_id: working, attempt_number: 1 })],
  [`GET ${RUN}/attempts/{attempt_number}/jobs`, 200, ({ working }) => ({ run_id: working, attempt_number: 1 })],
  [`GET ${RUN}/attempts/{attempt_number}/jobs`, 404, ({ working }) => ({ run_id: working, attempt_number: 2 })],
  [`GET ${RUN}/jobs`, 200, ({ failed }) => ({ run_id: failed, filter: 'all' })],
  [`GET ${RUN}/jobs`, 200, ({ cancelled }) => ({ run_id: cancelled })],
  [`GET ${R}/actions/jobs/{job_id}`, 200, ({ startJob }) => ({ job_id: startJob })],
  [`GET ${R}/check-runs/{check_run_id}/annotations`, 200, ({ startJob }) => ({ check_run_id: startJob })],
  [`POST ${RUN}/cancel`, 202, ({ cancelled }) => ({ run_id: cancelled })],
  [`POST ${RUN}/cancel`, 409, ({ failed }) => ({ run_id: failed })],
  [`POST ${RUN}/force-cancel`, 202, ({ working }) => ({ run_id: working })],
  [`POST ${RUN}/force-cancel`, 409, ({ failed }) => ({ run_id: failed })],
  [`POST ${RUN}/rerun`, 201, ({ failed }) => ({ run_id: failed })],
  [`POST ${RUN}/rerun-failed-jobs`, 201, ({ failed }) => ({ run_id: failed })],
  [`POST ${R}/actions/jobs/{job_id}/rerun`, 201, ({ startJob }) => ({ job_id: startJob })],
  [
    `POST ${R}/actions/jobs/{job_id}/rerun`,
    403,
    ({ working, github }) => ({ job_id: github.control.jobNamed(working, 'build')?.id }),
  ],
]

describe("every answer is one that GitHub's own description allows", () => {
  test.each(REQUESTS)('%s: %d', async (route, status, parameters) => {
    const on = await busyStage()
    const answer = on.call(route, parameters(on), 'owner')
    expect(answer.status).toBe(status)
    expect(faultsOf(route, answer)).toEqual([])
  })

  test('runners of an organisation are read and deleted as those of a repository', async () => {
    const on = await busyStage()
    const { body } = on.call('POST /orgs/{org}/actions/runners/generate-jitconfig', { org: 'octo', ...RUNNER }, 'owner')
    const { runner } = body as { runner: { id: number } }
    for (const route of [
      'GET /orgs/{org}/actions/runners/{runner_id}',
      'DELETE /orgs/{org}/actions/runners/{runner_id}',
    ]) {
      expect(faultsOf(route, on.call(route, { org: 'octo', runner_id: runner.id }, 'owner'))).toEqual([])
    }
  })

  test('every answer that GitHub describes as a success is among them', () => {
    const asked = new Set(REQUESTS.map(([route]) => route))
    const untested = ROUTES.map(({ route }) => route).filter((route) => !asked.has(route))
    expect(untested).toEqual([
      'GET /orgs/{org}/actions/runners/{runner_id}',
      'DELETE /orgs/{org}/actions/runners/{runner_id}',
    ])
    expect(ROUTES.map(({ route }) => route).filter((route) => !(route in description.operations))).toEqual([])
  })

  test('a check that finds nothing would be no check', () => {
    const on = stage()
    const runId = spotRun(on)
    finish(on, runId, 'start', 'success')
    const answer = on.call(`GET ${RUN}`, { run_id: runId })
    expect(faultsOf(`GET ${RUN}`, { ...answer, body: { ...(answer.body as object), extra: 1 } })).toHaveLength(1)
    expect(faultsOf(`GET ${RUN}`, { ...answer, body: { ...(answer.body as object), id: 'one' } })).toHaveLength(1)
  })
})

// Cuts the operations that the model answers out of GitHub's own description, for openapi.test.ts:
//   npm pack @octokit/openapi@23.0.2 && tar xzf octokit-openapi-*.tgz package/generated/api.github.com.json
//   node __tests__/cloud/github/cut-openapi.ts package/generated/api.github.com.json
//   npx prettier --write __tests__/cloud/github/openapi.json
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

type Json = Record<string, unknown>

const REPOSITORY = '/repos/{owner}/{repo}'
const RUNS = `${REPOSITORY}/actions/runs`

const RUNNER_OPERATIONS = [
  'POST generate-jitconfig',
  'POST registration-token',
  'GET ',
  'GET downloads',
  'GET {runner_id}',
  'DELETE {runner_id}',
]

const OPERATIONS = [
  `GET ${REPOSITORY}`,
  ...[REPOSITORY, '/orgs/{org}'].flatMap((base) => {
    return RUNNER_OPERATIONS.map((operation) => {
      const [method = '', path = ''] = operation.split(' ')
      return `${method} ${base}/actions/runners${path === '' ? '' : `/${path}`}`
    })
  }),
  `GET ${RUNS}`,
  `GET ${RUNS}/{run_id}`,
  `GET ${RUNS}/{run_id}/attempts/{attempt_number}`,
  `GET ${RUNS}/{run_id}/attempts/{attempt_number}/jobs`,
  `GET ${RUNS}/{run_id}/jobs`,
  `GET ${REPOSITORY}/actions/jobs/{job_id}`,
  `GET ${REPOSITORY}/check-runs/{check_run_id}/annotations`,
  `POST ${RUNS}/{run_id}/cancel`,
  `POST ${RUNS}/{run_id}/force-cancel`,
  `POST ${RUNS}/{run_id}/rerun`,
  `POST ${RUNS}/{run_id}/rerun-failed-jobs`,
  `POST ${REPOSITORY}/actions/jobs/{job_id}/rerun`,
]

/** Words for people: they say nothing about validity. */
const PROSE = new Set(['description', 'example', 'examples', 'title', 'externalDocs', 'x-github', 'deprecated'])

function cut(document: Json): Json {
  const schemas: Json = {}
  const keep = (schema: unknown): void => {
    if (Array.isArray(schema)) schema.forEach(keep)
    if (typeof schema !== 'object' || schema === null) return
    const name = /^#\/components\/schemas\/(.+)$/.exec(String((schema as Json)['$ref']))?.[1]
    if (name !== undefined && !(name in schemas)) {
      schemas[name] = bare(at(document, `#/components/schemas/${name}`))
      keep(schemas[name])
    }
    Object.values(schema).forEach(keep)
  }
  const operations = Object.fromEntries(
    OPERATIONS.map((operation) => [operation, cutOperation(document, operation, keep)]),
  )
  const { version } = document['info'] as { version: string }
  return { source: `@octokit/openapi 23.0.2, api.github.com ${version}`, operations, components: { schemas } }
}

function cutOperation(document: Json, operation: string, keep: (schema: unknown) => void): Json {
  const [method = '', path = ''] = operation.split(' ')
  const described = ((document['paths'] as Json)[path] as Json)[method.toLowerCase()] as Json
  const responses = Object.entries(described['responses'] as Json).map(([status, response]): [string, unknown] => [
    status,
    schemaOf(document, response as Json) ?? null,
  ])
  const body = schemaOf(document, (described['requestBody'] ?? {}) as Json)
  keep([body, ...responses.map(([, schema]) => schema)])
  return { ...(body === undefined ? {} : { body }), responses: Object.fromEntries(responses) }
}

function schemaOf(document: Json, described: Json): unknown {
  const reference = described['$ref']
  const content = typeof reference === 'string' ? at(document, reference) : described
  const json = ((content['content'] ?? {}) as Json)['application/json'] as Json | undefined
  return bare(json?.['schema'])
}

function at(document: Json, reference: string): Json {
  return reference
    .split('/')
    .slice(1)
    .reduce((place, key) => place[key] as Json, document)
}

/** Without prose. Under `properties` every key is a name, whatever it looks like. */
function bare(schema: unknown, areNames = false): unknown {
  if (Array.isArray(schema)) return schema.map((entry) => bare(entry))
  if (typeof schema !== 'object' || schema === null) return schema
  const entries = Object.entries(schema).filter(([key]) => areNames || !PROSE.has(key))
  return Object.fromEntries(entries.map(([key, value]) => [key, bare(value, key === 'properties' && !areNames)]))
}

const [, , source = ''] = process.argv
const target = join(import.meta.dirname, 'openapi.json')
writeFileSync(target, `${JSON.stringify(cut(JSON.parse(readFileSync(source, 'utf8')) as Json))}\n`)

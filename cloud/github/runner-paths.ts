import type { RunnerAnswer, RunnerService } from './runner-service.ts'
import type { Conclusion } from './run-model.ts'

export interface PathAnswer {
  readonly status: number
  readonly body?: unknown
}

type Body = Readonly<Record<string, unknown>>
type Serve = (
  service: RunnerService,
  parts: readonly string[],
  body: Body,
) => RunnerAnswer<unknown> | Promise<RunnerAnswer<unknown>>

/** The longest a poll over HTTP may hang. */
const LONGEST_POLL_MS = 20_000

const PATHS: readonly (readonly [method: string, pattern: RegExp, serve: Serve])[] = [
  ['POST', /^\/_runner\/register$/, (service, _parts, body) => service.register(registration(body))],
  [
    'POST',
    /^\/_runner\/sessions$/,
    (service, _parts, body) => service.openSession(text(body['credential']), optionalText(body['version'])),
  ],
  [
    'POST',
    /^\/_runner\/sessions\/([^/]+)\/next$/,
    (service, [id = ''], body) => service.next(id, pollMs(body['waitMs'])),
  ],
  ['DELETE', /^\/_runner\/sessions\/([^/]+)$/, (service, [id = '']) => service.closeSession(id)],
  ['POST', /^\/_runner\/jobs\/(\d+)\/renew$/, (service, [id]) => service.renew(Number(id))],
  [
    'POST',
    /^\/_runner\/jobs\/(\d+)\/steps\/(\d+)$/,
    (service, [id, index], body) => service.reportStep(Number(id), Number(index), step(body)),
  ],
  [
    'POST',
    /^\/_runner\/jobs\/(\d+)\/complete$/,
    (service, [id], body) =>
      service.complete(Number(id), conclusion(body['conclusion']) ?? 'failure', outputs(body['outputs'])),
  ],
]

/** The runner service by method and path, for runners that are processes of their own. */
export async function servePath(
  service: RunnerService,
  method: string,
  path: string,
  body: unknown,
): Promise<PathAnswer> {
  const content = typeof body === 'object' && body !== null ? (body as Body) : {}
  for (const [wanted, pattern, serve] of PATHS) {
    const match = wanted === method ? pattern.exec(path) : null
    if (match !== null) return await serve(service, match.slice(1), content)
  }
  return { status: 404, body: { reason: 'path' } }
}

function registration(body: Body): Parameters<RunnerService['register']>[0] {
  const labels = Array.isArray(body['labels']) ? body['labels'].filter((label) => typeof label === 'string') : []
  return {
    token: text(body['token']),
    name: text(body['name']),
    labels,
    ephemeral: body['ephemeral'] === true,
    version: optionalText(body['version']),
  }
}

function step(body: Body): Parameters<RunnerService['reportStep']>[2] {
  const status = body['status'] === 'completed' ? 'completed' : 'in_progress'
  return { status, conclusion: conclusion(body['conclusion']), log: optionalText(body['log']) }
}

function conclusion(value: unknown): Conclusion | undefined {
  return value === 'success' || value === 'failure' || value === 'cancelled' || value === 'skipped' ? value : undefined
}

function outputs(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {}
  return Object.fromEntries(Object.entries(value).map(([name, output]) => [name, text(output)]))
}

function pollMs(value: unknown): number {
  return typeof value === 'number' ? Math.min(LONGEST_POLL_MS, Math.max(0, value)) : LONGEST_POLL_MS
}

function text(value: unknown): string {
  return optionalText(value) ?? ''
}

function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

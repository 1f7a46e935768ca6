import type { Cloud } from './cloud.ts'
import { jsonAnswer } from './http-message.ts'
import type { WireAnswer, WireRequest } from './http-message.ts'

/**
 * The cloud's own endpoints, for whoever drives it from another process: `GET /_control/snapshot`,
 * `GET /_control/calls`, and `POST /_control/<ec2|github|faults>/<method>` with a JSON array of arguments.
 */
export function serveControl(cloud: Cloud, { method, url, body }: WireRequest): WireAnswer {
  const [, , subject = '', name = ''] = url.pathname.split('/')
  if (method === 'GET' && subject === 'snapshot') return jsonAnswer(200, cloud.snapshot())
  if (method === 'GET' && subject === 'calls') return jsonAnswer(200, cloud.calls)
  const controls: Readonly<Record<string, object>> = {
    ec2: cloud.ec2.control,
    github: cloud.github.control,
    faults: cloud.faults,
  }
  const control = Object.hasOwn(controls, subject) ? controls[subject] : undefined
  const action: unknown = control !== undefined && Object.hasOwn(control, name) ? Reflect.get(control, name) : undefined
  if (method !== 'POST' || typeof action !== 'function') return jsonAnswer(404, { message: 'No such control' })
  try {
    const given: unknown = body === '' ? [] : JSON.parse(body)
    const result: unknown = Reflect.apply(action, control, Array.isArray(given) ? given : [given])
    return jsonAnswer(200, { result: typeof result === 'function' ? null : (result ?? null) })
  } catch (error) {
    return jsonAnswer(400, { message: error instanceof Error ? error.message : String(error) })
  }
}

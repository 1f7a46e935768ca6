import type { GitHubCall } from './answers.ts'
import { changeRuns, readRuns } from './routes-runs.ts'
import { runnerRoutes } from './routes-runners.ts'
import type { RouteRule } from './route-rule.ts'
import { fullRepository } from './shapes/repository.ts'

const REPOSITORY: RouteRule = {
  route: 'GET /repos/{owner}/{repo}',
  permission: { name: 'metadata', level: 'read' },
  serve: (model, { place }) => ({ status: 200, headers: {}, body: fullRepository(model.apiUrl, place.repository()) }),
}

/** Everything that the model answers. */
export const ROUTES: readonly RouteRule[] = [REPOSITORY, ...runnerRoutes, ...readRuns, ...changeRuns]

const BY_ROUTE = new Map(ROUTES.map((rule) => [rule.route, rule]))

export function routeRule(route: string): RouteRule | undefined {
  return BY_ROUTE.get(route)
}

const PATTERNS = ROUTES.map(({ route }) => {
  const [method = '', path = ''] = route.split(' ')
  const pattern = path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')
  return { route, method, pattern: new RegExp(`^${pattern}$`) }
})

/** What a request over HTTP asks for; undefined where GitHub has no such route. */
export function matchRoute(
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
): Pick<GitHubCall, 'route' | 'parameters'> | undefined {
  for (const candidate of PATTERNS) {
    const match = candidate.method === method ? candidate.pattern.exec(path) : null
    if (match === null) continue
    const inPath = Object.entries(match.groups ?? {}).map(([name, value]): [string, string] => [
      name,
      decodeURIComponent(value),
    ])
    const inBody: object = typeof body === 'object' && body !== null ? body : {}
    return {
      route: candidate.route,
      parameters: { ...inBody, ...Object.fromEntries(query), ...Object.fromEntries(inPath) },
    }
  }
  return undefined
}

import type { GitHubAnswer, GitHubCall } from './answers.ts'
import { textParameter } from './answers.ts'
import type { GitHubModel, Repository, Scope } from './model.ts'
import type { AccessToken, RequiredPermission } from './tokens.ts'
import { authorizeOrganization, authorizeRepository } from './tokens.ts'

/** The repository or organisation that a path speaks of. */
export interface Place {
  readonly scope: Scope
  /** URL of the place, below which its endpoints are. */
  readonly url: string
  /** Throws for an organisation. */
  repository(): Repository
}

export interface Served {
  readonly call: GitHubCall
  readonly token: AccessToken
  readonly place: Place
}

/** One route: who may use it, and what it answers. Refusals are thrown. */
export interface RouteRule {
  readonly route: string
  readonly permission: RequiredPermission
  serve(model: GitHubModel, served: Served): GitHubAnswer
}

/** Finds the place and checks that the token may do there what the route does. */
export function placeOf(
  model: GitHubModel,
  call: GitHubCall,
  token: AccessToken,
  permission: RequiredPermission,
): Place {
  const organization = textParameter(call, 'org')
  if (organization !== undefined) {
    const scope = authorizeOrganization(model, token, organization, permission)
    return {
      scope,
      url: `${model.apiUrl}/orgs/${scope.path}`,
      repository() {
        throw new Error('an organisation is no repository')
      },
    }
  }
  const path = `${textParameter(call, 'owner') ?? ''}/${textParameter(call, 'repo') ?? ''}`
  const repository = authorizeRepository(model, token, path, permission)
  const fullName = `${repository.owner}/${repository.name}`
  return {
    scope: { kind: 'repository', path: fullName },
    url: `${model.apiUrl}/repos/${fullName}`,
    repository: () => repository,
  }
}

import { Refusal, notFound } from './answers.ts'
import type { GitHubModel, Repository, Scope } from './model.ts'
import { repositoryKey } from './model.ts'

export type PermissionLevel = 'read' | 'write'

/** `administration`, `actions`, `checks`, `metadata`, `organization_self_hosted_runners`. */
export type Permissions = Readonly<Record<string, PermissionLevel>>

/** `github-token` is the token of a job itself; `installation` one of a GitHub App. */
export type TokenKind = 'pat' | 'installation' | 'github-token'

export interface AccessToken {
  readonly token: string
  readonly kind: TokenKind
  readonly login: string
  readonly permissions: Permissions
  /** `owner/name` of all that it sees, in lower case; `all` for everything. */
  readonly repositories: readonly string[] | 'all'
  readonly expiresAtMs: number
  /** Requests an hour. */
  readonly hourlyLimit: number
  /** Which status the primary and secondary limits answer with: GitHub uses both. */
  readonly limitStatus: 403 | 429
  /** Primary limit: the window that runs. */
  windowEndsMs: number
  used: number
  /** Secondary limits: instants and points of the last minute, by endpoint. */
  readonly recent: Map<string, { readonly atMs: number; readonly points: number }[]>
}

export interface RequiredPermission {
  readonly name: string
  readonly level: PermissionLevel
}

/** Who asks; anyone at all where the rule is off. */
export function authenticate(model: GitHubModel, token: string): AccessToken {
  const known = model.tokens.get(token)
  if (!model.rules.badTokensAreRefused) return known ?? passFor(token)
  if (known === undefined || known.expiresAtMs <= model.clock.now()) throw new Refusal(401, 'Bad credentials')
  return known
}

function passFor(token: string): AccessToken {
  return {
    token,
    kind: 'pat',
    login: 'octocat',
    permissions: {
      administration: 'write',
      actions: 'write',
      checks: 'write',
      organization_self_hosted_runners: 'write',
    },
    repositories: 'all',
    expiresAtMs: Number.POSITIVE_INFINITY,
    hourlyLimit: Number.POSITIVE_INFINITY,
    limitStatus: 403,
    windowEndsMs: 0,
    used: 0,
    recent: new Map(),
  }
}

/** The repository, if the token may see it and do with it what the endpoint does. */
export function authorizeRepository(
  model: GitHubModel,
  token: AccessToken,
  path: string,
  required: RequiredPermission,
): Repository {
  const repository = model.repositories.get(repositoryKey(path))
  if (repository === undefined) throw notFound()
  const sees = token.repositories === 'all' || token.repositories.includes(repositoryKey(path))
  const isOpen = !repository.private && required.level === 'read' && required.name !== 'administration'
  if (!model.rules.permissionsAreChecked || isOpen) return repository
  if (!sees && repository.private && model.rules.privateRepositoriesAreHidden) throw notFound()
  if (!sees || !grants(model, token, required)) throw forbidden(token, required)
  return repository
}

/** An organisation is seen by whoever sees a repository of it. */
export function authorizeOrganization(
  model: GitHubModel,
  token: AccessToken,
  login: string,
  required: RequiredPermission,
): Scope {
  const owned = [...model.repositories.values()].filter(
    (repository) => repository.owner.toLowerCase() === login.toLowerCase(),
  )
  const [first] = owned
  if (first === undefined) throw notFound()
  const sees =
    token.repositories === 'all' || token.repositories.some((path) => path.startsWith(`${login.toLowerCase()}/`))
  if (!model.rules.permissionsAreChecked || (sees && grants(model, token, required)))
    return { kind: 'organization', path: first.owner }
  throw forbidden(token, required)
}

function grants(model: GitHubModel, token: AccessToken, required: RequiredPermission): boolean {
  if (required.name === 'metadata') return true
  if (
    token.kind === 'github-token' &&
    required.name !== 'actions' &&
    required.name !== 'checks' &&
    model.rules.githubTokenCannotAdminister
  ) {
    return false
  }
  const level = token.permissions[required.name]
  return level === 'write' || level === required.level
}

function forbidden(token: AccessToken, required: RequiredPermission): Refusal {
  const by = token.kind === 'pat' ? 'personal access token' : 'integration'
  return new Refusal(403, `Resource not accessible by ${by}`, acceptedPermissions(required))
}

export function acceptedPermissions(required: RequiredPermission): Record<string, string> {
  return { 'x-accepted-github-permissions': `${required.name}=${required.level}` }
}

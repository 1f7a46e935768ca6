import { AWS_RULES } from './failure-rules.ts'

/** One refusal or breakdown of a platform, as it came back from the call. */
export interface Failure {
  readonly service: 'aws' | 'github'
  /** The platform's own code (`InsufficientInstanceCapacity`), or one of ours for what has none: `Timeout`, `Network`, `HTTP 502`. */
  readonly code: string
  readonly status?: number
  /** `CreateFleet`, or a GitHub route. */
  readonly operation: string
  readonly message: string
  /** Milliseconds that the platform asked us to wait (`retry-after`, `x-ratelimit-reset`). */
  readonly retryAfterMs?: number
  /** An earlier try of the same request got no answer. */
  readonly mayHaveHappened?: boolean
}

/** Thrown by adapters: a failed call. What to do about it is decided from `failure`, never from the text. */
export class PlatformError extends Error {
  readonly failure: Failure
  constructor(failure: Failure, options?: ErrorOptions) {
    super(explain(failure), options)
    this.name = 'PlatformError'
    this.failure = failure
  }
}

export type FailureClass =
  'capacity' | 'quota' | 'configuration' | 'permission' | 'account' | 'token' | 'throttled' | 'service' | 'credentials'

/** How much of the world a failure speaks of. */
export type FailureScope = 'pool' | 'subnet' | 'zone' | 'market' | 'account' | 'request'

/**
 * What a start does about a failure:
 * - `next-pool`: this pool has nothing now, ask the others
 * - `ask-again`: EC2 did not even try this pool, so nothing was learnt about it
 * - `leave-market`: no pool of this market will do
 * - `repeat`: the same request with the same token, after a pause
 * - `settle`: an earlier request may have launched: wait for the listing, look, adopt
 * - `stop`: only a person can mend it
 */
export type Reaction = 'next-pool' | 'ask-again' | 'leave-market' | 'repeat' | 'settle' | 'stop'

export interface Rule {
  readonly class: FailureClass
  readonly scope: FailureScope
  readonly reaction: Reaction
  /** What it means and what a person can change; no full stop, no code. */
  readonly sentence: string
}

const THROTTLED: Rule = {
  class: 'throttled',
  scope: 'account',
  reaction: 'repeat',
  sentence: 'the rate limit is used up; fewer starts at once, or a higher limit, would help',
}

const BROKEN: Rule = {
  class: 'service',
  scope: 'account',
  reaction: 'repeat',
  sentence: 'the service did not answer properly; it may be down, or the network between is',
}

const UNKNOWN: Rule = {
  class: 'capacity',
  scope: 'pool',
  reaction: 'next-pool',
  sentence: 'a code that this version does not know',
}

/** The rule for a failure. An unknown code inside a fleet's answer is a reason to try the next pool, elsewhere to stop. */
export function ruleOf(failure: Failure): Rule {
  if (failure.service === 'github') return githubRule(failure)
  const rule = AWS_RULES[failure.code]
  if (rule !== undefined) return rule
  if (/^(Throttl|RequestThrottl|EC2Throttled)/.test(failure.code) || failure.status === 429) return THROTTLED
  if (isBroken(failure)) return BROKEN
  if (failure.status !== undefined && failure.status >= 400)
    return { ...UNKNOWN, class: 'configuration', scope: 'request', reaction: 'stop' }
  return UNKNOWN
}

function githubRule(failure: Failure): Rule {
  const stop = (kind: FailureClass, sentence: string): Rule => ({
    class: kind,
    scope: 'request',
    reaction: 'stop',
    sentence,
  })
  if (failure.code === 'RateLimited') return { ...THROTTLED, sentence: 'the rate limit of this token is used up' }
  if (isBroken(failure))
    return { ...BROKEN, sentence: 'GitHub did not answer properly; see https://www.githubstatus.com' }
  switch (failure.status) {
    case 401:
      return stop(
        'credentials',
        `GitHub does not accept the token in \`${tokenOf(failure.operation)}\`: it is wrong, revoked or expired; put a valid one into the secret`,
      )
    case 403:
      return stop('permission', `the token may not do this; ${neededPermission(failure.operation)}`)
    case 404:
      return stop(
        'permission',
        `the repository does not exist for this token; ${neededPermission(failure.operation)}, and it must cover this repository`,
      )
    default:
      return stop('configuration', 'GitHub refused the request')
  }
}

/** Which input holds the token for a route. */
function tokenOf(route: string): 'github-token' | 'actions-token' {
  return route.includes('/actions/runners') ? 'github-token' : 'actions-token'
}

/** GitHub, "Permissions required for fine-grained personal access tokens": self-hosted runners, workflow runs. */
function neededPermission(route: string): string {
  if (route.includes('/actions/runners'))
    return 'github-token needs `administration: write` on this repository (GITHUB_TOKEN can never have it)'
  if (!route.includes('/actions/'))
    return 'actions-token needs `metadata: read`, which every token of the repository has'
  return `actions-token needs \`actions: ${route.startsWith('POST') ? 'write' : 'read'}\`: add it to \`permissions:\` of the job`
}

function isBroken(failure: Failure): boolean {
  return failure.code === 'Timeout' || failure.code === 'Network' || (failure.status ?? 0) >= 500
}

/** True where the request may have had its effect although no answer says so. */
export function isOutcomeUnknown(failure: Failure): boolean {
  return failure.mayHaveHappened === true || (isBroken(failure) && ruleOf(failure).class === 'service')
}

/** One sentence for a person: what failed, what the platform said, what it means and what to change. */
export function explain(failure: Failure): string {
  return `${failure.operation} failed with ${failure.code}: ${withoutEncodedPart(failure.message)} (${cureOf(failure)})`
}

/** What a failure means and what to change, for a place that shows its code already; what we do not know speaks for itself. */
export function meaningOf(failure: Failure): string {
  return ruleOf(failure) === UNKNOWN ? withoutEncodedPart(failure.message) : cureOf(failure)
}

function cureOf(failure: Failure): string {
  const missing = failure.service === 'aws' ? missingPermission(failure) : undefined
  return missing === undefined ? ruleOf(failure).sentence : `add ${missing} to the policy of the caller`
}

/**
 * Which permission an `UnauthorizedOperation` asks for. Newer messages name it; an older one inside a
 * fleet's answer is most often `iam:PassRole`, which EC2 reports like a pool without stock.
 */
function missingPermission(failure: Failure): string | undefined {
  if (ruleOf(failure).class !== 'permission') return undefined
  const named = /not authorized to perform: (\S+)(?: on resource: (\S+))?/.exec(failure.message)
  if (named?.[1] !== undefined) return `\`${named[1]}\`${named[2] === undefined ? '' : ` on \`${named[2]}\``}`
  if (failure.operation === 'CreateFleet')
    return '`ec2:CreateFleet`, `ec2:RunInstances`, `ec2:CreateTags` and, with an instance profile, `iam:PassRole` on its role'
  return `\`${failure.operation === 'GetParameter' ? 'ssm' : 'ec2'}:${failure.operation}\``
}

/** The encoded part is of use to nobody who reads a log, and what it decodes to is not for everybody. */
function withoutEncodedPart(message: string): string {
  return message.replace(/\s*Encoded authorization failure message:.*$/s, '').replace(/\.\s*$/, '')
}

import { Refusal } from './answers.ts'
import type { GitHubModel, Scope } from './model.ts'
import type { AccessToken } from './tokens.ts'

const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const POINTS_PER_MINUTE = 900
const CREATIONS_PER_MINUTE = 80
const REGISTRATIONS = 1_500
const REGISTRATIONS_WINDOW_MS = 300_000

/** Counts a request against the hourly limit of its token; a refused one counts too. */
export function countRequest(model: GitHubModel, token: AccessToken): void {
  const now = model.clock.now()
  if (token.windowEndsMs <= now) {
    token.windowEndsMs = now + HOUR_MS
    token.used = 0
  }
  token.used += 1
  if (!model.rules.primaryRateLimit || token.used <= token.hourlyLimit) return
  token.used = token.hourlyLimit
  throw new Refusal(token.limitStatus, `API rate limit exceeded for ${token.login}.`, rateLimitHeaders(token))
}

/** Gives back what a request cost that found nothing new. */
export function refundRequest(token: AccessToken): void {
  token.used = Math.max(0, token.used - 1)
}

export function rateLimitHeaders(token: AccessToken): Record<string, string> {
  if (!Number.isFinite(token.hourlyLimit)) return {}
  return {
    'x-ratelimit-limit': String(token.hourlyLimit),
    'x-ratelimit-remaining': String(Math.max(0, token.hourlyLimit - token.used)),
    'x-ratelimit-used': String(token.used),
    'x-ratelimit-reset': String(Math.ceil(token.windowEndsMs / 1000)),
    'x-ratelimit-resource': 'core',
  }
}

/** The limits against bursts: points for an endpoint, and creations of any kind. */
export function countBurst(model: GitHubModel, token: AccessToken, route: string): void {
  const creates = route.startsWith('POST ')
  const points = route.startsWith('GET ') ? 1 : 5
  const spent = spend(model, token, route, points)
  if (model.rules.secondaryRateLimit && spent > POINTS_PER_MINUTE) throw tooFast(token)
  if (!creates) return
  const created = spend(model, token, 'creations', 1)
  if (model.rules.contentCreationLimit && created > CREATIONS_PER_MINUTE) throw tooFast(token)
}

function spend(model: GitHubModel, token: AccessToken, endpoint: string, points: number): number {
  const now = model.clock.now()
  const recent = (token.recent.get(endpoint) ?? []).filter((entry) => entry.atMs > now - MINUTE_MS)
  recent.push({ atMs: now, points })
  token.recent.set(endpoint, recent)
  return recent.reduce((sum, entry) => sum + entry.points, 0)
}

function tooFast(token: AccessToken): Refusal {
  return new Refusal(
    token.limitStatus,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    {
      'retry-after': '60',
    },
  )
}

/** Every registration counts, by JIT configuration or by token. */
export function countRegistration(model: GitHubModel, scope: Scope): void {
  const now = model.clock.now()
  const key = `${scope.kind}:${scope.path}`
  const times = (model.registrationTimes.get(key) ?? []).filter((atMs) => atMs > now - REGISTRATIONS_WINDOW_MS)
  model.registrationTimes.set(key, times)
  if (model.rules.registrationLimit && times.length >= REGISTRATIONS) {
    throw new Refusal(429, 'You have exceeded the limit of runner registrations.', { 'retry-after': '300' })
  }
  times.push(now)
}

import type { Identity } from './identity.ts'

/**
 * The keys of our tags. Neither `/` nor a blank may stand in a key: EC2 refuses such keys where
 * instance metadata shows tags (EC2 user guide, "Tag restrictions").
 */
export const TAG = {
  managed: 'ec2-spot-runner:managed',
  repository: 'ec2-spot-runner:repository',
  run: 'ec2-spot-runner:run',
  attempt: 'ec2-spot-runner:attempt',
  name: 'ec2-spot-runner:name',
  label: 'ec2-spot-runner:label',
  /** The name of the registration that this machine serves. */
  runner: 'ec2-spot-runner:runner',
  /** How many runners the start asked for, so that a stop knows when all are accounted for. */
  count: 'ec2-spot-runner:count',
  /** Epoch seconds after which the machine has no right to live. */
  deadline: 'ec2-spot-runner:deadline',
  startJob: 'ec2-spot-runner:start-job',
  /** Seconds for which the machine of a failed job stays for a look; only where `keep-on-failure` asks for it. */
  keep: 'ec2-spot-runner:keep',
} as const

export const MANAGED = 'true'

/** The tags by which everything of ours in a repository is found. */
export function repositoryTags(repository: string): Record<string, string> {
  return { [TAG.managed]: MANAGED, [TAG.repository]: repository }
}

/** The tags by which everything that belongs to `identity` is found. */
export function ownershipTags(identity: Identity): Record<string, string> {
  return {
    ...repositoryTags(identity.repository),
    [TAG.run]: String(identity.runId),
    [TAG.attempt]: String(identity.runAttempt),
    [TAG.name]: identity.name,
  }
}

/** For how long the machine of a failed job stays for a look; undefined where nobody asked for it. */
export function keepMsOf(tags: Readonly<Record<string, string>>): number | undefined {
  const seconds = Number(tags[TAG.keep] ?? Number.NaN)
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : undefined
}

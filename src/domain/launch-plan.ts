import { createHash } from 'node:crypto'
import { labelOf, type Identity } from './identity.ts'
import type { Market } from './market.ts'

/**
 * `ec2-spot-runner-<hash of the repository>-<label>[.g<generation>]`, at most 128 characters as EC2 wants.
 * The name is a lock: EC2 lets only one of two starts of the same identity create it.
 */
export function templateNameOf(identity: Identity, generation = 0): string {
  const base = `ec2-spot-runner-${digest(identity.repository).slice(0, 8)}-${labelOf(identity)}`
  return generation === 0 ? base : `${base}.g${String(generation)}`
}

/**
 * The client token of one request to launch one runner: whoever repeats the request repeats the token, so
 * it never launches twice; any other request has another. At most 64 ASCII characters, EC2's limit.
 */
export function launchToken(identity: Identity, runnerNumber: number, market: Market, round: number): string {
  return digest([identity.repository, labelOf(identity), String(runnerNumber), market, String(round)].join('\n'))
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

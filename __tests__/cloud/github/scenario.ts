import type { GitHubRules } from '../../../cloud/github/rules.ts'
import type { Stage } from './stage.ts'

/** What happens with a rule, and what happens without it. */
export interface Scenario {
  readonly rule: keyof GitHubRules
  play(stage: Stage): unknown
  readonly on: unknown
  readonly off: unknown
}

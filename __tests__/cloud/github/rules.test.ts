import { describe, expect, test } from '@jest/globals'
import type { GitHubRules } from '../../../cloud/github/rules.ts'
import { GITHUB_RULES } from '../../../cloud/github/rules.ts'
import { registrationScenarios } from './registration-scenarios.ts'
import { runScenarios } from './run-scenarios.ts'
import type { Scenario } from './scenario.ts'
import { serviceScenarios } from './service-scenarios.ts'
import { stage } from './stage.ts'
import { tokenScenarios } from './token-scenarios.ts'

const SCENARIOS: readonly Scenario[] = [
  ...tokenScenarios,
  ...registrationScenarios,
  ...serviceScenarios,
  ...runScenarios,
]

describe('every rule changes what its scenario sees', () => {
  test.each(SCENARIOS.map((scenario): [keyof GitHubRules, Scenario] => [scenario.rule, scenario]))(
    '%s',
    async (rule, scenario) => {
      expect(await scenario.play(stage())).toEqual(scenario.on)
      expect(await scenario.play(stage({ rules: { [rule]: false } }))).toEqual(scenario.off)
      expect(scenario.off).not.toEqual(scenario.on)
    },
  )

  test('no rule is without a scenario', () => {
    expect(SCENARIOS.map(({ rule }) => rule).sort()).toEqual(Object.keys(GITHUB_RULES).sort())
  })
})

import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { launchToken, templateNameOf } from '../../src/domain/launch-plan.ts'

const identity = { repository: 'octo-org/octo-repo', runId: 17, runAttempt: 2, name: 'linux' }
const OTHERS = [
  { ...identity, repository: 'octo-org/other' },
  { ...identity, runId: 18 },
  { ...identity, runAttempt: 3 },
  { ...identity, name: '' },
  { ...identity, name: 'linux-2' },
]

describe('the name of a launch template', () => {
  test('tells repository, run, attempt and name apart', () => {
    const all = [identity, ...OTHERS].map((each) => templateNameOf(each))
    expect(new Set(all).size).toBe(all.length)
  })

  test('differs from one generation to the next, and keeps its beginning', () => {
    expect(templateNameOf(identity, 0)).toMatch(/^ec2-spot-runner-[0-9a-f]{8}-ec2-spot-17-2-linux$/)
    expect(templateNameOf(identity, 2)).toBe(`${templateNameOf(identity)}.g2`)
  })

  test('is one that EC2 takes', () => {
    const longest = { ...identity, runId: 99_999_999_999, runAttempt: 999, name: 'a'.repeat(24) }
    expect(templateNameOf(longest, 99)).toMatch(/^[a-zA-Z0-9().\-/_]{3,128}$/)
  })
})

describe('the client token of a launch', () => {
  test('is the same for the same request', () => {
    expect(launchToken(identity, 1, 'spot', 0)).toBe(launchToken({ ...identity }, 1, 'spot', 0))
  })

  test('is another for another start, runner, market or round', () => {
    const tokens = [identity, ...OTHERS].flatMap((each) =>
      [1, 2, 11].flatMap((number) =>
        [0, 1, 11].flatMap((round) => [
          launchToken(each, number, 'spot', round),
          launchToken(each, number, 'on-demand', round),
        ]),
      ),
    )
    expect(new Set(tokens).size).toBe(tokens.length)
  })

  test('has at most the 64 ASCII characters that EC2 takes', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), (repository, number, round) => {
        expect(launchToken({ ...identity, repository }, number, 'spot', round)).toMatch(/^[\x21-\x7e]{1,64}$/)
      }),
    )
  })
})

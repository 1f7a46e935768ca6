import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  identityOfLabel,
  isOwnRegistration,
  labelOf,
  parseRunnerName,
  runnerLabel,
  runnerName,
} from '../../src/domain/identity.ts'
import type { Identity } from '../../src/domain/identity.ts'

const names = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,23}$/))
const counts = fc.integer({ min: 1, max: 99_999_999_999 })
const identities: fc.Arbitrary<Identity> = fc.record({
  repository: fc.constant('octo-org/octo-repo'),
  runId: counts,
  runAttempt: fc.integer({ min: 1, max: 999 }),
  name: names,
})

describe('a label', () => {
  test.each([
    [{ repository: 'o/r', runId: 17, runAttempt: 2, name: '' }, 'ec2-spot-17-2'],
    [{ repository: 'o/r', runId: 17, runAttempt: 2, name: 'linux-4' }, 'ec2-spot-17-2-linux-4'],
  ])('of %j is %s', (identity, label) => {
    expect(labelOf(identity)).toBe(label)
    expect(identityOfLabel('o/r', label)).toEqual(identity)
  })

  test('says its whole identity, whatever it is', () => {
    fc.assert(
      fc.property(identities, (identity) => {
        expect(identityOfLabel(identity.repository, labelOf(identity))).toEqual(identity)
      }),
    )
  })

  test('of two starts is never the same', () => {
    fc.assert(
      fc.property(identities, identities, (one, other) => {
        expect(labelOf(one) === labelOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other))
      }),
    )
  })

  test.each([
    '',
    'self-hosted',
    'ec2-spot-',
    'ec2-spot-1',
    'ec2-spot-0-1',
    'ec2-spot-1-0',
    'ec2-spot-01-1',
    'ec2-spot-1-1-',
    'ec2-spot-1-1--x',
    'ec2-spot-1-1-X',
    'ec2-spot-1-1.1',
    'ec2-spot-1-1-a.b',
    'ec2-spot-1-1-a,b',
    'ec2-spot-1-1-a b',
    'xec2-spot-1-1',
    'ec2-spot-1-1\n',
    ' ec2-spot-1-1',
    `ec2-spot-1-1-${'a'.repeat(25)}`,
  ])('is not %j', (text) => {
    expect(identityOfLabel('o/r', text)).toBeUndefined()
  })
})

describe('a runner name', () => {
  test.each([
    ['ec2-spot-1-1.1', { label: 'ec2-spot-1-1', number: 1, tries: 0 }],
    ['ec2-spot-1-1.12.r3', { label: 'ec2-spot-1-1', number: 12, tries: 3 }],
    ['ec2-spot-1-1-r2.1', { label: 'ec2-spot-1-1-r2', number: 1, tries: 0 }],
  ])('%s is parsed', (name, parsed) => {
    expect(parseRunnerName(name)).toEqual(parsed)
  })

  test('round trips, and fits into the 64 characters that GitHub takes', () => {
    fc.assert(
      fc.property(
        identities,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 9 }),
        (identity, number, tries) => {
          const label = labelOf(identity)
          const name = runnerName(label, number, tries)
          expect(parseRunnerName(name)).toEqual({ label, number, tries })
          expect(name.length).toBeLessThanOrEqual(64)
        },
      ),
    )
  })

  test.each([
    '',
    'ec2-spot-1-1',
    'ec2-spot-1-1.0',
    'ec2-spot-1-1.01',
    'ec2-spot-1-1.1.r0',
    'ec2-spot-1-1.1.r',
    'ec2-spot-1-1.1.1',
    'ec2-spot-1-1.1 ',
    'ec2-spot-1-1.1\n',
    'my-ec2-spot-1-1.1',
    'ec2-spot-1.1',
    'ec2-spot-x-1.1',
    'ip-10-0-0-1',
  ])('%j of somebody else is not taken for ours', (name) => {
    expect(parseRunnerName(name)).toBeUndefined()
  })

  test('no text is taken for ours unless it is exactly what we would write', () => {
    const near = fc.tuple(
      fc.string(),
      fc.constantFrom('ec2-spot-', 'ec2-spot-1-1', 'ec2-spot-1-1.1', '.r1'),
      fc.string(),
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          near.map((parts) => parts.join('')),
        ),
        (text) => {
          const parsed = parseRunnerName(text)
          const written = parsed === undefined ? text : runnerName(parsed.label, parsed.number, parsed.tries)
          expect(written).toBe(text)
        },
      ),
      { numRuns: 500 },
    )
  })
})

describe('a registration', () => {
  const label = 'ec2-spot-1-1-a'
  test.each([
    ['its name and its label are ours', runnerName(label, 1), [label], true],
    ['it has labels beside', runnerName(label, 1), ['linux', label, runnerLabel(label, 1)], true],
    ['it lacks the label', runnerName(label, 1), ['self-hosted'], false],
    ['it has the label of another start', runnerName(label, 1), ['ec2-spot-1-1'], false],
    ['it only has our label', 'somebody', [label], false],
  ])('where %s', (_case, name, labels, own) => {
    expect(isOwnRegistration({ name, labels })).toBe(own)
  })
})

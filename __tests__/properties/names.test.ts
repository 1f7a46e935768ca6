import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  identityOfLabel,
  isOwnRegistration,
  labelOf,
  parseRunnerName,
  runnerLabel,
  runnerName,
  type Identity,
} from '../../src/domain/identity.ts'
import { launchToken, templateNameOf } from '../../src/domain/launch-plan.ts'
import { identityOf } from '../../src/domain/orphans.ts'
import { ownershipTags, TAG } from '../../src/domain/tags.ts'
import { undertake, labelsOf } from '../../src/flows/undertaking.ts'
import { readInputs } from '../../src/inputs.ts'
import type { StartRequest } from '../../src/domain/request.ts'
import { contextOf, USUAL } from '../flows/rehearsal.ts'

const name = fc.oneof(fc.constant(''), fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,23}$/))
const identity: fc.Arbitrary<Identity> = fc.record({
  repository: fc.stringMatching(/^[A-Za-z0-9-]{1,39}\/[\w.-]{1,100}$/),
  // GitHub's run ids have eleven digits today.
  runId: fc.integer({ min: 1, max: 999_999_999_999 }),
  runAttempt: fc.integer({ min: 1, max: 1_000 }),
  name,
})
const number = fc.integer({ min: 1, max: 100 })
const tries = fc.integer({ min: 0, max: 9 })

test('a label tells the identity that it was made of', () => {
  fc.assert(
    fc.property(identity, (one) => {
      expect(identityOfLabel(one.repository, labelOf(one))).toEqual(one)
    }),
  )
})

const tokenOf = (n: number) => (of: Identity) => launchToken(of, n, 'spot', 0)
const runnerOf = (n: number, k: number) => (of: Identity) => runnerName(labelOf(of), n, k)

test('no two identities of a repository share a label, a runner, a template or a token', () => {
  fc.assert(
    fc.property(identity, identity, number, tries, (one, other, n, k) => {
      const twin = { ...other, repository: one.repository }
      const derived = [labelOf, templateNameOf, tokenOf(n), runnerOf(n, k)].map((of) => of(one) === of(twin))
      expect(derived).toEqual(derived.map(() => isDeepStrictEqual(one, twin)))
    }),
  )
})

test('a runner name tells its label, and fits the limits of GitHub and EC2', () => {
  fc.assert(
    fc.property(identity, number, tries, (one, n, k) => {
      const label = labelOf(one)
      const runner = runnerName(label, n, k)
      expect(parseRunnerName(runner)).toEqual({ label, number: n, tries: k })
      expect(isOwnRegistration({ name: runner, labels: [label] })).toBe(true)
      expect(identityOfLabel(one.repository, runner)).toBeUndefined()
      expect(identityOfLabel(one.repository, runnerLabel(label, n))).toBeUndefined()
      expect(runner.length).toBeLessThanOrEqual(64)
      expect(templateNameOf(one, k)).toMatch(/^[a-zA-Z0-9().\-/_]{3,128}$/)
      expect(launchToken(one, n, 'on-demand', k)).toMatch(/^[\x21-\x7e]{1,64}$/)
    }),
  )
})

const almost = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^ec2-spot-[0-9]{1,30}-[0-9]{1,20}(-[a-zA-Z0-9.-]{0,30})?(\.[0-9]{0,20})?(\.r[0-9]{0,20})?$/),
  fc.stringMatching(/^ec2-spot-[0-9]{1,20}-[0-9]{14,20}(\.[0-9]{14,20})?$/),
  fc.stringMatching(/^ec2-spot-[0-9]{1,3}-[0-9](-[a-z-]{0,3})?\.[0-9](\.r[0-9])?[\n x]?$/),
)

test('what reads as a label or a runner of ours is written again as it was', () => {
  fc.assert(
    fc.property(almost, (text) => {
      const found = identityOfLabel('o/r', text)
      expect(found === undefined ? text : labelOf(found)).toBe(text)
      const runner = parseRunnerName(text)
      expect(runner === undefined ? text : runnerName(runner.label, runner.number, runner.tries)).toBe(text)
      expect(runner === undefined || identityOfLabel('o/r', runner.label) !== undefined).toBe(true)
    }),
    { numRuns: 3_000 },
  )
})

test('a registration that does not carry the label of its name is not ours', () => {
  fc.assert(
    fc.property(almost, fc.array(almost), (text, labels) => {
      const isOurs = isOwnRegistration({ name: text, labels })
      expect(isOurs).toBe(labels.some((label) => parseRunnerName(text)?.label === label))
    }),
  )
})

const start = (inputs: Readonly<Record<string, string>>): StartRequest =>
  readInputs((input) => ({ ...USUAL, ...inputs })[input] ?? '', '') as StartRequest

test('the tags of a start fit the limits of EC2, tell its identity, and no tag of the user takes the place of ours', () => {
  const key = fc.stringMatching(/^[\w.:+@-]{1,128}$/).filter((text) => !/^(aws|ec2-spot-runner):/i.test(text))
  const userTags = fc.dictionary(key, fc.stringMatching(/^[\w ./=]{0,256}$/), { maxKeys: 35 })
  fc.assert(
    fc.property(identity, userTags, number, (one, tags, count) => {
      const lines = Object.entries(tags).map(([tag, value]) => `${tag}=${value}`)
      const request = start({ name: one.name, count: String(count), tags: lines.join('\n'), 'keep-on-failure': '30m' })
      const undertaking = undertake(request, { ...contextOf(one.runId), ...one, stepId: '__self' }, 1_800_000_000_000)
      const entries = Object.entries({ ...undertaking.tags, [TAG.runner]: runnerName(undertaking.label, count) })
      expect(entries.length).toBeLessThanOrEqual(50)
      for (const [tag, value] of entries) {
        expect(tag).toMatch(/^[^\s/]{1,128}$/)
        expect(value.length).toBeLessThanOrEqual(256)
      }
      expect(identityOf(undertaking.tags)).toEqual(one)
      expect(undertaking.tags).toMatchObject(ownershipTags(one))
      expect(labelsOf(undertaking, 1)[0]).toBe(labelOf(one))
    }),
  )
})

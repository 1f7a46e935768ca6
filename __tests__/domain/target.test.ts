import { describe, expect, test } from '@jest/globals'
import type { Machine } from '../../src/domain/machine.ts'
import type { StopRequest } from '../../src/domain/request.ts'
import { ownershipTags, TAG } from '../../src/domain/tags.ts'
import { askedFor, isRegistrationOf, mayTouch, targetOf } from '../../src/domain/target.ts'
import { contextOf } from '../flows/rehearsal.ts'

const context = contextOf(17)
const { repository } = context
const EMPTY: StopRequest = {
  mode: 'stop',
  'aws-region': 'us-east-1',
  name: '',
  label: '',
  'instance-ids': [],
  all: false,
}
const machine = (tags: Record<string, string>): Machine => ({
  instanceId: 'i-1',
  state: 'running',
  market: 'spot',
  instanceType: 'c7i.large',
  availabilityZone: 'zone-a',
  launchedAtMs: 0,
  tags,
})

describe('what a stop is about', () => {
  const own = { repository, runId: 17, runAttempt: 1, name: '' }
  test.each([
    ['nothing said', {}, own],
    ['a name', { name: 'a' }, { ...own, name: 'a' }],
    ['a label', { label: 'ec2-spot-5-2-b' }, { repository, runId: 5, runAttempt: 2, name: 'b' }],
    [
      'a label beside another name',
      { label: 'ec2-spot-5-2', name: 'a' },
      { repository, runId: 5, runAttempt: 2, name: '' },
    ],
    ['a label and ids', { label: 'ec2-spot-17-1', 'instance-ids': ['i-1'] }, own],
  ])('%s: one start', (_case, request, identity) => {
    const target = targetOf({ ...EMPTY, ...request }, context)
    expect(target).toMatchObject({
      identity,
      tags: ownershipTags(identity),
      runId: identity.runId,
      runAttempt: identity.runAttempt,
    })
  })

  test('ids alone: those machines, by no tag', () => {
    const target = targetOf({ ...EMPTY, 'instance-ids': ['i-1', 'i-2'] }, context)
    expect(target).toMatchObject({
      identity: undefined,
      tags: undefined,
      instanceIds: ['i-1', 'i-2'],
      text: 'i-1, i-2',
    })
  })

  test.each([
    ['of its own run', {}, '17'],
    ['of the run of a label', { label: 'ec2-spot-5-2-b' }, '5'],
  ])('all: every start %s', (_case, request, run) => {
    const target = targetOf({ ...EMPTY, ...request, all: true }, context)
    expect(target.identity).toBeUndefined()
    expect(target.tags).toEqual({ [TAG.managed]: 'true', [TAG.repository]: repository, [TAG.run]: run })
  })
})

describe('a registration', () => {
  const one = targetOf({ ...EMPTY, name: 'a' }, context)
  const all = targetOf({ ...EMPTY, all: true }, context)
  const ids = targetOf({ ...EMPTY, 'instance-ids': ['i-1'] }, context)
  const named = [machine({ [TAG.runner]: 'ec2-spot-17-1-a.1' })]
  test.each([
    ['of the start', one, 'ec2-spot-17-1-a.1', true],
    ['of the start, by a later name', one, 'ec2-spot-17-1-a.2.r1', true],
    ['of another name', one, 'ec2-spot-17-1-b.1', false],
    ['of no name', one, 'ec2-spot-17-1.1', false],
    ['of another attempt', one, 'ec2-spot-17-2-a.1', false],
    ['of another run', one, 'ec2-spot-18-1-a.1', false],
    ['of a run whose id begins alike', one, 'ec2-spot-171-1-a.1', false],
    ['of any name, for all', all, 'ec2-spot-17-2-b.1', true],
    ['of another run, for all', all, 'ec2-spot-18-1.1', false],
    ['of a named machine', ids, 'ec2-spot-17-1-a.1', true],
    ['of no named machine', ids, 'ec2-spot-17-1-a.2', false],
  ])('%s', (_case, target, name, belongs) => {
    const labels = [name.replace(/\.\d+(\.r\d+)?$/, '')]
    expect(isRegistrationOf(target, named, { name, labels })).toBe(belongs)
    expect(isRegistrationOf(target, named, { name, labels: ['self-hosted'] })).toBe(false)
  })
})

test.each([
  ['ours', { [TAG.managed]: 'true', [TAG.repository]: repository }, true],
  ['of another repository', { [TAG.managed]: 'true', [TAG.repository]: 'octo-org/other' }, false],
  ['not managed', { [TAG.repository]: repository }, false],
  ['without tags', {}, false],
])('a machine that is %s: may be touched: %p', (_case, tags, may) => {
  expect(mayTouch(targetOf(EMPTY, context), machine(tags as Record<string, string>))).toBe(may)
})

test.each([
  ['no machine', [], [], 0],
  ['machines that say it', [], ['3', '3'], 3],
  ['one that does not', [], [undefined, '2'], 2],
  ['one that talks nonsense', [], ['x'], 0],
  ['ids', ['i-1', 'i-2'], ['1'], 2],
])('how many machines a start asked for, by %s', (_case, ids, counts, asked) => {
  const machines = counts.map((count) => machine(count === undefined ? {} : { [TAG.count]: count }))
  expect(askedFor(targetOf({ ...EMPTY, 'instance-ids': ids }, context), machines)).toBe(asked)
})

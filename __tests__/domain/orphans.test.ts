import { describe, expect, test } from '@jest/globals'
import type { Machine } from '../../src/domain/machine.ts'
import { deadlineOf, findOrphans, identityOf, START_GRACE_MS, UNDATED_LIFETIME_MS } from '../../src/domain/orphans.ts'
import type { Registered, Worlds } from '../../src/domain/orphans.ts'
import { TAG } from '../../src/domain/tags.ts'

const NOW_MS = Date.UTC(2026, 10, 20)
const LABEL = 'ec2-spot-17-1-a'
const RUNNER = `${LABEL}.1`
const TAGS = {
  [TAG.managed]: 'true',
  [TAG.repository]: 'octo-org/octo-repo',
  [TAG.label]: LABEL,
  [TAG.runner]: RUNNER,
  [TAG.deadline]: String(NOW_MS / 1_000 + 3_600),
}
const RUN = { repository: 'octo-org/octo-repo', runId: 17, runAttempt: 1 }

const machine = (more: Partial<Machine> = {}): Machine => ({
  instanceId: 'i-1',
  state: 'running',
  market: 'spot',
  instanceType: 'c7i.large',
  availabilityZone: 'zone-a',
  launchedAtMs: NOW_MS - START_GRACE_MS - 1,
  tags: TAGS,
  ...more,
})
const registration = (more: Partial<Registered> = {}): Registered => ({
  runnerId: 1,
  name: RUNNER,
  labels: [LABEL],
  online: true,
  busy: false,
  ...more,
})
const worlds = (more: Partial<Worlds> = {}): Worlds => ({
  nowMs: NOW_MS,
  gitHubKnown: true,
  machines: [machine()],
  templates: [],
  registrations: [registration()],
  activeRuns: [RUN],
  ...more,
})
const reasonsIn = (world: Worlds): readonly string[] =>
  findOrphans(world).map(({ kind, reason }) => `${kind}: ${reason}`)
const BUSY = [registration({ busy: true })]
const LATE = { ...TAGS, [TAG.deadline]: String(NOW_MS / 1_000) }
const UNDATED = Object.fromEntries(Object.entries(TAGS).filter(([key]) => key !== TAG.deadline))

describe('a machine', () => {
  test.each<[string, Partial<Worlds>, string[]]>([
    ['at work is none', { registrations: BUSY }, []],
    ['idle in a run that goes on is none', {}, []],
    [
      'that is dead already is none',
      { machines: [machine({ state: 'terminated', tags: LATE })], registrations: [] },
      [],
    ],
    [
      'past its deadline, although busy',
      { machines: [machine({ tags: LATE })], registrations: BUSY },
      ['machine: past its deadline'],
    ],
    [
      'past its deadline, although GitHub is down',
      { machines: [machine({ tags: LATE })], gitHubKnown: false },
      ['machine: past its deadline'],
    ],
    ['whose run is over', { activeRuns: [] }, ['machine: its run is over']],
    ['whose run is over, but busy, is none', { activeRuns: [], registrations: BUSY }, []],
    ['whose run may be over, while GitHub is down, is none', { activeRuns: [], gitHubKnown: false }, []],
    [
      'of a run of the same number elsewhere',
      { activeRuns: [{ ...RUN, repository: 'octo-org/other' }] },
      ['machine: its run is over'],
    ],
    [
      'of an earlier attempt',
      { activeRuns: [{ ...RUN, runAttempt: 2 }] },
      ['machine: a later attempt of its run has begun'],
    ],
    [
      'that is stopped',
      { machines: [machine({ state: 'stopped' })] },
      ['machine: it is stopped, and a stopped machine never comes back'],
    ],
    ['without a runner', { registrations: [] }, ['machine: GitHub does not know its runner']],
    [
      'without a runner, but young, is none',
      { registrations: [], machines: [machine({ launchedAtMs: NOW_MS - START_GRACE_MS + 1 })] },
      [],
    ],
    ['without tags, not old, is none', { machines: [machine({ tags: {} })] }, []],
    ['without a deadline, not old, is none', { machines: [machine({ tags: UNDATED })] }, []],
    [
      'without a deadline, and too old',
      { machines: [machine({ tags: UNDATED, launchedAtMs: NOW_MS - UNDATED_LIFETIME_MS })] },
      ['machine: it has no deadline and is too old'],
    ],
  ])('%s', (_case, more, reasons) => {
    expect(reasonsIn(worlds(more))).toEqual(reasons)
  })
})

describe('a machine that is kept for ten minutes where its job fails', () => {
  const KEPT = [machine({ tags: { ...TAGS, [TAG.keep]: '600' } })]
  const ended = (agoMs: number, runAttempt = 1): Partial<Worlds> => ({
    machines: KEPT,
    registrations: [],
    activeRuns: [],
    endedRuns: [{ ...RUN, runAttempt, startedAtMs: NOW_MS - agoMs, updatedAtMs: NOW_MS - agoMs }],
  })
  const later = (agoMs: number): Partial<Worlds> => ({
    machines: KEPT,
    registrations: [],
    activeRuns: [{ ...RUN, runAttempt: 2, startedAtMs: NOW_MS - agoMs }],
  })
  const OVER = ['machine: its run is over']
  const LATER = ['machine: a later attempt of its run has begun']
  test.each<[string, Partial<Worlds>, string[]]>([
    ['is none while its run goes on, although its runner is gone', { machines: KEPT, registrations: [] }, []],
    ['is none until then after the end of its run', ended(599_999), []],
    ['then is one', ended(600_000), OVER],
    ['is one where nobody knows when its run ended', { machines: KEPT, activeRuns: [] }, OVER],
    [
      'is one where the run says no time',
      { machines: KEPT, activeRuns: [], endedRuns: [{ ...RUN, updatedAtMs: undefined }] },
      OVER,
    ],
    ['is none until then after the next attempt began', later(599_999), []],
    ['then is one too', later(600_000), LATER],
    ['is one where the next attempt says no time', { machines: KEPT, activeRuns: [{ ...RUN, runAttempt: 2 }] }, LATER],
    ['counts from the beginning of an attempt that is over too', ended(599_999, 2), []],
    [
      'is one past its deadline',
      { machines: [machine({ tags: { ...LATE, [TAG.keep]: '600' } })] },
      ['machine: past its deadline'],
    ],
  ])('%s', (_case, more, reasons) => {
    expect(reasonsIn(worlds(more))).toEqual(reasons)
  })
})

describe('a registration', () => {
  const OFFLINE = registration({ online: false })
  test.each<[string, Registered, Partial<Worlds>, string[]]>([
    ['without a machine, of a run that is over', OFFLINE, { activeRuns: [] }, ['registration: its machine is gone']],
    [
      'of an earlier attempt',
      OFFLINE,
      { activeRuns: [{ ...RUN, runAttempt: 2 }] },
      ['registration: its machine is gone'],
    ],
    ['of a run that goes on is none', OFFLINE, {}, []],
    ['that is online is none', registration(), { activeRuns: [] }, []],
    ['that is busy is none', registration({ online: false, busy: true }), { activeRuns: [] }, []],
    ['of somebody else is none', registration({ online: false, name: 'theirs' }), { activeRuns: [] }, []],
    [
      'without the label that its name says is none',
      registration({ online: false, labels: ['x'] }),
      { activeRuns: [] },
      [],
    ],
  ])('%s', (_case, registered, more, reasons) => {
    expect(reasonsIn(worlds({ machines: [], registrations: [registered], ...more }))).toEqual(reasons)
  })

  test('with a machine that lives is none', () => {
    const found = findOrphans(worlds({ registrations: [OFFLINE], activeRuns: [] }))
    expect(found.map(({ kind }) => kind)).toEqual(['machine'])
  })
})

test.each<[string, number, Record<string, string>, Partial<Worlds>, string[]]>([
  ['of a start under way is none', NOW_MS, TAGS, {}, []],
  ['of a run that is over', NOW_MS, TAGS, { activeRuns: [] }, ['template: no launch needs it any more']],
  [
    'of a run that may be over, while GitHub is down, is none',
    NOW_MS,
    TAGS,
    { activeRuns: [], gitHubKnown: false },
    [],
  ],
  ['that is older than any start', NOW_MS - START_GRACE_MS, TAGS, {}, ['template: no launch needs it any more']],
  ['without tags, and young, is none', NOW_MS, {}, {}, []],
])('a launch template %s', (_case, createdAtMs, tags, more, reasons) => {
  const templates = [{ templateName: 'ec2-spot-runner-x', createdAtMs, tags }]
  expect(reasonsIn(worlds({ machines: [], registrations: [], templates, ...more }))).toEqual(reasons)
})

test.each([
  ['7', 7_000],
  ['0', undefined],
  ['x', undefined],
  [undefined, undefined],
])('a deadline tag of %p', (text, ms) => {
  expect(deadlineOf(machine({ tags: text === undefined ? {} : { [TAG.deadline]: text } }))).toBe(ms)
})

test('tags that are not complete tell no identity', () => {
  expect(identityOf(TAGS)).toMatchObject({ repository: 'octo-org/octo-repo', runId: 17, runAttempt: 1, name: 'a' })
  expect([identityOf({ [TAG.label]: LABEL }), identityOf({ [TAG.repository]: 'o/r' })]).toEqual([undefined, undefined])
})

import { describe, expect, test } from '@jest/globals'
import { machineTags, plantMachine } from './planting.ts'
import { callsOf, list, newLife, NOTHING, rehearse } from './rehearsal.ts'
import type { Stage } from './rehearsal.ts'

/** A machine of another run of this repository, or of another one. */
const neighbour = ({ cloud }: Stage, run: number, repository?: string): string =>
  plantMachine(cloud, {
    tags: machineTags(cloud, `ec2-spot-${String(run)}-1`, repository === undefined ? {} : { repository }),
  })

describe('a start over `max-runners`', () => {
  test.each([
    ['at the limit', 2, '1', '2'],
    ['with more runners than are left', 1, '2', '2'],
    ['with more runners than the limit', 0, '3', '2'],
  ])('is refused %s, and leaves nothing', (_what, neighbours, count, most) =>
    rehearse(async (stage) => {
      for (let n = 1; n <= neighbours; n++) neighbour(stage, n)
      const before = stage.left()
      const started = await stage.start({ count, 'max-runners': most })
      expect(started.failed).toBe(
        `max-runners: octo-org/octo-repo has ${String(neighbours)} machines running already, and ${count} more would be over the limit of ${most}. Wait for some to end, or raise the limit; if they look forgotten, run \`mode: sweep\`.`,
      )
      expect(started.outputs).toEqual({})
      expect(callsOf(stage.cloud, 'CreateFleet')).toBe(0)
      expect(stage.left()).toEqual(before)
    }),
  )

  test('is refused in a dry run too', () =>
    rehearse(async (stage) => {
      neighbour(stage, 1)
      expect((await stage.start({ 'max-runners': '1', 'dry-run': 'true' })).failed).toMatch(/^max-runners: /)
    }))
})

describe('what counts', () => {
  test('up to the limit, a start goes on', () =>
    rehearse(async (stage) => {
      neighbour(stage, 1)
      expect((await stage.start({ count: '2', 'max-runners': '3' })).failed).toBe('')
    }))

  test('what a crash of another run has left behind, whatever GitHub knows of it', () =>
    rehearse(async (stage) => {
      const life = newLife()
      void stage.start({ 'wait-for': 'online' }, { runId: 4_242 }, life)
      await stage.clock.sleep(6_000)
      life.dead = true
      await stage.clock.sleep(5_000)
      expect(stage.left().machines).toHaveLength(1)
      expect((await stage.start({ 'max-runners': '1' })).failed).toMatch(/has 1 machines running already/)
    }))

  test('machines of another name of this very run', () =>
    rehearse(async (stage) => {
      await stage.start({ name: 'a' })
      await stage.clock.sleep(5_000)
      expect((await stage.start({ name: 'b', 'max-runners': '1' })).failed).toMatch(/has 1 machines running already/)
    }))

  test('not those of another repository', () =>
    rehearse(async (stage) => {
      neighbour(stage, 1, 'octo-org/other')
      expect((await stage.start({ 'max-runners': '1' })).failed).toBe('')
    }))

  test('not those that are gone', () =>
    rehearse(async (stage) => {
      await stage.start({}, { runId: 4_242 })
      await stage.stop({}, { runId: 4_242 })
      await stage.clock.sleep(5_000)
      expect((await stage.start({ 'max-runners': '1' })).failed).toBe('')
    }))

  test('once, those that an earlier try of the same step has launched', () =>
    rehearse(async (stage) => {
      const first = await stage.start({ count: '2', 'max-runners': '2' })
      await stage.clock.sleep(5_000)
      const again = await stage.start({ count: '2', 'max-runners': '2' })
      expect(again.failed).toBe('')
      expect(list(again.outputs['instance-ids']).toSorted()).toEqual(list(first.outputs['instance-ids']).toSorted())
      await stage.stop()
      expect(stage.left()).toEqual(NOTHING)
    }))

  test('on all pages of the listing', () =>
    rehearse(async (stage) => {
      for (let n = 1; n <= 7; n++) neighbour(stage, n)
      stage.cloud.ec2.control.setPageLimit(2)
      expect((await stage.start({ 'max-runners': '7' })).failed).toMatch(/has 7 machines running already/)
    }))
})

test('without `max-runners` nobody is counted', () =>
  rehearse(async (stage) => {
    for (let n = 1; n <= 5; n++) neighbour(stage, n)
    expect((await stage.start()).failed).toBe('')
    const asked = stage.cloud.calls.filter(({ operation }) => operation === 'DescribeInstances')
    for (const { input } of asked) expect(JSON.stringify(input)).toMatch(/ec2-spot-runner:run|instance-id/)
  }))

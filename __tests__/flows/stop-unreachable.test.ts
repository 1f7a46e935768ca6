import { expect, test } from '@jest/globals'
import type { Fault } from '../../cloud/faults.ts'
import { HOUR_MS } from './planting.ts'
import { NOTHING, rehearse } from './rehearsal.ts'

const EXPIRED: Fault = { kind: 'refuse', code: 'ExpiredToken', status: 400, message: 'The token has expired.' }

test.each([
  ['empty inputs', false],
  ['the ids that start put out', true],
])('a stop whose AWS credentials fail, with %s, says what may be alive and when that ends', (_what, named) =>
  rehearse(async (stage) => {
    const started = await stage.start({ 'max-lifetime': '2h', 'idle-timeout': '1h' })
    stage.cloud.faults.plan(({ service }) => (service === 'ec2' ? EXPIRED : undefined))
    const stopped = await stage.stop(named ? { 'instance-ids': started.outputs['instance-ids'] ?? '' } : {})
    expect(stopped.failed).toMatch(/^Stopping .* did not fully succeed:\n- /)
    expect(stopped.failed).toMatch(/ExpiredToken.*the AWS credentials have expired/)
    expect(stopped.failed).toMatch(
      /A machine that may be left powers itself off at its deadline, `max-lifetime` after its boot\. Run stop again when this is mended\.$/,
    )
    expect(stopped.outputs).toEqual({ verdict: 'unknown', interrupted: 'false' })
    // And so it does.
    await stage.clock.sleep(2 * HOUR_MS)
    expect(stage.left().machines).toEqual([])
  }),
)

test('a stop that may read but not terminate names each machine and the instant of its end', () =>
  rehearse(async (stage) => {
    const started = await stage.start({ 'max-lifetime': '2h', 'idle-timeout': '1h' })
    stage.cloud.ec2.control.deny('TerminateInstances')
    const stopped = await stage.stop()
    const [, id = '', until = ''] = /: (i-\w+) \(until (\S+)\)\./.exec(stopped.failed) ?? []
    expect(id).toBe(started.outputs['instance-id'])
    const leftMs = Date.parse(until) - stage.clock.now()
    expect(leftMs).toBeGreaterThan(2 * HOUR_MS - 60_000)
    expect(leftMs).toBeLessThan(2.5 * HOUR_MS)
    await stage.clock.sleep(leftMs)
    expect(stage.left().machines).toEqual([])
  }))

test('a stop while GitHub is down ends the machine, fails, and a later sweep does the rest', () =>
  rehearse(async (stage) => {
    await stage.start()
    stage.queueJob(['ubuntu-latest'])
    stage.cloud.github.control.down(stage.clock.now() + HOUR_MS)
    const stopped = await stage.stop()
    expect(stopped.failed).toMatch(
      /^Stopping .* did not fully succeed:\n- .*503.*\nNo machine is left alive\. Run stop/,
    )
    expect(stopped.tookMs).toBeLessThan(5 * 60_000)
    expect(stage.left()).toMatchObject({ machines: [], registrations: { length: 1 }, templates: [] })
    await stage.clock.sleep(HOUR_MS)
    stage.cloud.github.control.cancelRun(stage.runId)
    expect((await stage.sweep()).failed).toBe('')
    expect(stage.left()).toEqual(NOTHING)
  }))

import { spawnSync } from 'node:child_process'
import { gunzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { renderUserData, type BootPlan } from '../../src/boot/user-data.ts'
import { planWith } from '../boot/plan.ts'

/** Each variable of the script, and where its value stands in the plan. */
const CARRIED = {
  registration_token: 'token',
  registration_url: 'url',
  runner_name: 'runnerName',
  runner_labels: 'label',
  runner_dir: 'runnerDir',
  runner_user: 'runnerUser',
  runner_version: 'runnerVersion',
  runner_checksum: 'runnerChecksum',
  pre_runner_script: 'preRunnerScript',
} as const
type Values = Readonly<Record<(typeof CARRIED)[keyof typeof CARRIED], string>>

/** Prints every variable with a NUL behind it, which no value can hold. */
const PRINT_ALL = `printf '%s\\0' ${Object.keys(CARRIED)
  .map((name) => `"$${name}"`)
  .join(' ')}\n`

function planOf({ token, url, runnerName, label, ...more }: Values): BootPlan {
  return planWith({ ...more, registration: { kind: 'token', token, url, runnerName, labels: [label] } })
}

/** The values as bash sees them, when it runs the real assignments in front of a script that prints them. */
function readBack(values: Values): readonly string[] {
  const script = gunzipSync(renderUserData(planOf(values), PRINT_ALL))
  const ran = spawnSync('bash', ['--norc', '-s'], {
    input: script,
    maxBuffer: 2 ** 24,
    env: { PATH: process.env['PATH'] },
  })
  expect([ran.status, ran.stderr.toString('utf8')]).toEqual([0, ''])
  return ran.stdout.toString('utf8').split('\0').slice(0, -1)
}

const HOSTILE = [
  "'",
  "''",
  "'\\''",
  '"',
  '\\',
  "\\'",
  '$(echo broken)',
  '${IFS}',
  '`echo broken`',
  '$((1/0))',
  '!!',
  '\n',
  '\r\n',
  "'\nexit 3\n'",
  "'; exit 3; '",
  '# no comment\n',
  '\t# no comment\n',
  'EOF\n',
  '<<EOF\n',
  '\u0001\u001b[31m\u007f',
  '~/*',
  'ü☂🦊\u202e\u2028\ufeff',
  ' ',
  '',
]
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary' })), { maxLength: 6 })
  .map((parts) => parts.join('').replaceAll('\0', '').toWellFormed())

const values: fc.Arbitrary<Values> = fc.record({
  token: hostile,
  url: hostile,
  runnerName: hostile,
  label: hostile,
  runnerDir: hostile,
  runnerUser: hostile,
  runnerVersion: hostile,
  runnerChecksum: hostile,
  preRunnerScript: hostile,
})

test('no value breaks out of its quotes: bash reads back every byte of every one', () => {
  fc.assert(
    fc.property(values, (given) => {
      expect(readBack(given)).toEqual(Object.values(CARRIED).map((key) => given[key]))
    }),
    { numRuns: 150 },
  )
})

test.each<[string, string]>([
  ['quotes', "'".repeat(65_536)],
  ['quotes after backslashes', "\\'".repeat(32_768)],
  ['lines that look like comments', '# x\n'.repeat(16_384)],
  ['foxes', '🦊'.repeat(16_384)],
  ['substitutions', '$(exit 3)`exit 3`'.repeat(4_096)],
])('64 KB of %s come back as they are', (_what, text) => {
  const empty = Object.fromEntries(Object.values(CARRIED).map((key) => [key, ''])) as unknown as Values
  const [, , , , , , , , script] = readBack({ ...empty, preRunnerScript: text })
  expect(script === text).toBe(true)
})

test('what no shell script can carry is refused, wherever it stands', () => {
  fc.assert(
    fc.property(values, fc.constantFrom(...Object.values(CARRIED)), hostile, hostile, (given, key, before, after) => {
      const plan = planOf({ ...given, [key]: `${before}\0${after}` })
      expect(() => renderUserData(plan, PRINT_ALL)).toThrow(RangeError)
    }),
  )
})

const rendered = (maxLifetimeSeconds: number): string =>
  gunzipSync(renderUserData(planWith({ maxLifetimeSeconds }), '')).toString('utf8')

test('a number of seconds stands there in digits', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (number) => {
      const seconds = Math.abs(number) + 1
      fc.pre(Number.isSafeInteger(seconds))
      expect(rendered(seconds)).toContain(`max_lifetime_s='${String(seconds)}'`)
    }),
  )
})

test('what is no number of seconds is refused', () => {
  const wrong = fc.oneof(fc.double(), fc.integer()).filter((seconds) => !Number.isSafeInteger(seconds) || seconds <= 0)
  fc.assert(
    fc.property(wrong, (seconds) => {
      expect(() => rendered(seconds)).toThrow(RangeError)
    }),
  )
})

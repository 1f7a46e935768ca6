import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { bootReport } from '../../src/domain/boot-phase.ts'
import {
  type BootPlan,
  JIT_RESERVE,
  USER_DATA_LIMIT,
  renderGuardUserData,
  renderUserData,
  scriptFits,
  scriptRoom,
  userDataSize,
} from '../../src/boot/user-data.ts'
import { BOOT_SCRIPT, planWith } from './plan.ts'

/** Base64 of bytes that nothing can compress, the same in every run. */
function noise(length: number): string {
  let text = ''
  for (let n = 0; text.length < length; n++)
    text += createHash('sha256').update(String(n)).digest('base64').slice(0, 43)
  return text.slice(0, length)
}

/** What a shell makes of the user data, with `script` in place of boot.sh. */
function shellOutput(changes: Partial<BootPlan>, script: string): string {
  const text = gunzipSync(renderUserData(planWith(changes), script)).toString('utf8')
  return spawnSync('bash', ['-c', text], { encoding: 'utf8' }).stdout
}

describe('user data', () => {
  test.each([
    ['quotes', `it's "quoted" '''`],
    ['expansions', '$HOME $(id) `id` ${x} \\ \\n !!'],
    ['lines', 'a\n\tb\r\n\n# no comment\n'],
    ['unicode', 'ünïcode ☂ 🦊'],
    ['the end of a document', "EOF\n'\nEOF"],
    ['nothing', ''],
  ])('carries %s unchanged', (_case, preRunnerScript) => {
    expect(shellOutput({ preRunnerScript }, 'printf "%s" "$pre_runner_script"\n')).toBe(preRunnerScript)
  })

  test('exports nothing', () => {
    const registration = { kind: 'jit', jitConfig: 'the-secret' } as const
    expect(shellOutput({ registration }, 'env\n')).not.toContain('the-secret')
  })

  test('of a token carries the labels as config.sh takes them, and no JIT configuration', () => {
    const registration = { kind: 'token', token: 't', url: 'u', runnerName: 'n', labels: ['a', 'b'] } as const
    expect(shellOutput({ registration }, 'echo "$registration_token $runner_labels <$jit_config>"\n')).toBe(
      't a,b <>\n',
    )
  })

  test('of equal plans is equal, and says nothing of the computer that made it', () => {
    const [one, two] = [renderUserData(planWith({}), BOOT_SCRIPT), renderUserData(planWith({}), BOOT_SCRIPT)]
    expect(Buffer.from(one).equals(two)).toBe(true)
    expect([...one.slice(4, 10)]).toEqual([0, 0, 0, 0, 2, 255])
  })

  test('leaves out the comments of boot.sh, and nothing else', () => {
    const text = gunzipSync(renderUserData(planWith({ preRunnerScript: '# mine\n' }), BOOT_SCRIPT)).toString('utf8')
    expect(text).toContain('# mine\n')
    expect(text).not.toContain('# What a machine does')
    expect(text).toContain('set -Eeuo pipefail\n')
  })

  test.each([
    ['a NUL', { preRunnerScript: 'a\0b' }, 'pre_runner_script holds a NUL'],
    ['a fraction of a second', { maxLifetimeSeconds: 1.5 }, 'maxLifetimeSeconds must be a positive whole number'],
    ['no time at all', { idleTimeoutSeconds: 0 }, 'idleTimeoutSeconds must be'],
    ['no number', { preRunnerTimeoutSeconds: Number.NaN }, 'preRunnerTimeoutSeconds must be'],
    ['a download without its version', { runner: 'download', runnerChecksum: 'x' }, 'runnerVersion'],
    ['a download without its checksum', { runner: 'download', runnerVersion: '2.336.0' }, 'runnerChecksum'],
  ] as const)('with %s is refused', (_case, changes, message) => {
    expect(() => renderUserData(planWith(changes), BOOT_SCRIPT)).toThrow(message)
  })
})

describe('the limit of EC2', () => {
  test('leaves a user at least 4 KB beside boot.sh and a JIT configuration of 6 KB', () => {
    expect(scriptRoom('', BOOT_SCRIPT)).toBeGreaterThanOrEqual(4 * 1024)
    const jitConfig = noise(JIT_RESERVE)
    const preRunnerScript = noise(4 * 1024)
    const plan = planWith({ registration: { kind: 'jit', jitConfig }, preRunnerScript })
    expect(userDataSize(plan, BOOT_SCRIPT)).toBeLessThanOrEqual(USER_DATA_LIMIT)
  })

  test.each([
    ['a short script', 'echo hello', true],
    ['a long one that packs well', 'echo hello\n'.repeat(5_000), true],
    ['a long one that does not', noise(12_000), false],
  ])('%s: fits is %p', (_case, script, fits) => {
    expect(scriptFits(script, BOOT_SCRIPT)).toBe(fits)
  })

  test('what is said to fit fits, with the largest JIT configuration that is reserved for', () => {
    const preRunnerScript = noise(6_000)
    const plan = planWith({ registration: { kind: 'jit', jitConfig: noise(8_000) }, preRunnerScript })
    expect(scriptFits(preRunnerScript, BOOT_SCRIPT)).toBe(true)
    expect(userDataSize(plan, BOOT_SCRIPT)).toBeLessThanOrEqual(USER_DATA_LIMIT)
  })
})

test('a machine without user data of its own says so and powers off', () => {
  const text = Buffer.from(renderGuardUserData()).toString('utf8')
  const ran = spawnSync('bash', ['-c', `shutdown() { echo "called shutdown $*"; }\n${text}`], { encoding: 'utf8' })
  expect(bootReport(ran.stdout)).toMatchObject({ phase: 'powering-off', failure: { step: 'no-user-data' } })
  expect(ran.stdout).toContain('called shutdown -P now')
})

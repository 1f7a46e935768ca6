import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const LAUNCHER = resolve(import.meta.dirname, '../../scripts/with-node24.cjs')

function launch(...command: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [LAUNCHER, ...command], { encoding: 'utf8' })
}

describe('the launcher of the scripts', () => {
  test('runs its command under Node 24, for its children too', () => {
    const child = "process.stdout.write(require('child_process').execSync('node -p process.versions.node').toString())"
    expect(launch('node', '-e', child).stdout).toMatch(/^(2[4-9]|[3-9]\d)\./)
  })

  test('passes on the exit code', () => {
    expect(launch('node', '-e', 'process.exit(7)').status).toBe(7)
  })

  test('calls a command that a signal ended a failure', () => {
    expect(launch('node', '-e', "process.kill(process.pid, 'SIGTERM')").status).toBe(1)
  })

  test('names a command that is not there', () => {
    const { status, stderr } = launch('no-such-command-here')
    expect(status).toBe(1)
    expect(stderr).toContain('no-such-command-here did not start')
  })
})

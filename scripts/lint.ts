import { runNode } from './run.ts'
import { shellcheck } from './shellcheck.ts'

/** Every check runs even if one before it failed: one run shows all there is to mend. */
const results: readonly [name: string, passed: boolean][] = [
  ['tsc', runNode('typescript/bin/tsc', ['-p', '.'])],
  ['eslint', runNode('eslint/bin/eslint.js', ['.', '--max-warnings', '0'])],
  ['prettier', runNode('prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.'])],
  ['shellcheck', await shellcheck()],
]

for (const [name, passed] of results) console.log(`${passed ? 'ok    ' : 'FAILED'}  ${name}`)
process.exitCode = results.every(([, passed]) => passed) ? 0 : 1

import type { Linter } from 'eslint'
import { wallsRule } from './walls-rule.ts'

/** What only the ports may give: time, chance, timers, the network, the process. */
const THROUGH_A_PORT = [
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'performance',
  'crypto',
  'fetch',
  'console',
  'globalThis',
  'global',
]

const ask = (name: string): { name: string; message: string } => ({
  name,
  message: 'Only src/host and src/wiring.ts touch this; everything else asks for it through a port.',
})

const IMPURE_CALLS: readonly { selector: string; message: string }[] = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'The present comes from the clock port; new Date(ms) is pure and allowed.',
  },
  { selector: "CallExpression[callee.name='Date']", message: 'The present comes from the clock port.' },
  {
    selector: "MemberExpression[object.name='Date'][property.name='now']",
    message: 'The present comes from the clock port.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Randomness comes from a port, so that a run can be repeated by its seed.',
  },
]

const BEYOND_THE_PORTS = ['src/host/**', 'src/wiring.ts']
const ENTRIES = ['src/main.ts', 'src/index.ts', 'src/post.ts']

/** The walls as ESLint configuration: imports first, then what the pure zones must not reach for. */
export const walls: Linter.Config[] = [
  {
    name: 'walls/imports',
    files: ['{src,cloud,bench,image,demo,scripts}/**/*.ts'],
    plugins: { house: { rules: { walls: wallsRule } } },
    rules: { 'house/walls': 'error' },
  },
  {
    name: 'walls/effects',
    files: ['src/**/*.ts'],
    ignores: BEYOND_THE_PORTS,
    rules: {
      'no-restricted-globals': ['error', ...THROUGH_A_PORT.map(ask), ask('process')],
      'no-restricted-syntax': ['error', ...IMPURE_CALLS],
    },
  },
  {
    // The entries read the environment and set the exit code; nothing else of the process is theirs.
    name: 'walls/entries',
    files: ENTRIES,
    rules: {
      'no-restricted-globals': ['error', ...THROUGH_A_PORT.map(ask)],
      'no-restricted-syntax': [
        'error',
        ...IMPURE_CALLS,
        {
          selector: "MemberExpression[object.name='process'][property.name!=/^(env|exitCode)$/]",
          message: 'An entry may use process.env and process.exitCode; the rest comes through a port.',
        },
      ],
    },
  },
]

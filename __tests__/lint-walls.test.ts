import { describe, expect, test } from '@jest/globals'
import { Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { walls } from '../scripts/lint/walls.ts'

/** What the walls say of a file with this text, were it at this path. */
function complaints(path: string, text: string): string[] {
  const linter = new Linter({ configType: 'flat', cwd: '/repository' })
  const parser = tseslint.parser as unknown as Linter.Parser
  const config: Linter.Config[] = [{ files: ['**/*.ts'], languageOptions: { parser } }, ...walls]
  return linter.verify(text, config, { filename: `/repository/${path}` }).map((one) => one.message)
}

const BROKEN: readonly [path: string, text: string][] = [
  // Imports between the zones.
  ['src/domain/a.ts', "import { x } from '../ports/ec2.ts'"],
  ['src/domain/a.ts', "import type { X } from '../flows/start.ts'"],
  ['src/domain/deep/a.ts', "import { x } from '../../retry.ts'"],
  ['src/boot/a.ts', "import { x } from '../summary/a.ts'"],
  ['src/summary/a.ts', "export { x } from '../boot/a.ts'"],
  ['src/ports/a.ts', "import { x } from '../domain/a.ts'"],
  ['src/ports/a.ts', "import type { X } from '../aws/send.ts'"],
  ['src/flows/a.ts', "import { x } from '../aws/fleet.ts'"],
  ['src/flows/a.ts', "export * from '../github/runners.ts'"],
  ['src/flows/a.ts', "import { x } from '../inputs.ts'"],
  ['src/aws/a.ts', "import { x } from '../github/a.ts'"],
  ['src/aws/a.ts', "import type { X } from '../host/a.ts'"],
  ['src/github/a.ts', "import { x } from '../flows/a.ts'"],
  ['src/inputs.ts', "import { x } from './ports/host.ts'"],
  ['src/inputs.ts', "import type { X } from './flows/start.ts'"],
  ['src/main.ts', "import { x } from './host/a.ts'"],
  ['src/main.ts', "import { x } from './aws/a.ts'"],
  ['src/wiring.ts', "import { x } from './flows/start.ts'"],
  ['src/host/a.ts', "import { x } from '../aws/send.ts'"],
  ['src/flows/a.ts', "import { x } from '../../cloud/clock.ts'"],
  ['src/domain/a.ts', "import { x } from '../../__tests__/a.ts'"],
  ['src/flows/a.ts', "const x = await import('../aws/fleet.ts')"],
  ['src/flows/a.ts', "let x: import('../aws/fleet.ts').Fleet"],
  ['src/stray.ts', "import { x } from './domain/a.ts'"],
  ['cloud/a.ts', "import { x } from '../src/domain/a.ts'"],
  ['cloud/a.ts', "import type { X } from '../src/flows/start.ts'"],
  ['bench/a.ts', "import { x } from '../src/aws/fleet.ts'"],
  ['demo/a.ts', "import { x } from '../src/main.ts'"],
  ['image/a.ts', "import { x } from '../src/host/a.ts'"],
  ['scripts/a.ts', "import { x } from '../src/flows/a.ts'"],
  // Packages, and Node modules with effects.
  ['src/aws/a.ts', "import { EC2Client } from '@aws-sdk/client-ec2'"],
  ['src/aws/send.ts', "import { EC2Client } from '@aws-sdk/client-ec2'"],
  ['src/aws/send.ts', "const sdk = await import('@aws-sdk/client-ec2')"],
  ['src/flows/a.ts', "import type { Instance } from '@aws-sdk/client-ec2'"],
  ['src/flows/a.ts', "import * as core from '@actions/core'"],
  ['src/github/a.ts', "import type { RequestError } from '@octokit/request-error'"],
  ['src/domain/a.ts', "import { randomUUID } from 'node:crypto'"],
  ['src/domain/a.ts', "import * as crypto from 'node:crypto'"],
  ['src/domain/a.ts', "import { setTimeout } from 'node:timers/promises'"],
  ['src/boot/a.ts', "import { readFileSync } from 'node:fs'"],
  ['src/main.ts', "import { env } from 'node:process'"],
  // Time, chance, timers and the process.
  ['src/domain/a.ts', 'Date.now()'],
  ['src/flows/a.ts', 'new Date()'],
  ['src/flows/a.ts', 'Date()'],
  ['src/retry.ts', 'Math.random()'],
  ['src/retry.ts', 'setTimeout(() => {}, 1)'],
  ['src/aws/a.ts', 'setInterval(() => {}, 1)'],
  ['src/github/a.ts', 'setImmediate(() => {})'],
  ['src/inputs.ts', "process.env['INPUT_MODE']"],
  ['src/flows/a.ts', 'globalThis.setTimeout(() => {}, 1)'],
  ['src/flows/a.ts', "fetch('https://example.com')"],
  ['src/main.ts', 'process.exit(1)'],
  ['src/main.ts', 'Date.now()'],
]

const SOUND: readonly [path: string, text: string][] = [
  ['src/domain/a.ts', "import { x } from './market.ts'"],
  ['src/domain/a.ts', "import { createHash } from 'node:crypto'"],
  ['src/boot/a.ts', "import { gzipSync } from 'node:zlib'; import { x } from '../domain/a.ts'"],
  ['src/ports/a.ts', "import type { X } from '../domain/a.ts'"],
  ['src/ports/a.ts', "import { type X } from '../domain/a.ts'"],
  ['src/ports/a.ts', "export type { X } from '../domain/a.ts'"],
  [
    'src/flows/a.ts',
    "import { x } from '../boot/a.ts'; import { y } from '../summary/a.ts'; import { z } from '../retry.ts'",
  ],
  ['src/flows/a.ts', "import type { Request } from '../inputs.ts'"],
  ['src/aws/a.ts', "import { x } from '../retry.ts'; import type { X } from '../ports/ec2.ts'"],
  ['src/aws/send.ts', "import type * as ec2 from '@aws-sdk/client-ec2'"],
  ['src/aws/fleet.ts', "import { type Instance } from '@aws-sdk/client-ec2'"],
  ['src/inputs.ts', "import type { X } from './ports/host.ts'; import { x } from './domain/a.ts'"],
  ['src/host/a.ts', "import type { Send } from '../aws/send.ts'; import { EC2Client } from '@aws-sdk/client-ec2'"],
  ['src/host/a.ts', 'setTimeout(() => {}, Date.now() + Math.random() + process.pid)'],
  ['src/wiring.ts', "import { x } from './aws/a.ts'; import { y } from './host/a.ts'; process.env"],
  ['src/main.ts', "import { x } from './flows/start.ts'; import { y } from './wiring.ts'; process.exitCode = 1"],
  ['src/index.ts', "import { main } from './main.ts'; process.env"],
  ['src/flows/a.ts', 'new Date(0); Math.max(1, 2)'],
  ['cloud/a.ts', "import type { Send } from '../src/aws/send.ts'; import { createServer } from 'node:http'"],
  ['bench/a.ts', "import { x } from '../src/wiring.ts'; import { y } from '../cloud/clock.ts'"],
  ['__tests__/a.test.ts', "import { x } from '../src/flows/a.ts'; import { y } from '../cloud/clock.ts'; Date.now()"],
]

describe('the walls of the house', () => {
  test.each(BROKEN)('%s must not hold: %s', (path, text) => {
    expect(complaints(path, text)).toHaveLength(1)
  })

  test.each(SOUND)('%s may hold: %s', (path, text) => {
    expect(complaints(path, text)).toEqual([])
  })
})

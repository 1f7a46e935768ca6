import { join, dirname } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type Playground, eventually, playground } from './playground.ts'

let ground: Playground
beforeEach(async () => {
  ground = await playground()
})
afterEach(async () => {
  await ground.close()
})

test("the start-up files of the computer's own user do not reach a machine", async () => {
  const script = '#!/bin/bash\necho "PATH=$PATH"\necho booted\n'
  ground.bootRaw('i-1', new TextEncoder().encode(script))
  const consoleText = (): string => ground.console('i-1')
  await eventually('booted', () => consoleText().includes('booted\n'), consoleText)
  const shims = join(dirname(ground.machines.imageDir), 'shims')
  // A start-up file may print, or put folders of its own before the shims.
  expect(consoleText()).toMatch(/^PATH=[^\n]*\nbooted\n$/)
  expect(consoleText().startsWith(`PATH=${shims}:`)).toBe(true)
})

import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { errorOf, LIMIT_MS, play, type Scene } from './theatre.ts'

const DIST = join(import.meta.dirname, '..', '..', 'dist')

/** What is loaded only when it is first used: the AWS clients and octokit among them. */
const CHUNK = /^\d+\.index\.js$/

const CHUNK_WAS_LOADED = 42

/** The built action, which ends at once when it loads a chunk. */
function trappedAction({ stage }: Scene): string {
  const trapped = join(stage.workDir, 'trapped')
  cpSync(DIST, trapped, { recursive: true })
  for (const chunk of readdirSync(trapped).filter((name) => CHUNK.test(name)))
    writeFileSync(join(trapped, chunk), `process.exit(${String(CHUNK_WAS_LOADED)})\n`)
  return trapped
}

test.concurrent.each([
  ['start', { image: '', count: '0' }, /^2 inputs cannot work:\n- image: is missing[^\n]*\n- count: /],
  ['stop', { mode: 'stop', label: 'self-hosted' }, /^An input cannot work:\n- label: /],
  ['no mode at all', { mode: '' }, /^An input cannot work:\n- mode: is missing/],
])(
  'an input error loads neither the AWS SDK nor octokit: %s',
  (_mode, inputs, sentence) =>
    play(async (scene) => {
      const actionDir = trappedAction(scene)
      const [trapped, whole] = await Promise.all([scene.start(inputs, { actionDir }), scene.start(inputs)])
      expect(errorOf(whole)).toMatch(sentence)
      expect({ exitCode: trapped.exitCode, error: errorOf(trapped) }).toEqual({ exitCode: 1, error: errorOf(whole) })
    }),
  LIMIT_MS,
)

test.concurrent.each([
  ['start', {}],
  ['stop', { mode: 'stop' }],
])(
  'good inputs load them: %s',
  (_mode, inputs) =>
    play(async (scene) => {
      const played = await scene.start(inputs, { actionDir: trappedAction(scene) })
      expect(played.exitCode).toBe(CHUNK_WAS_LOADED)
      expect(scene.stage.cloud.calls).toEqual([])
    }),
  LIMIT_MS,
)

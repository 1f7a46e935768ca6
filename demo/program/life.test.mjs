import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draw, next, read } from './life.mjs'

test('a lonely cell dies', () => {
  assert.deepEqual(next(read('#')), new Set())
})

test('a block stays as it is', () => {
  const block = read('##\n##')
  assert.deepEqual(next(block), block)
})

test('a blinker turns, and turns back', () => {
  const blinker = read('...\n###\n...')
  assert.equal(draw(next(blinker), 3, 3), '.#.\n.#.\n.#.')
  assert.deepEqual(next(next(blinker)), blinker)
})

test('a glider moves one cell down and to the right in four generations', () => {
  const glider = read('.#.\n..#\n###')
  const moved = read('....\n..#.\n...#\n.###')
  assert.deepEqual(next(next(next(next(glider)))), moved)
})

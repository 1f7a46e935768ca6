import { describe, expect, test } from '@jest/globals'
import {
  parseInterface,
  renderInputs,
  renderOutputs,
  renderReference,
  replaceSection,
} from '../../scripts/reference.ts'

const ACTION = `
name: An action
description: Does one thing.
inputs:
  mode:
    description: >-
      What to do:
      \`start\` | \`stop\`.
    required: true
  count:
    description: How many.
    default: 1
  token:
    description: Who asks.
    default: \${{ github.token }}
  name:
    description: Tells them apart.
    default: ''
outputs:
  label:
    description: What to write into \`runs-on\`.
`

const PAGE = 'before\n<!-- inputs:start -->\nold\n<!-- inputs:end -->\nafter\n'

describe('the reference follows action.yml', () => {
  test('an input is one row, in the order of action.yml, its text on one line and its pipes escaped', () => {
    expect(renderInputs(parseInterface(ACTION)).split('\n')).toEqual([
      '| Input | What it does | Default |',
      '| --- | --- | --- |',
      '| `mode` | What to do: `start` \\| `stop`. | **required** |',
      '| `count` | How many. | `1` |',
      '| `token` | Who asks. | `${{ github.token }}` |',
      '| `name` | Tells them apart. |  |',
    ])
  })

  test('an output is one row', () => {
    expect(renderOutputs(parseInterface(ACTION))).toContain('| `label` | What to write into `runs-on`. |')
  })

  test('the page says where it comes from and holds both tables', () => {
    const page = renderReference(ACTION)
    expect(page).toMatch(/^# Reference\n\n<!-- Generated from action.yml/)
    expect(page).toContain('\nDoes one thing.\n')
    expect(page).toContain('| `mode` |')
    expect(page).toContain('| `label` |')
  })

  test('an input without a description is refused by name', () => {
    expect(() => parseInterface('inputs:\n  mode:\n    required: true\n')).toThrow('mode has no description')
  })

  test('text that is not YAML is refused, with the name of the file', () => {
    expect(() => parseInterface('name: a: b')).toThrow('action.yml is not YAML')
  })

  test('a section is replaced between its markers, and again gives the same page', () => {
    const once = replaceSection(PAGE, 'inputs', '| new |\n')
    expect(once).toBe('before\n<!-- inputs:start -->\n\n| new |\n\n<!-- inputs:end -->\nafter\n')
    expect(replaceSection(once, 'inputs', '| new |')).toBe(once)
  })

  test.each([
    ['no marker', 'text'],
    ['no end', '<!-- inputs:start -->'],
    ['the end before the start', '<!-- inputs:end --> <!-- inputs:start -->'],
  ])('a page with %s is refused', (_, page) => {
    expect(() => replaceSection(page, 'inputs', '')).toThrow('<!-- inputs:start -->')
  })
})

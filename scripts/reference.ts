import { parse } from 'yaml'

export interface Input {
  readonly description: string
  readonly required?: boolean
  readonly default?: string | number | boolean
}

export interface Output {
  readonly description: string
}

export interface Interface {
  readonly name: string
  readonly description: string
  readonly inputs?: Readonly<Record<string, Input>>
  readonly outputs?: Readonly<Record<string, Output>>
}

/** Reads the text of action.yml. @throws where it is not YAML, or an input or output has no description. */
export function parseInterface(actionYml: string): Interface {
  const action = yaml(actionYml) as Interface
  for (const [name, one] of [...Object.entries(action.inputs ?? {}), ...Object.entries(action.outputs ?? {})]) {
    if (typeof (one as Output | null)?.description !== 'string')
      throw new Error(`action.yml: ${name} has no description`)
  }
  return action
}

function yaml(text: string): unknown {
  try {
    return parse(text)
  } catch (error) {
    throw new Error(`action.yml is not YAML: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/** The table of inputs, in the order of action.yml. */
export function renderInputs(action: Interface): string {
  const rows = Object.entries(action.inputs ?? {}).map(([name, input]) => {
    return [code(name), cell(input.description), defaultOf(input)]
  })
  return table(['Input', 'What it does', 'Default'], rows)
}

/** The table of outputs, in the order of action.yml. */
export function renderOutputs(action: Interface): string {
  const rows = Object.entries(action.outputs ?? {}).map(([name, output]) => [code(name), cell(output.description)])
  return table(['Output', 'What it holds'], rows)
}

/** The whole of docs/reference.md, from the text of action.yml. */
export function renderReference(actionYml: string): string {
  const action = parseInterface(actionYml)
  return [
    '# Reference',
    '<!-- Generated from action.yml by "npm run docs": edit that file instead. -->',
    `${action.description.trim().replace(/\.$/, '')}.`,
    '## Inputs',
    'An empty string means the default.',
    renderInputs(action),
    '## Outputs',
    renderOutputs(action),
    '',
  ].join('\n\n')
}

/**
 * The page with what stands between `<!-- <section>:start -->` and `<!-- <section>:end -->` replaced.
 * @throws where the page lacks one of the markers.
 */
export function replaceSection(page: string, section: string, content: string): string {
  const [start, end] = [`<!-- ${section}:start -->`, `<!-- ${section}:end -->`]
  const from = page.indexOf(start)
  const to = page.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`the markers ${start} and ${end} are missing`)
  return `${page.slice(0, from + start.length)}\n\n${content.trim()}\n\n${page.slice(to)}`
}

function defaultOf(input: Input): string {
  if (input.required === true) return '**required**'
  const text = String(input.default ?? '')
  return text === '' ? '' : code(text)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function code(text: string): string {
  return `\`${cell(text)}\``
}

function cell(text: string): string {
  return text.trim().replace(/\s+/g, ' ').replaceAll('|', '\\|')
}

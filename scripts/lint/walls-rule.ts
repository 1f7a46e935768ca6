import { dirname, relative, resolve, sep } from 'node:path'
import type { Rule } from 'eslint'
import { PURE_MODULES, TYPES_FROM_PACKAGES, ZONES, zoneOf } from './zones.ts'

export interface Import {
  /** The importing file, from the root of the repository. */
  readonly file: string
  /** A path from the root for a file of ours, else the name of the package or Node module. */
  readonly target: { readonly path: string } | { readonly module: string }
  readonly typeOnly: boolean
  /** Names taken by a static import; undefined where all can be reached. */
  readonly names: readonly string[] | undefined
}

/** What is wrong with an import, or undefined where the walls allow it. */
export function violation(entry: Import): string | undefined {
  const from = zoneOf(entry.file)
  const zone = from === undefined ? undefined : ZONES[from]
  if (from === undefined || zone === undefined) {
    return entry.file.startsWith('src/')
      ? `${entry.file} stands in no zone: add it to scripts/lint/zones.ts`
      : undefined
  }
  if ('module' in entry.target) return packageViolation(entry, from, zone.packages, entry.target.module)
  const to = zoneOf(entry.target.path)
  if (to === undefined || to === from || zone.values.includes(to)) return undefined
  if (zone.types.includes(to)) {
    return entry.typeOnly ? undefined : `${from} may import only types from ${to}: write "import type"`
  }
  return `${from} may not import ${to}`
}

function packageViolation(entry: Import, from: string, allowed: 'pure' | 'any', module: string): string | undefined {
  if (allowed === 'any') return undefined
  if (entry.typeOnly && TYPES_FROM_PACKAGES[from]?.test(module) === true) return undefined
  const names = PURE_MODULES[module]
  if (names === undefined) return `${from} is pure and may not import ${module}: ask for it through a port`
  if (names.includes('*')) return undefined
  if (entry.names === undefined) return `import from ${module} by name: ${names.join(', ')}`
  const refused = entry.names.filter((name) => !names.includes(name))
  return refused.length === 0 ? undefined : `${from} is pure and may not import ${refused.join(', ')} from ${module}`
}

interface ImportNode {
  readonly source?: { readonly value?: unknown } | null
  readonly importKind?: string
  readonly exportKind?: string
  readonly specifiers?: readonly SpecifierNode[]
}

interface SpecifierNode {
  readonly type: string
  readonly importKind?: string
  readonly exportKind?: string
  readonly imported?: { readonly name?: string }
}

/** ESLint's face of `violation`: looks at static imports, re-exports, `import()` and `import('x').T`. */
export const wallsRule: Rule.RuleModule = {
  meta: { type: 'problem', schema: [], messages: { wall: '{{ what }}' } },
  create(context) {
    const file = fromRoot(context.cwd, context.filename)
    const check = (node: Rule.Node, source: unknown, typeOnly: boolean, names?: readonly string[]): void => {
      if (typeof source !== 'string') return
      const target = source.startsWith('.')
        ? { path: fromRoot(context.cwd, resolve(dirname(context.filename), source)) }
        : { module: source }
      const what = violation({ file, target, typeOnly, names })
      if (what !== undefined) context.report({ node, messageId: 'wall', data: { what } })
    }
    const declaration = (node: Rule.Node): void => {
      const { source, importKind, exportKind, specifiers } = node as unknown as ImportNode
      check(
        node,
        source?.value,
        importKind === 'type' || exportKind === 'type' || allTypes(specifiers),
        namesOf(specifiers),
      )
    }
    return {
      ImportDeclaration: declaration,
      ExportNamedDeclaration: declaration,
      ExportAllDeclaration: declaration,
      ImportExpression: (node) => {
        const { source } = node as unknown as ImportNode
        if (typeof source?.value === 'string') check(node, source.value, false)
        else context.report({ node, messageId: 'wall', data: { what: 'import() takes a literal path here' } })
      },
      TSImportType: (node: Rule.Node) => {
        check(node, (node as unknown as ImportNode).source?.value, true)
      },
    }
  },
}

function fromRoot(root: string, path: string): string {
  return relative(root, path).split(sep).join('/')
}

function allTypes(specifiers: readonly SpecifierNode[] | undefined): boolean {
  const all = specifiers ?? []
  return all.length > 0 && all.every((one) => one.importKind === 'type' || one.exportKind === 'type')
}

function namesOf(specifiers: readonly SpecifierNode[] | undefined): readonly string[] | undefined {
  if (specifiers === undefined) return undefined
  const names = specifiers.map((one) => (one.type === 'ImportSpecifier' ? one.imported?.name : undefined))
  return names.includes(undefined) ? undefined : names.filter((name) => name !== undefined)
}

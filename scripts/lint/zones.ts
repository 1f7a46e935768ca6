/**
 * The walls of the house: who may import whom. A zone is a folder or a file of its own; it may always import
 * itself. `values` may be imported freely, `types` by `import type` alone.
 */
export interface Zone {
  readonly values: readonly string[]
  readonly types: readonly string[]
  /** `pure`: only Node modules without effects; `any`: packages and all of Node. */
  readonly packages: 'pure' | 'any'
}

const pure = (values: readonly string[], types: readonly string[] = []): Zone => ({ values, types, packages: 'pure' })
const free = (values: readonly string[], types: readonly string[] = []): Zone => ({ values, types, packages: 'any' })

const outside = free(['src/wiring', 'cloud', 'bench', 'image', 'demo', 'scripts'], ['src/ports', 'src/domain'])

export const ZONES: Readonly<Record<string, Zone>> = {
  'src/domain': pure([]),
  'src/boot': pure(['src/domain']),
  'src/summary': pure(['src/domain']),
  'src/ports': pure([], ['src/domain']),
  'src/retry': pure(['src/domain', 'src/ports']),
  // How much room a script has in the user data is known where the user data is made.
  'src/inputs': pure(['src/domain', 'src/boot'], ['src/ports']),
  'src/flows': pure(['src/domain', 'src/ports', 'src/boot', 'src/summary', 'src/retry'], ['src/inputs']),
  'src/aws': pure(['src/domain', 'src/ports', 'src/retry']),
  'src/github': pure(['src/domain', 'src/ports', 'src/retry']),
  // The real clients stand behind the two doors, so their module takes the doors' types.
  'src/host': free(['src/domain', 'src/ports'], ['src/aws', 'src/github']),
  'src/wiring': free(['src/domain', 'src/ports', 'src/retry', 'src/aws', 'src/github', 'src/host'], ['src/inputs']),
  'src/main': pure(['src/domain', 'src/ports', 'src/summary', 'src/retry', 'src/flows', 'src/inputs', 'src/wiring']),
  'src/index': pure(['src/main']),
  'src/post': pure(['src/main', 'src/index']),
  cloud: free([], ['src/domain', 'src/ports', 'src/aws', 'src/github']),
  bench: outside,
  image: outside,
  demo: outside,
  scripts: outside,
}

/** Node modules that a pure zone may use, and of them only these names (`*`: all). */
export const PURE_MODULES: Readonly<Record<string, readonly string[]>> = {
  'node:crypto': ['createHash', 'createHmac', 'timingSafeEqual'],
  'node:zlib': ['*'],
}

/** Packages whose types a pure zone may take: what goes through the door to AWS has the SDK's shapes. */
export const TYPES_FROM_PACKAGES: Readonly<Record<string, RegExp>> = {
  'src/aws': /^@aws-sdk\/client-/,
}

/** The zone of a file, given by its path from the root of the repository, or undefined outside of all. */
export function zoneOf(path: string): string | undefined {
  const withoutExtension = path.replace(/\.[cm]?[jt]s$/, '')
  const [first = '', second = ''] = withoutExtension.split('/')
  return first === 'src' ? `src/${second}` : first
}

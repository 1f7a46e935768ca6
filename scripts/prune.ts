import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup, type Plugin } from 'rollup'

/** Packages of which we use little and load much: an import of one, or the path of a file in one. */
const PRUNED = /(?:^|[\\/]node_modules[\\/])@(?:aws-sdk[\\/]client-[a-z0-9-]+|actions[\\/]core)(?=$|[\\/])/
const IMPORT = /\bfrom ['"]@(?:aws-sdk\/client-[a-z0-9-]+|actions\/core)['"]/

/** Habits of compiled CommonJS and of the packages' own insides; neither changes what they do. */
const HARMLESS = ['THIS_IS_UNDEFINED', 'CIRCULAR_DEPENDENCY']

/**
 * Rolls those packages into the modules of `folder` that import them, with what they do not use left out: the
 * EC2 client falls from 2 MB to a fourteenth of it, `@actions/core` from 1 MB (an HTTP client for its ID token)
 * to 20 kB, and with them the time to load. ncc and its webpack cannot leave this out; rollup can. Everything
 * else stays an import, for ncc. Each module gets a copy of its own, so one module should import a package.
 * Returns the folders of the packages that were eaten, whose licences ncc then no longer sees.
 */
export async function prunePackages(folder: string): Promise<string[]> {
  const eaten = new Set<string>()
  for (const name of await readdir(folder, { recursive: true })) {
    const file = join(folder, name)
    if (!name.endsWith('.js') || !IMPORT.test(await readFile(file, 'utf8'))) continue
    for (const id of await pruneModule(file)) eaten.add(id)
  }
  return [...eaten].sort()
}

/** The packages read their own package.json for the version in their user agent, and nothing else of it. */
const packageVersion: Plugin = {
  name: 'package-version',
  transform(code, id) {
    if (!id.endsWith('package.json')) return undefined
    const { version } = JSON.parse(code) as { version: string }
    return { code: `export default ${JSON.stringify({ version })}`, map: null }
  },
}

async function pruneModule(file: string): Promise<string[]> {
  const bundle = await rollup({
    input: file,
    external: (id, importer) =>
      importer !== undefined && !PRUNED.test(id) && !(id.startsWith('.') && PRUNED.test(importer)),
    treeshake: { moduleSideEffects: (id) => !id.includes('@actions') && !id.startsWith('node:') },
    plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), packageVersion],
    onwarn: (warning) => {
      if (HARMLESS.includes(warning.code ?? '')) return
      throw new Error(`Pruning ${file}: ${warning.message}`)
    },
  })
  await bundle.write({ file, format: 'es' })
  await bundle.close()
  return bundle.watchFiles.map(packageFolder).filter((folder) => folder !== undefined)
}

/** The folder of the pruned package that a file belongs to. */
function packageFolder(file: string): string | undefined {
  const found = PRUNED.exec(file)
  return found === null ? undefined : file.slice(0, found.index + found[0].length)
}

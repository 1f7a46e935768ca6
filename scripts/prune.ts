import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeResolve } from '@rollup/plugin-node-resolve'
import { rollup, type Plugin } from 'rollup'

const CLIENT = /(?:^|[\\/]node_modules[\\/])@aws-sdk[\\/]client-[a-z0-9-]+/

/**
 * Rolls the AWS client packages into the modules that use them (`*-client.js`), with what those modules do not
 * use left out: an EC2 client falls from 2 MB to a fifteenth of it, and with it the time to load it. ncc and
 * its webpack cannot leave out a client's schemas; rollup can. Everything else stays an import, for ncc.
 * Returns the folders of the packages that were eaten, whose licences ncc then no longer sees.
 */
export async function pruneClients(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('-client.js'))
  const eaten = new Set<string>()
  for (const name of names) {
    for (const id of await pruneClient(join(folder, name))) eaten.add(id)
  }
  return [...eaten].sort()
}

/** A client reads its own package.json for the version in its user agent, and nothing else of it. */
const packageVersion: Plugin = {
  name: 'package-version',
  transform(code, id) {
    if (!id.endsWith('package.json')) return undefined
    const { version } = JSON.parse(code) as { version: string }
    return { code: `export default ${JSON.stringify({ version })}`, map: null }
  },
}

async function pruneClient(file: string): Promise<string[]> {
  const bundle = await rollup({
    input: file,
    external: (id, importer) =>
      importer !== undefined && !CLIENT.test(id) && !(isRelative(id) && CLIENT.test(importer)),
    plugins: [nodeResolve({ preferBuiltins: true, exportConditions: ['node'] }), packageVersion],
    onwarn: (warning) => {
      throw new Error(`Pruning ${file}: ${warning.message}`)
    },
  })
  await bundle.write({ file, format: 'es' })
  await bundle.close()
  return bundle.watchFiles.map(packageFolder).filter((folder) => folder !== undefined)
}

function isRelative(id: string): boolean {
  return id.startsWith('.')
}

/** The folder of the client package that a file belongs to. */
function packageFolder(file: string): string | undefined {
  const found = CLIENT.exec(file)
  return found === null ? undefined : file.slice(0, found.index + found[0].length)
}

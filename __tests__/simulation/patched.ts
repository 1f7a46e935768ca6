import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { REAL } from './product.ts'
import type { Product } from './product.ts'

const SOURCE = fileURLToPath(new URL('../../src', import.meta.url))

/** One change of the product's own text, which must find its place exactly once. */
export interface Patch {
  /** Below `src/`. */
  readonly file: string
  readonly find: RegExp
  readonly put: string
}

/** The patched text. @throws where the place is not found exactly once: the patch has to follow the source */
export function apply({ file, find, put }: Patch): string {
  const text = readFileSync(join(SOURCE, file), 'utf8')
  const places = text.match(new RegExp(find, 'g'))?.length ?? 0
  if (places !== 1) throw new Error(`${find.source} is found ${String(places)} times in src/${file}`)
  return text.replace(find, put)
}

/** Loads a copy of the product with these changes. */
export async function patchedProduct(patches: readonly Patch[]): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), 'ec2-spot-runner-mutant-'))
  try {
    cpSync(SOURCE, join(folder, 'src'), { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    for (const patch of patches) writeFileSync(join(folder, 'src', patch.file), apply(patch))
    const load = async (file: string): Promise<Partial<typeof REAL>> =>
      (await import(pathToFileURL(join(folder, 'src', file)).href)) as Partial<typeof REAL>
    const parts = await Promise.all(
      [
        'flows/start.ts',
        'flows/stop.ts',
        'flows/sweep.ts',
        'flows/undoing.ts',
        'aws/ec2.ts',
        'github/runners.ts',
        'github/actions.ts',
        'inputs.ts',
      ].map(load),
    )
    return Object.assign({}, ...parts) as Product
  } finally {
    rmSync(folder, { recursive: true })
  }
}

import { existsSync } from 'node:fs'
import { appendFile, copyFile, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { prunePackages } from './prune.ts'
import { ROOT, runNode } from './run.ts'

const JS = join(ROOT, 'build', 'js')
const DIST = join(ROOT, 'dist')
const LICENSES = join(DIST, 'licenses.txt')

/** Makes dist/ anew from src/; the same sources and dependencies give the same bytes. @throws where a step fails. */
export async function bundle(): Promise<void> {
  if (!existsSync(join(ROOT, 'src', 'index.ts'))) throw new Error('There is no src/index.ts to build from')
  await rm(join(ROOT, 'build', 'js'), { recursive: true, force: true })
  await rm(DIST, { recursive: true, force: true })
  // Types are checked by lint; here they only go.
  step('tsc', runNode('typescript/bin/tsc', ['-p', 'scripts/tsconfig.build.json']))
  const eaten = await prunePackages(join(JS, 'host'))
  const options = ['-o', 'dist', '--license', 'licenses.txt', '--no-cache', '--quiet']
  step('ncc', runNode('@vercel/ncc/dist/ncc/cli.js', ['build', 'build/js/index.js', ...options]))
  await copyFile(join(ROOT, 'src', 'boot', 'boot.sh'), join(DIST, 'boot.sh'))
  if (existsSync(join(JS, 'post.js'))) await copyFile(join(JS, 'post.js'), join(DIST, 'post.js'))
  for (const folder of eaten) await appendLicense(folder)
}

/** ncc writes name, licence and text of what it bundles; so do we for what rollup took before it. */
async function appendLicense(folder: string): Promise<void> {
  const { name, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Record<string, string>
  if ((await readFile(LICENSES, 'utf8')).includes(`\n${String(name)}\n${String(license)}\n`)) return
  const text = await readFile(await licenseFile(folder), 'utf8')
  await appendFile(LICENSES, `\n${String(name)}\n${String(license)}\n${text}`)
}

async function licenseFile(folder: string): Promise<string> {
  const name = (await readdir(folder)).find((one) => /^licen[cs]e(\.|$)/i.test(one))
  if (name === undefined) throw new Error(`${folder} has no licence text to ship`)
  return join(folder, name)
}

function step(name: string, passed: boolean): void {
  if (!passed) throw new Error(`${name} failed: dist/ is not complete`)
}

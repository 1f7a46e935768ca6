import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { parseInterface, renderInputs, renderOutputs, renderReference, replaceSection } from './reference.ts'
import { ROOT } from './run.ts'

export interface Page {
  readonly path: string
  /** Undefined where the page does not exist yet. */
  readonly before: string | undefined
  readonly after: string
}

/** Every generated page as it is and as action.yml says it should be. @throws where README.md lacks its markers. */
export async function pages(): Promise<Page[]> {
  const actionYml = await readFile(join(ROOT, 'action.yml'), 'utf8')
  const action = parseInterface(actionYml)
  const inputs = await formatted(renderInputs(action))
  const outputs = await formatted(renderOutputs(action))
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  return [
    { path: 'README.md', before: readme, after: inReadme(readme, inputs, outputs) },
    {
      path: 'docs/reference.md',
      before: await current('docs/reference.md'),
      after: await formatted(renderReference(actionYml)),
    },
  ]
}

/** Writes the pages that differ and returns their paths. */
export async function writePages(): Promise<string[]> {
  const stale = (await pages()).filter((page) => page.before !== page.after)
  for (const page of stale) {
    await mkdir(dirname(join(ROOT, page.path)), { recursive: true })
    await writeFile(join(ROOT, page.path), page.after)
  }
  return stale.map((page) => page.path)
}

function inReadme(readme: string, inputs: string, outputs: string): string {
  try {
    return replaceSection(replaceSection(readme, 'inputs', inputs), 'outputs', outputs)
  } catch (error) {
    throw new Error(`README.md: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

async function current(path: string): Promise<string | undefined> {
  return existsSync(join(ROOT, path)) ? await readFile(join(ROOT, path), 'utf8') : undefined
}

/** As the formatter would leave it, so that lint and check never disagree about a table. */
async function formatted(markdown: string): Promise<string> {
  const config = await resolveConfig(join(ROOT, 'README.md'))
  return await format(markdown, { ...config, parser: 'markdown' })
}

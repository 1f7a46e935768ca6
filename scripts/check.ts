import { bundle } from './bundle.ts'
import { pages } from './pages.ts'
import { git } from './run.ts'

/** Users run dist/ as it is committed, so it must be what src/ builds to, byte for byte. */
async function distComplaints(): Promise<string[]> {
  await bundle()
  const changes = git('status', '--porcelain', '--untracked-files=all', '--', 'dist').trimEnd()
  if (changes === '') return []
  return [`dist/ as committed is not what src/ builds to. Run "npm run build" and commit dist/:\n${changes}`]
}

async function pageComplaints(): Promise<string[]> {
  const stale = (await pages()).filter((page) => page.before !== page.after).map((page) => page.path)
  if (stale.length === 0) return []
  return [`${stale.join(' and ')} disagree with action.yml. Run "npm run docs" and commit the result.`]
}

async function complaintsOf(check: () => Promise<string[]>): Promise<string[]> {
  return check().catch((error: unknown) => [error instanceof Error ? error.message : String(error)])
}

const complaints = [...(await complaintsOf(distComplaints)), ...(await complaintsOf(pageComplaints))]
for (const complaint of complaints) console.error(complaint)
if (complaints.length === 0) console.log('dist/ is what src/ builds to, and the generated pages agree with action.yml.')
process.exitCode = complaints.length === 0 ? 0 : 1

import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JobResult } from './job.ts'

/** The results as the real worker writes them (TaskResult.cs). */
const RESULTS: Readonly<Record<JobResult, string>> = { success: 'Succeeded', failure: 'Failed', cancelled: 'Canceled' }

/** Leaves the log of one job as the real worker does: one file for each, of which only the result matters here. */
export function writeWorkerLog(result: JobResult): void {
  const machine = process.env['LOCAL_CLOUD_MACHINE']
  if (machine === undefined) return
  const now = new Date().toISOString()
  const time = `${now.slice(0, 19).replace('T', ' ')}Z`
  const lines = [
    `[${time} INFO JobRunner] Finalize job.`,
    `[${time} INFO JobRunner] Job result after all job steps finish: ${RESULTS[result]}`,
    `[${time} INFO JobRunner] Completing the job execution context.`,
  ]
  writeFileSync(fileFor(join(machine, 'runner-logs'), now), `${lines.join('\n')}\n`)
}

/** The real name has seconds; jobs here may take less. */
function fileFor(dir: string, now: string): string {
  const name = `Worker_${now.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-utc`
  for (let more = 0; ; more++) {
    const file = join(dir, `${name}${more === 0 ? '' : `_${String(more)}`}.log`)
    if (!existsSync(file)) return file
  }
}

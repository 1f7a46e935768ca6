import { missingToken } from './domain/context.ts'
import { start } from './flows/start.ts'
import { stop } from './flows/stop.ts'
import { readInputs } from './inputs.ts'
import { wireJob } from './wiring.ts'

/** Reads the inputs and plays the flow of the mode; whatever it throws ends the step with its sentence. */
export async function main(): Promise<void> {
  const job = wireJob(process.env)
  try {
    const bootScript = job.bootScript()
    const request = readInputs(job.input, bootScript)
    const context = job.context()
    const githubToken = job.input('github-token')
    if (request.mode === 'start') {
      await start(job.outside(request['aws-region']), request, { context, githubToken, bootScript })
    } else {
      if (githubToken === '') throw new Error(missingToken(context))
      await stop(job.outside(request['aws-region']), request, context)
    }
  } catch (error) {
    job.host.log.debug(error instanceof Error ? (error.stack ?? '') : '')
    job.fail(error instanceof Error ? error.message : String(error))
  }
}

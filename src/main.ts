import { missingToken } from './domain/context.ts'
import { readProgress } from './flows/progress.ts'
import { messageOf } from './domain/message.ts'
import { start } from './flows/start.ts'
import { stop } from './flows/stop.ts'
import { sweep } from './flows/sweep.ts'
import { undo } from './flows/undoing.ts'
import { readInputs } from './inputs.ts'
import { wireJob, type Job } from './wiring.ts'

/** Reads the inputs and plays the flow of the mode; whatever it throws ends the step with its sentence. */
export async function main(): Promise<void> {
  const job = wireJob(process.env)
  try {
    await play(job, process.env['EC2_SPOT_RUNNER_PHASE'] === 'post')
  } catch (error) {
    job.host.log.debug(error instanceof Error ? (error.stack ?? '') : '')
    job.fail(messageOf(error))
  }
  if (job.host.cancellation.aborted) job.leave()
}

async function play(job: Job, isPost: boolean): Promise<void> {
  // Wrong inputs have been told already, and a start that never began has left nothing.
  if (isPost && readProgress(job.host.state) === undefined) return
  const bootScript = job.bootScript()
  const request = readInputs(job.input, bootScript)
  const context = job.context()
  const githubToken = job.input('github-token')
  const outside = job.outside(request['aws-region'])
  if (request.mode === 'start') {
    await (isPost ? undo(outside, request, context) : start(outside, request, { context, githubToken, bootScript }))
    return
  }
  if (githubToken === '') throw new Error(missingToken(context))
  await (request.mode === 'stop' ? stop(outside, request, context) : sweep(outside, request, context))
}

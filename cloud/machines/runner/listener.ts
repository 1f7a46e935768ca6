import { runJob, type RunnerJob } from './job.ts'
import { forgetRegistration, readRegistration, type LocalRegistration } from './registration.ts'
import { RUNNER_VERSION, ask } from './service.ts'

/** Exit codes of the real listener (Constants.cs). */
const EXIT = { success: 0, terminated: 1, sessionConflict: 5, deprecated: 7 } as const

const POLL_MS = 2_000

process.title = 'Runner.Listener'
const shutdown = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    console.log('Exiting...')
    shutdown.abort()
  })
}
process.exitCode = await listen(readRegistration())

async function listen(registration: LocalRegistration | undefined): Promise<number> {
  if (registration === undefined) {
    console.log('An error occurred: Not configured. Run Config.(sh/cmd) to configure the runner.')
    return EXIT.terminated
  }
  const { serviceUrl, credential } = registration
  const session = await ask('POST', `${serviceUrl}sessions`, { credential, version: RUNNER_VERSION })
  if (session.status !== 200) return refusedSession(session.status, String(session.body['reason']))
  console.log(`√ Connected to GitHub\n\nCurrent runner version: '${RUNNER_VERSION}'\nListening for Jobs`)
  const sessionUrl = `${serviceUrl}sessions/${String(session.body['sessionId'])}`
  const code = await takeJobs(registration, sessionUrl)
  await ask('DELETE', sessionUrl, {}, { tries: 3 })
  if (registration.ephemeral) forgetRegistration()
  return code
}

function refusedSession(status: number, reason: string): number {
  if (reason === 'deprecated') {
    console.log(`Runner version v${RUNNER_VERSION} is deprecated and cannot receive messages.`)
    return process.env['ACTIONS_RUNNER_RETURN_VERSION_DEPRECATED_EXIT_CODE'] === '1' ? EXIT.deprecated : EXIT.terminated
  }
  if (status === 409) {
    console.log('A session for this runner already exists.')
    return EXIT.sessionConflict
  }
  console.log(
    'Failed to create a session. The runner registration has been deleted from the server, please re-configure.',
  )
  return EXIT.terminated
}

async function takeJobs(registration: LocalRegistration, sessionUrl: string): Promise<number> {
  while (!shutdown.signal.aborted) {
    const answer = await poll(sessionUrl)
    if (answer === 'stopped') break
    if (answer === 'gone') {
      console.log('The runner no longer exists on the server.')
      forgetRegistration()
      break
    }
    if (answer === 'nothing') continue
    console.log(`Running job: ${answer.name}`)
    const result = await runJob(registration.serviceUrl, answer, shutdown.signal)
    console.log(`Job ${answer.name} completed with result: ${result}`)
    if (registration.ephemeral) break
  }
  return EXIT.success
}

async function poll(sessionUrl: string): Promise<RunnerJob | 'nothing' | 'gone' | 'stopped'> {
  try {
    const answer = await ask('POST', `${sessionUrl}/next`, { waitMs: POLL_MS }, { signal: shutdown.signal })
    if (answer.status === 404) return 'gone'
    return answer.status === 200 ? (answer.body['job'] as RunnerJob) : 'nothing'
  } catch (error) {
    if (shutdown.signal.aborted) return 'stopped'
    throw error
  }
}

import { createEc2 } from './aws/ec2.ts'
import { createActions } from './github/actions.ts'
import type { Request } from './github/request.ts'
import { createRunners } from './github/runners.ts'
import { createAwsDoor } from './host/aws-door.ts'
import { readBootScript } from './host/boot-script.ts'
import { systemClock, systemRandom } from './host/clock.ts'
import { failStep, inputText, jobLog, jobReport, stepState } from './host/job.ts'
import { readRunContext } from './host/run-context.ts'
import { catchSignals, leave } from './host/signals.ts'
import type { RunContext } from './domain/context.ts'
import type { Host } from './ports/host.ts'
import type { Outside } from './ports/outside.ts'

/** The real job that we are a step of. */
export interface Job {
  readonly host: Host
  readonly input: (name: string) => string
  readonly fail: (message: string) => void
  readonly context: () => RunContext
  readonly bootScript: () => string
  readonly outside: (region: string) => Outside
  /** Ends the process although calls that were let go are still on their way. */
  readonly leave: () => void
}

export function wireJob(env: NodeJS.ProcessEnv): Job {
  const host: Host = {
    clock: systemClock,
    random: systemRandom,
    log: jobLog,
    report: jobReport,
    state: stepState,
    cancellation: catchSignals(),
  }
  return {
    host,
    fail: failStep,
    leave,
    input: (name) => inputText(name) || ambient(name, env),
    context: () => readRunContext(env),
    bootScript: () => readBootScript(process.argv[1] ?? ''),
    outside: (region) => {
      const { repository } = readRunContext(env)
      return {
        host,
        ec2: createEc2(createAwsDoor(region), host),
        runners: createRunners(gitHubDoor(inputText('github-token')), repository, host),
        actions: createActions(gitHubDoor(inputText('actions-token') || inputText('github-token')), repository, host),
      }
    },
  }
}

/** What the AWS tools read where a region is not given. */
function ambient(name: string, env: NodeJS.ProcessEnv): string {
  return name === 'aws-region' ? (env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? '') : ''
}

/** octokit is loaded with the first request. */
function gitHubDoor(token: string): Request {
  let door: Promise<Request> | undefined
  return async (route, parameters) => {
    door ??= import('./host/github-client.ts').then(({ createRequest }) => createRequest(token))
    return (await door)(route, parameters)
  }
}

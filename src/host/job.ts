import * as core from '@actions/core'
import type { Log, Report, StepState } from '../ports/host.ts'

/** The log of the job, in the words of `@actions/core`. */
export const jobLog: Log = {
  info: core.info,
  debug: core.debug,
  notice: (message) => {
    core.notice(message)
  },
  warning: (message) => {
    core.warning(message)
  },
  error: (message, title) => {
    core.error(message, title === undefined ? {} : { title })
  },
  group: core.group,
}

export const jobReport: Report = {
  output: core.setOutput,
  mask: core.setSecret,
  summary: async (markdown) => {
    try {
      await core.summary.addRaw(markdown, true).addEOL().write()
    } catch (error) {
      // A summary that cannot be written, as on a runner without them, is no reason to fail.
      core.info(`The job summary could not be written: ${String(error)}`)
    }
  },
}

export const stepState: StepState = { save: core.saveState, read: core.getState }

/** The text of an input; GitHub leaves blanks around what YAML folds. */
export const inputText = (name: string): string => core.getInput(name)

/** Ends the step as failed, with this as its annotation. */
export const failStep = (message: string): void => {
  core.setFailed(message)
}

import type { RunContext } from '../domain/context.ts'
import type { Outside } from '../ports/outside.ts'
import type { Survey } from './survey.ts'
import type { Template } from './template.ts'
import type { Undertaking } from './undertaking.ts'
import type { Made } from './unmaking.ts'

/** What a start needs to know beside its inputs. */
export interface StartSetting {
  readonly context: RunContext
  readonly githubToken: string
  /** The text of boot.sh. */
  readonly bootScript: string
}

/** A start on its way: what every later part of it works with. */
export interface Voyage {
  readonly outside: Outside
  readonly undertaking: Undertaking
  readonly setting: StartSetting
  readonly world: Survey
  readonly template: Template
  readonly made: Made
}

import { createEc2 } from '../../src/aws/ec2.ts'
import { start } from '../../src/flows/start.ts'
import { stop } from '../../src/flows/stop.ts'
import { sweep } from '../../src/flows/sweep.ts'
import { undo } from '../../src/flows/undoing.ts'
import { createActions } from '../../src/github/actions.ts'
import { createRunners } from '../../src/github/runners.ts'
import { readInputs } from '../../src/inputs.ts'
import type { Send } from '../../src/aws/send.ts'
import type { Request } from '../../src/github/request.ts'
import type { Outside } from '../../src/ports/outside.ts'
import type { ProcessKind } from './process.ts'

/** The product as it is simulated: the real one, or a mutant of it. */
export interface Product {
  readonly start: typeof start
  readonly stop: typeof stop
  readonly sweep: typeof sweep
  readonly undo: typeof undo
  readonly createEc2: typeof createEc2
  readonly createRunners: typeof createRunners
  readonly createActions: typeof createActions
  readonly readInputs: typeof readInputs
  /** What a mutant does at the doors and at the ports of a process, and to the inputs of its step. */
  readonly send?: (send: Send, kind: ProcessKind) => Send
  readonly request?: (request: Request, kind: ProcessKind) => Request
  readonly outside?: (outside: Outside, kind: ProcessKind, scene: Scene) => Outside
  readonly inputs?: (inputs: Readonly<Record<string, string>>) => Readonly<Record<string, string>>
}

/** What a mutant may know of the process that it spoils. */
export interface Scene {
  /** What the start published. */
  readonly instanceIds: readonly string[]
}

export const REAL: Product = {
  start,
  stop,
  sweep,
  undo,
  createEc2,
  createRunners,
  createActions,
  readInputs,
}

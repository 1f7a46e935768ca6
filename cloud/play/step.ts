import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export interface StepSetting {
  readonly inputs: Readonly<Record<string, string>>
  readonly runId: number
  readonly runAttempt?: number
  /** `GITHUB_ACTION`. */
  readonly stepId?: string
  /** More of the environment, or less where undefined. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly event?: unknown
  /** Plays the post step instead, of the main step that left this. */
  readonly postOf?: Pick<Played, 'state'>
  /** Where the built action is; the one of this repository by default. */
  readonly actionDir?: string
  /** Called with the process as soon as it runs, to send signals. */
  readonly onSpawn?: (child: ChildProcess) => void
  /** Called with what the step prints, as it prints it. */
  readonly onOutput?: (text: string) => void
}

/** What a step left behind. */
export interface Played {
  /** Null where a signal ended it. */
  readonly exitCode: number | null
  /** Standard output and error. */
  readonly log: string
  readonly outputs: Readonly<Record<string, string>>
  readonly summary: string
  readonly state: string
  readonly tookMs: number
}

interface Place {
  readonly url: string
  readonly workDir: string
  readonly region: string
  readonly repository: string
}

/** Runs the built action as GitHub's runner does: a Node process with inputs and file commands in its environment. */
export async function playStep(place: Place, setting: StepSetting): Promise<Played> {
  const folder = mkdtempSync(join(place.workDir, 'step-'))
  const file = (name: string, text = ''): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const files = {
    GITHUB_OUTPUT: file('output'),
    GITHUB_STATE: file('state'),
    GITHUB_STEP_SUMMARY: file('summary.md'),
    GITHUB_EVENT_PATH: file('event.json', JSON.stringify(setting.event ?? { repository: { private: true } })),
  }
  const { postOf, actionDir = join(ROOT, 'dist') } = setting
  const began = performance.now()
  const child = spawn(process.execPath, [join(actionDir, postOf === undefined ? 'index.js' : 'post.js')], {
    cwd: folder,
    env: { ...environment(place, setting), ...stateOf(postOf), ...files, ...setting.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  setting.onSpawn?.(child)
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
      setting.onOutput?.(text)
    })
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  const read = (path: string): string => readFileSync(path, 'utf8')
  return {
    exitCode,
    log,
    outputs: parseOutputs(read(files.GITHUB_OUTPUT)),
    summary: read(files.GITHUB_STEP_SUMMARY),
    state: read(files.GITHUB_STATE),
    tookMs: performance.now() - began,
  }
}

function environment(place: Place, setting: StepSetting): Record<string, string> {
  const inputs = { ...actionDefaults(), ...setting.inputs }
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: place.workDir,
    ...Object.fromEntries(
      Object.entries(inputs).map(([name, value]) => [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value]),
    ),
    GITHUB_ACTIONS: 'true',
    GITHUB_REPOSITORY: place.repository,
    GITHUB_RUN_ID: String(setting.runId),
    GITHUB_RUN_ATTEMPT: String(setting.runAttempt ?? 1),
    GITHUB_EVENT_NAME: 'push',
    GITHUB_ACTOR: 'octocat',
    GITHUB_ACTION: setting.stepId ?? 'start',
    GITHUB_SERVER_URL: place.url,
    GITHUB_API_URL: `${place.url}/github`,
    AWS_ENDPOINT_URL: place.url,
    AWS_REGION: place.region,
    AWS_ACCESS_KEY_ID: 'AKIALOCALCLOUD',
    AWS_SECRET_ACCESS_KEY: 'local-cloud',
    // The machine that plays this may have an instance metadata service of its own.
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

/** What the main step saved, as the post step finds it: `STATE_` and the name as it was written. */
function stateOf(main: StepSetting['postOf']): Record<string, string> {
  const saved = Object.entries(parseOutputs(main?.state ?? ''))
  return Object.fromEntries(saved.map(([name, value]) => [`STATE_${name}`, value]))
}

/** The defaults of action.yml, as GitHub passes them; an expression is left to the caller. */
function actionDefaults(): Record<string, string> {
  const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
    inputs: Record<string, { default?: string }>
  }
  return Object.fromEntries(
    Object.entries(action.inputs).map(([name, input]) => [
      name,
      input.default?.startsWith('${{') === true ? '' : (input.default ?? ''),
    ]),
  )
}

/** The file format of step outputs and state: `name<<DELIMITER`, lines, `DELIMITER`. The last of a name counts. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  for (const [, name = '', , value = ''] of text.matchAll(/^([^\n=]+?)<<(\S+)\n([\s\S]*?)\n?^\2$/gm))
    outputs[name] = value
  return outputs
}

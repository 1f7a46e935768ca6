import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { layShims } from '../../cloud/machines/shims.ts'
import { type BootReport, bootReport } from '../../src/domain/boot-phase.ts'
import { type BootPlan, renderUserData } from '../../src/boot/user-data.ts'
import { BOOT_SCRIPT, planWith } from './plan.ts'

export interface Room {
  readonly plan?: Partial<BootPlan>
  /** Body of run.sh; undefined leaves the runner out of the image. */
  readonly runner?: string | undefined
  /** More files of the runner's directory. */
  readonly runnerFiles?: Readonly<Record<string, string>>
  /** Bodies of commands that stand before all others on the PATH. */
  readonly commands?: Readonly<Record<string, string>>
  readonly env?: (runnerDir: string) => Readonly<Record<string, string>>
  readonly imds?: 'up' | 'forbidden' | 'silent' | 'down'
  /** How long boot.sh waits for a runner that was asked to stop; its own minute by default. */
  readonly orderlyStopSeconds?: number
  /** Called as the console grows. */
  readonly onConsole?: (console: string, signal: (name: NodeJS.Signals) => void) => void
}

export interface Outcome {
  readonly console: string
  /** Calls to the world outside of the machine, in order. */
  readonly calls: readonly string[]
  readonly report: BootReport
  readonly exitCode: number | null
  /** A file of the machine's temporary directory; empty where there is none. */
  readonly file: (name: string) => string
}

const IMDS: Readonly<Record<string, string>> = {
  '/latest/meta-data/instance-id': 'i-0abc',
  '/latest/meta-data/instance-type': 'c7a.large',
  '/latest/meta-data/placement/availability-zone': 'eu-west-1a',
  '/latest/meta-data/instance-life-cycle': 'spot',
}

/** Runs the real user data of a plan in a real shell, in a room where nothing can harm this computer. */
export async function bootIn(room: Room): Promise<Outcome> {
  const dir = mkdtempSync(join(tmpdir(), 'boot-'))
  const runnerDir = join(dir, 'runner')
  for (const name of ['tmp', 'home', 'runner', 'shims', 'commands']) mkdirSync(join(dir, name))
  layShims(join(dir, 'shims'))
  for (const [name, body] of Object.entries(room.commands ?? {})) script(join(dir, 'commands', name), body)
  if (room.runner !== undefined) script(join(runnerDir, 'run.sh'), room.runner)
  for (const [name, body] of Object.entries(room.runnerFiles ?? {})) {
    mkdirSync(join(runnerDir, name, '..'), { recursive: true })
    script(join(runnerDir, name), body)
  }
  const userData = gunzipSync(renderUserData(planWith({ runnerDir, ...room.plan }), bootScript(room)))
  writeFileSync(join(dir, 'user-data'), userData)
  const imds = await openImds(room.imds ?? 'up')
  try {
    const { console, exitCode } = await run(dir, imds.url, room)
    const file = textFile(dir)
    return { console, exitCode, calls: file('../calls').split('\n').slice(0, -1), report: bootReport(console), file }
  } finally {
    imds.close()
    rmSync(dir, { recursive: true, force: true })
  }
}

function bootScript({ orderlyStopSeconds }: Room): string {
  if (orderlyStopSeconds === undefined) return BOOT_SCRIPT
  return BOOT_SCRIPT.replace('ORDERLY_STOP_S=60', `ORDERLY_STOP_S=${String(orderlyStopSeconds)}`)
}

/** All that a test may ask for is read before the room goes. */
function textFile(dir: string): (name: string) => string {
  const files = new Map(
    ['../calls', 'seen', 'argv', 'leaks', 'ran'].map((name) => [name, readOr(join(dir, 'tmp', name))]),
  )
  files.set('.setup_info', readOr(join(dir, 'runner', '.setup_info')))
  return (name) => files.get(name) ?? ''
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function script(path: string, body: string): void {
  writeFileSync(path, `#!/usr/bin/env bash\n${body}\n`, { mode: 0o755 })
}

async function run(
  dir: string,
  imdsUrl: string,
  room: Room,
): Promise<{ readonly console: string; readonly exitCode: number | null }> {
  const child = spawn('bash', [join(dir, 'user-data')], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: [join(dir, 'commands'), join(dir, 'shims'), process.env['PATH']].join(':'),
      TMPDIR: join(dir, 'tmp'),
      LOCAL_CLOUD_MACHINE: dir,
      AWS_EC2_METADATA_SERVICE_ENDPOINT: imdsUrl,
      ...room.env?.(join(dir, 'runner')),
    },
  })
  let console = ''
  const hear = (text: string): void => {
    console += text
    room.onConsole?.(console, (name) => child.kill(name))
  }
  child.stdout.setEncoding('utf8').on('data', hear)
  child.stderr.setEncoding('utf8').on('data', hear)
  const exitCode = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (child.pid !== undefined) endGroup(child.pid)
  await new Promise((resolve) => setTimeout(resolve, 20))
  return { console, exitCode }
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nothing is left of it.
  }
}

async function openImds(
  mode: NonNullable<Room['imds']>,
): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    if (mode === 'silent') return
    const path = (request.url ?? '').replace('/imds', '')
    if (mode === 'forbidden') response.writeHead(403).end()
    else if (path === '/latest/api/token') response.writeHead(request.method === 'PUT' ? 200 : 405).end('the-token')
    else if (request.headers['x-aws-ec2-metadata-token'] !== 'the-token') response.writeHead(401).end()
    else response.writeHead(IMDS[path] === undefined ? 404 : 200).end(IMDS[path])
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/imds`
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  if (mode === 'down') close()
  return { url, close }
}

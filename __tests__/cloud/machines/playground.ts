import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { realClock } from '../../../cloud/clock.ts'
import { createGitHub, type GitHub } from '../../../cloud/github/github.ts'
import type { Isolation } from '../../../cloud/machines/isolation.ts'
import { type ShellMachines, shellMachines } from '../../../cloud/machines/shell-machines.ts'
import { type BootPlan, renderUserData } from '../../../src/boot/user-data.ts'
import { BOOT_SCRIPT, planWith } from '../../boot/plan.ts'

export const REPOSITORY = 'octo/app'
const TOKEN = 'ghp_playground'
const IMDS: Readonly<Record<string, string>> = {
  '/latest/api/token': 'imds-token',
  '/latest/meta-data/instance-type': 'c7a.large',
  '/latest/meta-data/placement/availability-zone': 'eu-west-1a',
  '/latest/meta-data/instance-life-cycle': 'spot',
}

/** GitHub's model and shell machines, with just enough of a cloud around them. */
export interface Playground {
  readonly github: GitHub
  readonly machines: ShellMachines
  /** Instance ids in the order in which they powered themselves off. */
  readonly poweredOff: readonly string[]
  console(instanceId: string): string
  jitConfig(name: string, label: string): Promise<string>
  registrationToken(): Promise<string>
  /** Boots a machine with the real user data of this plan. */
  boot(instanceId: string, changes: Partial<BootPlan>): void
  bootRaw(instanceId: string, userData: Uint8Array | undefined): void
  /** The origin under which GitHub's model answers. */
  url(): string
  close(): Promise<void>
}

export async function playground(
  options: { readonly isolation?: Isolation; readonly runnerVersion?: string } = {},
): Promise<Playground> {
  const github = createGitHub({ clock: realClock(), random: Math.random })
  const workDir = mkdtempSync(join(tmpdir(), 'machines-'))
  const consoles = new Map<string, string>()
  const poweredOff: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const path = request.url ?? '/'
      const [, instanceId = '', metadata = ''] = /^\/imds\/([^/]+)(\/.*)$/.exec(path) ?? []
      if (metadata !== '') {
        const value = metadata.endsWith('/instance-id') ? instanceId : IMDS[metadata]
        response.writeHead(value === undefined ? 404 : 200).end(value)
        return
      }
      const text = Buffer.concat(chunks).toString('utf8')
      const answer = await github.runnerService(request.method ?? 'GET', path, text === '' ? {} : JSON.parse(text))
      response.writeHead(answer.status).end(answer.body === undefined ? '' : JSON.stringify(answer.body))
    })()
  })
  server.unref()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = (): string => `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
  github.control.setServerUrl(url())
  github.control.addRepository(REPOSITORY, { private: true })
  github.control.addToken({ token: TOKEN })
  const machines = shellMachines({
    cloudUrl: url,
    workDir,
    events: () => ({
      console: (instanceId, text) => consoles.set(instanceId, (consoles.get(instanceId) ?? '') + text),
      poweredOff: (instanceId) => poweredOff.push(instanceId),
    }),
    ...options,
  })
  const [owner = '', repo = ''] = REPOSITORY.split('/')
  const bootRaw: Playground['bootRaw'] = (instanceId, userData) => {
    machines.powerOn({
      instanceId,
      instanceType: 'c7a.large',
      availabilityZone: 'eu-west-1a',
      imageId: 'ami-1',
      userData,
    })
  }
  return {
    github,
    machines,
    poweredOff,
    url,
    console: (instanceId) => consoles.get(instanceId) ?? '',
    bootRaw,
    boot(instanceId, changes) {
      const plan = planWith({ runnerDir: join(machines.imageDir, 'actions-runner'), ...changes })
      bootRaw(instanceId, renderUserData(plan, BOOT_SCRIPT))
    },
    async jitConfig(name, label) {
      const route = 'POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig'
      const answer = await github.request(TOKEN)(route, { owner, repo, name, runner_group_id: 1, labels: [label] })
      return (answer.data as { readonly encoded_jit_config: string }).encoded_jit_config
    },
    async registrationToken() {
      const route = 'POST /repos/{owner}/{repo}/actions/runners/registration-token'
      const answer = await github.request(TOKEN)(route, { owner, repo })
      return (answer.data as { readonly token: string }).token
    },
    async close() {
      await machines.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      rmSync(workDir, { recursive: true, force: true })
    },
  }
}

/** Waits until `done` is true; fails with `what` and `details()` if it never is. */
export async function eventually(
  what: string,
  done: () => boolean,
  details: () => string,
  limitMs = 12_000,
): Promise<void> {
  const endMs = Date.now() + limitMs
  while (!done()) {
    if (Date.now() > endMs) throw new Error(`never came: ${what}\n${details()}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

import type { Registration, RunnersPort } from '../ports/github.ts'
import type { Clock, Random } from '../ports/host.ts'
import { PATIENT, retry } from '../retry.ts'
import { unless } from './answers.ts'
import { call } from './errors.ts'
import { allPages } from './paging.ts'
import { entriesOf, listOf, recordOf, registrationOf, secretOf } from './readers.ts'
import type { GitHubResponse, Request, Route } from './request.ts'

const JIT = 'POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig'
const TOKEN = 'POST /repos/{owner}/{repo}/actions/runners/registration-token'
const LIST = 'GET /repos/{owner}/{repo}/actions/runners'
const ONE = 'GET /repos/{owner}/{repo}/actions/runners/{runner_id}'
const DELETE = 'DELETE /repos/{owner}/{repo}/actions/runners/{runner_id}'
const DOWNLOADS = 'GET /repos/{owner}/{repo}/actions/runners/downloads'

/** The default group, in which every repository runner is (GitHub REST, "Self-hosted runners"). */
const DEFAULT_GROUP = 1

/** The runners port over one door, for one repository. */
export function createRunners(
  door: Request,
  repository: string,
  host: { readonly clock: Clock; readonly random: Random },
): RunnersPort {
  const [owner = '', repo = ''] = repository.split('/')
  const request = (route: Route, parameters: Readonly<Record<string, unknown>> = {}): Promise<GitHubResponse> =>
    retry(host, PATIENT, () => call(door, host.clock.now(), route, { owner, repo, ...parameters }))
  const list = (filter: Readonly<Record<string, unknown>>): Promise<Registration[]> =>
    allPages(
      (page) => request(LIST, { ...filter, ...page }),
      (answer) => listOf(LIST, answer, 'runners').map((runner) => registrationOf(LIST, runner)),
    )
  return {
    createJitRunner: (name, labels) =>
      unless(409, 'taken' as const, async () => {
        const { data } = await request(JIT, { name, labels, runner_group_id: DEFAULT_GROUP })
        return {
          registration: registrationOf(JIT, recordOf(JIT, data)['runner']),
          jitConfig: secretOf(JIT, data, 'encoded_jit_config'),
        }
      }),
    createRegistrationToken: async () => secretOf(TOKEN, (await request(TOKEN)).data, 'token'),
    runner: (runnerId) =>
      unless(404, undefined, async () => registrationOf(ONE, (await request(ONE, { runner_id: runnerId })).data)),
    runnerByName: async (name) => (await list({ name })).find((runner) => runner.name === name),
    runners: () => list({}),
    deleteRunner: (runnerId) =>
      unless(422, 'busy' as const, () =>
        unless(404, 'absent' as const, async () => {
          await request(DELETE, { runner_id: runnerId })
          return 'deleted' as const
        }),
      ),
    downloads: async () => {
      const { data } = await request(DOWNLOADS)
      return entriesOf(DOWNLOADS, data).flatMap((entry) => downloadOf(recordOf(DOWNLOADS, entry)) ?? [])
    },
  }
}

function downloadOf(entry: Readonly<Record<string, unknown>>) {
  const { os, architecture, download_url: url, sha256_checksum: sha256 } = entry
  if (os !== 'linux' || typeof url !== 'string' || typeof sha256 !== 'string') return undefined
  return architecture === 'x64' || architecture === 'arm64' ? ({ architecture, url, sha256 } as const) : undefined
}

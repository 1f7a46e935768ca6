import type { Cloud } from '../../cloud/cloud.ts'
import { IMAGE_X64 } from '../../cloud/ec2/region.ts'
import type { Instance } from '../../cloud/ec2/world.ts'
import { identityOfLabel } from '../../src/domain/identity.ts'
import { templateNameOf } from '../../src/domain/launch-plan.ts'
import { ownershipTags, TAG } from '../../src/domain/tags.ts'
import { REPOSITORY } from './rehearsal.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** The tags of what a start of this label makes. */
export function tagsOfLabel(label: string, repository = REPOSITORY): Record<string, string> {
  const identity = identityOfLabel(repository, label)
  if (identity === undefined) throw new Error(`${label} is no label of ours`)
  return { ...ownershipTags(identity), [TAG.label]: label }
}

export interface PlantedMachine {
  readonly tags: Readonly<Record<string, string>>
  readonly ageMs?: number
  readonly state?: Instance['state']
}

/** Puts a machine into the account that has been there for a while; its id. */
export function plantMachine(cloud: Cloud, { tags, ageMs = 0, state = 'running' }: PlantedMachine): string {
  const { instances } = cloud.ec2.world
  const instanceId = `i-0beef${String(instances.size).padStart(12, '0')}`
  const sinceMs = cloud.clock.now() - ageMs
  instances.set(instanceId, {
    instanceId,
    market: 'on-demand',
    instanceType: 'c7i.xlarge',
    availabilityZone: 'us-east-1a',
    subnetId: [...cloud.ec2.world.region.subnets.keys()][0] ?? '',
    imageId: IMAGE_X64,
    fleetId: 'fleet-0',
    spotRequestId: undefined,
    templateName: '',
    instanceProfile: undefined,
    securityGroupIds: [],
    tags,
    userData: undefined,
    onShutdown: 'terminate',
    metadata: { enabled: true, tokenRequired: true, tags: true },
    launchedAtMs: sinceMs,
    listedAtMs: sinceMs,
    tagsListedAtMs: sinceMs,
    knownAtMs: sinceMs,
    state,
    reason: undefined,
    transition: '',
    terminatedAtMs: undefined,
    notice: undefined,
    console: '',
    powered: false,
  })
  return instanceId
}

/** The tags of a whole machine: those of its label, its runner and its deadline. */
export function machineTags(
  cloud: Cloud,
  label: string,
  { repository = REPOSITORY, leftMs = HOUR_MS }: { readonly repository?: string; readonly leftMs?: number } = {},
): Record<string, string> {
  return {
    ...tagsOfLabel(label, repository),
    [TAG.runner]: `${label}.1`,
    [TAG.deadline]: String(Math.floor((cloud.clock.now() + leftMs) / 1_000)),
  }
}

/** Puts a launch template into the account; its name. */
export function plantTemplate(cloud: Cloud, label: string, ageMs = 0, repository = REPOSITORY): string {
  const identity = identityOfLabel(repository, label)
  if (identity === undefined) throw new Error(`${label} is no label of ours`)
  const name = templateNameOf(identity)
  const templateId = `lt-0beef${String(cloud.ec2.world.templates.size).padStart(12, '0')}`
  const createdAtMs = cloud.clock.now() - ageMs
  const tags = tagsOfLabel(label, repository)
  const instants = { createdAtMs, listedAtMs: createdAtMs, knownAtMs: createdAtMs }
  cloud.ec2.world.templates.set(templateId, { templateId, name, contents: {}, tags, ...instants })
  return name
}

const PLANTER = { permissions: { administration: 'write', actions: 'write' } } as const
/** GitHub lets a token create 80 things a minute. */
const CREATIONS = 50
let created = 0

/** Calls GitHub as somebody else, past the door: it is not among the calls of the product. */
export function callGitHub(cloud: Cloud, route: string, parameters: Readonly<Record<string, unknown>>): unknown {
  const token = `planter-${String(Math.floor(created++ / CREATIONS))}`
  cloud.github.control.addToken({ token, ...PLANTER })
  const [owner, repo] = REPOSITORY.split('/')
  const answer = cloud.github.dispatch({ route, parameters: { owner, repo, ...parameters }, token, headers: {} })
  if (answer.status >= 300) throw new Error(`${route}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Registers a runner; one that is online waits for jobs, and takes the next that fits. */
export function plantRunner(cloud: Cloud, name: string, labels: readonly string[], isOnline = false): void {
  const answer = callGitHub(cloud, 'POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig', {
    name,
    labels,
    runner_group_id: 1,
  }) as { readonly encoded_jit_config: string }
  if (!isOnline) return
  const files = decoded(answer.encoded_jit_config) as Readonly<Record<'.credentials', string>>
  const { data } = decoded(files['.credentials']) as { readonly data: { readonly token: string } }
  const session = cloud.github.runners.openSession(data.token, undefined)
  if (session.status !== 200) throw new Error(`${name} gets no session`)
  void cloud.github.runners.next(session.body.sessionId, DAY_MS).then((given) => {
    // One sign of life: the job is its own for ten minutes.
    if (given.status === 200) cloud.github.runners.renew(given.body.job.id)
  })
}

function decoded(base64: string): unknown {
  return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
}

/** A run in which a job of GitHub's own machines is at work. */
export function plantRun(cloud: Cloud, repository = REPOSITORY): number {
  const { control } = cloud.github
  const runId = control.createRun({ repository })
  control.startHostedJob(control.queueJob(runId, { name: 'at work', labels: ['ubuntu-latest'], hosted: true }))
  return runId
}

export function endRun(cloud: Cloud, runId: number): void {
  const { control } = cloud.github
  for (const job of control.run(runId).attempts.at(-1)?.jobs ?? [])
    if (job.status === 'in_progress' && job.definition.hosted === true) control.finishHostedJob(job.id, 'success')
}

/** Another attempt of all jobs; the hosted one is at work again. */
export function runAgain(cloud: Cloud, runId: number): void {
  callGitHub(cloud, 'POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun', { run_id: runId })
  const { control } = cloud.github
  const job = control.jobNamed(runId, 'at work')
  if (job !== undefined) control.startHostedJob(job.id)
}

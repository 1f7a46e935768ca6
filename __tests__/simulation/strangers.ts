import { IMAGE_X64 } from '../../cloud/ec2/region.ts'
import { templateNameOf } from '../../src/domain/launch-plan.ts'
import { ownershipTags, TAG } from '../../src/domain/tags.ts'
import { labelOf } from '../../src/domain/identity.ts'
import type { Identity } from '../../src/domain/identity.ts'
import { REPOSITORY } from './process.ts'
import type { Sim } from './sim.ts'

const OTHER = 'octo-org/other-repo'

/** What stands in the account and the repository already, looks like ours, and is not. */
export async function peopleTheWorld(sim: Sim): Promise<void> {
  const { control } = sim.cloud.github
  control.addRepository(REPOSITORY)
  control.addRepository(OTHER)
  control.addToken({ token: 'runners-token', permissions: { administration: 'write' } })
  control.addToken({ token: 'actions-token', kind: 'github-token', permissions: { actions: 'write' } })
  control.addToken({ token: 'human-token' })
  sim.cloud.ec2.control.setPageLimit(sim.swarm.pageLimit)
  const theirs: Identity = { repository: OTHER, runId: 1_003, runAttempt: 1, name: '' }
  const neighbour = {
    ...ownershipTags(theirs),
    [TAG.label]: 'ec2-spot-1003-1',
    [TAG.runner]: 'ec2-spot-1003-1.1',
    [TAG.deadline]: '1',
  }
  const work = [
    machine(sim, templateNameOf(theirs), neighbour),
    machine(sim, 'ec2-spot-runner-by-hand', { Name: 'ec2-spot-1003-1.1', [TAG.repository]: REPOSITORY }),
    registration(sim, 'ec2-spot-1003-1.1', ['self-hosted', 'linux']),
    registration(sim, 'ec2-spot-builder.1', ['ec2-spot-builder']),
  ]
  for (let n = 1; n <= sim.swarm.leftovers; n++) work.push(leftover(sim, n))
  const over = Promise.all(work)
  await sim.clock.runUntil(() => false, 20_000)
  await over
}

/** Of a run that ended long ago, whose stop was killed: its template, its machine, which never booted, and its registration. */
async function leftover(sim: Sim, n: number): Promise<void> {
  const identity: Identity = { repository: REPOSITORY, runId: 900, runAttempt: 1, name: `old${String(n)}` }
  const label = labelOf(identity)
  const deadline = String(Math.floor(sim.clock.now() / 1_000) + 8 * 3_600)
  const tags = { ...ownershipTags(identity), [TAG.label]: label, [TAG.runner]: `${label}.1`, [TAG.deadline]: deadline }
  await Promise.all([machine(sim, templateNameOf(identity), tags), registration(sim, `${label}.1`, [label])])
}

async function machine(sim: Sim, template: string, tags: Readonly<Record<string, string>>): Promise<void> {
  const { send } = sim.cloud
  const list = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  await send('CreateLaunchTemplate', {
    LaunchTemplateName: template,
    LaunchTemplateData: { ImageId: IMAGE_X64, InstanceInitiatedShutdownBehavior: 'stop' },
    TagSpecifications: [{ ResourceType: 'launch-template', Tags: list }],
  })
  await new Promise<void>((resolve) => sim.clock.after(5_000, resolve))
  await send('CreateFleet', {
    Type: 'instant',
    LaunchTemplateConfigs: [
      {
        LaunchTemplateSpecification: { LaunchTemplateName: template, Version: '1' },
        Overrides: [{ InstanceType: 'm7i.large', SubnetId: 'subnet-0defa017000000001' }],
      },
    ],
    TargetCapacitySpecification: { TotalTargetCapacity: 1, DefaultTargetCapacityType: 'on-demand' },
    TagSpecifications: [{ ResourceType: 'instance', Tags: list }],
  })
}

async function registration(sim: Sim, name: string, labels: readonly string[]): Promise<void> {
  const [owner, repo] = REPOSITORY.split('/')
  await sim.cloud.request('human-token')('POST /repos/{owner}/{repo}/actions/runners/generate-jitconfig', {
    owner,
    repo,
    name,
    labels,
    runner_group_id: 1,
  })
}

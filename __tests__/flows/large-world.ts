import type { Cloud } from '../../cloud/cloud.ts'
import { START_GRACE_MS, UNDATED_LIFETIME_MS } from '../../src/domain/orphans.ts'
import { TAG } from '../../src/domain/tags.ts'
import {
  DAY_MS,
  endRun,
  machineTags,
  plantMachine,
  plantRun,
  plantRunner,
  plantTemplate,
  runAgain,
  tagsOfLabel,
} from './planting.ts'
import type { Left } from './rehearsal.ts'

/** So many orphans of each of the eight kinds. */
const OF_EACH = 5
export const ORPHANS = 8 * OF_EACH
const HEALTHY = 150
const MACHINES = 300
const REGISTRATIONS = 500
const RUNS = 200
/** Most results that EC2 gives on a page here, and GitHub anywhere. */
const PAGE = 100

export interface LargeWorld {
  /** What must stay. */
  readonly healthy: Left
  /** How many pages hold all that is ours, by operation or route. */
  readonly pages: Readonly<Record<string, number>>
}

/** A busy repository, 40 orphans of eight kinds in it, and much that looks like ours and is not. */
export function plantLargeWorld(cloud: Cloud): LargeWorld {
  cloud.ec2.control.setPageLimit(PAGE)
  const planted = { machines: 0, registrations: 0, runs: 0 }
  const run = (): string => {
    planted.runs += 1
    return `ec2-spot-${String(plantRun(cloud))}-1`
  }
  const idOf = (label: string): number => Number(label.split('-')[2])
  const end = (label: string): string => {
    endRun(cloud, idOf(label))
    return label
  }
  const machine = (...args: Parameters<typeof plantMachine> extends [Cloud, ...infer Rest] ? Rest : never): string => {
    planted.machines += 1
    return plantMachine(cloud, ...args)
  }
  const runner = (name: string, labels: readonly string[], isOnline = false): string => {
    planted.registrations += 1
    plantRunner(cloud, name, labels, isOnline)
    return name
  }
  const tags = (label: string, leftMs?: number): Record<string, string> =>
    machineTags(cloud, label, leftMs === undefined ? {} : { leftMs })
  const healthy = { machines: [] as string[], registrations: [] as string[], templates: [] as string[] }

  for (let n = 0; n < HEALTHY; n++) {
    const label = run()
    healthy.machines.push(machine({ tags: tags(label) }))
    healthy.registrations.push(runner(`${label}.1`, [label], true))
    if (n % 10 === 0) healthy.templates.push(plantTemplate(cloud, label))
  }
  for (let n = 0; n < OF_EACH; n++) {
    const late = run()
    machine({ tags: tags(late, -1_000) })
    healthy.registrations.push(runner(`${late}.1`, [late], true))
    cloud.github.control.queueJob(idOf(late), { name: 'work', labels: [late], steps: [] })
    machine({ tags: tags(end(run())) })
    const earlier = end(run())
    machine({ tags: tags(earlier) })
    runAgain(cloud, idOf(earlier))
    machine({ tags: tags(run()), state: 'stopped' })
    machine({ tags: tags(run()), ageMs: START_GRACE_MS + 1 })
    machine({ tags: tagsOfLabel(`ec2-spot-${String(n + 1)}-1`), ageMs: UNDATED_LIFETIME_MS })
    const gone = end(run())
    runner(`${gone}.1`, [gone])
    plantTemplate(cloud, end(run()))
  }
  while (planted.runs < RUNS) end(run())
  for (let n = 1; planted.machines < MACHINES; n++) {
    const theirs = machineTags(cloud, `ec2-spot-${String(n)}-1`, { repository: 'octo-org/other', leftMs: -DAY_MS })
    const { [TAG.repository]: repository = '', ...untold } = machineTags(cloud, `ec2-spot-${String(n)}-1`)
    healthy.machines.push(
      machine({ tags: n % 2 === 0 ? theirs : { ...untold, Name: repository }, ageMs: UNDATED_LIFETIME_MS }),
    )
  }
  for (let n = 1; planted.registrations < REGISTRATIONS; n++) {
    const label = `ec2-spot-${String(n)}-1`
    const [name, labels] = [
      [`${label}.1.extra`, [label]],
      [`ec2-spot-builder-${String(n)}`, ['self-hosted']],
      [`${label}.1`, ['self-hosted', `${label}.1`]],
      [`${label}-.1`, [label]],
      [`my-${label}.1`, [label]],
    ][n % 5] as [string, string[]]
    healthy.registrations.push(runner(name, labels))
  }
  return {
    healthy,
    pages: {
      DescribeInstances: Math.ceil((HEALTHY + 6 * OF_EACH) / PAGE),
      DescribeLaunchTemplates: 1,
      'GET /repos/{owner}/{repo}/actions/runners': REGISTRATIONS / PAGE,
      // In progress, and queued: of those there are none.
      'GET /repos/{owner}/{repo}/actions/runs': Math.ceil((HEALTHY + 4 * OF_EACH) / PAGE) + 1,
    },
  }
}

/** What is there, in the order of names. */
export function sorted({ machines, registrations, templates }: Left): Left {
  return { machines: machines.toSorted(), registrations: registrations.toSorted(), templates: templates.toSorted() }
}

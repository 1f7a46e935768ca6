import { durationText } from '../domain/duration.ts'
import { meaningOf, type Failure } from '../domain/failures.ts'
import { fallbackReason, tellingAnswers, type Climb, type PoolFailure } from '../domain/ladder.ts'
import { nameOf, type PoolChoice } from '../domain/pools.ts'
import type { StartRequest } from '../domain/request.ts'
import { code, table } from './markdown.ts'

/** A runner and its machine, as the summary tells of them. */
export interface RunnerLine {
  readonly runnerName: string
  readonly climb: Climb
  readonly machine:
    | {
        readonly instanceId: string
        readonly instanceType: string
        readonly availabilityZone: string
        readonly market: string
      }
    | undefined
}

export interface StartReport {
  readonly undertaking: { readonly label: string; readonly request: StartRequest }
  readonly berths: readonly RunnerLine[]
  readonly choice: PoolChoice
  readonly tookMs: number
}

/** What a start came to: the machines, how to use their label, what was tried, and how to look inside. */
export function startSummary({ undertaking, berths, choice, tookMs }: StartReport): string {
  const { label, request } = undertaking
  const fallen = berths.find((berth) => berth.machine?.market === 'on-demand' && berth.climb.policy === 'spot-first')
  const [first] = berths.flatMap((berth) => berth.machine ?? [])
  return [
    `### ${code(label)}: ${String(berths.length)} of ${String(request.count)} ready in ${durationText(tookMs)}`,
    table(
      ['runner', 'machine', 'type', 'zone', 'market'],
      berths.map(({ runnerName, machine }) => [
        code(runnerName),
        code(machine?.instanceId ?? ''),
        machine?.instanceType ?? '',
        machine?.availabilityZone ?? '',
        machine?.market ?? '',
      ]),
    ),
    fallen === undefined ? '' : `On-demand instead of spot: ${fallbackReason(fallen.climb)}.`,
    capacityOf(label, request),
    poolTable(berths.flatMap(withoutOwnPool)),
    leftOut(choice),
    first === undefined
      ? ''
      : `Look inside: ${code(`aws ec2 get-console-output --latest --output text --region ${request['aws-region']} --instance-id ${first.instanceId}`)}. To end it early, cancel the run: the stop job does the rest. The machine powers itself off after ${durationText(request.maxLifetimeMs)} at the latest, and after ${durationText(request.idleTimeoutMs)} without a job.${keeping(request)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function keeping({ keepOnFailureMs }: StartRequest): string {
  return keepOnFailureMs === 0 ? '' : ` After a job that failed it stays for ${durationText(keepOnFailureMs)}.`
}

/** A pool that was not tried at first and then gave the machine is no pool that failed. */
function withoutOwnPool({ climb, machine }: RunnerLine): readonly PoolFailure[] {
  return climb.failures.filter(
    ({ pool }) =>
      pool === undefined ||
      pool.instanceType !== machine?.instanceType ||
      pool.availabilityZone !== machine.availabilityZone ||
      pool.market !== machine.market,
  )
}

/** How many jobs may use the label: the most common mistake is one job too many. */
function capacityOf(label: string, request: StartRequest): string {
  const jobs = `${String(request.count)} job${request.count === 1 ? '' : 's'}`
  return request.ephemeral
    ? `Serves exactly ${jobs} with \`runs-on: ${label}\`; one more would stay queued. For several jobs one after another on one machine, set \`ephemeral: false\`; for several at once, raise \`count\`.`
    : `Serves any number of jobs with \`runs-on: ${label}\`, ${request.count === 1 ? 'one after another' : `${String(request.count)} at a time`}, until stop.`
}

/** Why there is no machine: every pool that was asked, with what it answered. */
export function failureSummary(label: string, reason: string, climb: Climb): string {
  return [
    `### ${code(label)}: no machine`,
    reason,
    poolTable(climb.failures),
    'More instance types and subnets in more zones make this rarer.',
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** One row for each pool and answer, however often it was given. */
export function poolTable(failures: readonly PoolFailure[]): string {
  const rows = new Map<
    string,
    { readonly pool: string; readonly market: string; readonly failure: Failure; readonly times: number }
  >()
  for (const { pool, failure } of tellingAnswers(failures)) {
    const name = pool === undefined ? 'all' : nameOf(pool)
    const market = pool?.market ?? ''
    const key = `${name} ${market} ${failure.code}`
    rows.set(key, { pool: name, market, failure, times: (rows.get(key)?.times ?? 0) + 1 })
  }
  if (rows.size === 0) return ''
  return table(
    ['pool', 'market', 'answer', 'times', 'meaning'],
    [...rows.values()].map(({ pool, market, failure, times }) => [
      pool,
      market,
      code(failure.code),
      String(times),
      meaningOf(failure),
    ]),
  )
}

function leftOut({ rejected }: PoolChoice): string {
  if (rejected.length === 0) return ''
  return `Left out: ${[...new Set(rejected.map(({ reason }) => reason))].join('; ')}.`
}

/** What a start would do. */
export function planText(
  { label, request }: StartReport['undertaking'],
  image: { readonly imageId: string; readonly name: string; readonly architecture: string },
  choice: PoolChoice,
  caller: string,
): string {
  return [
    `### Plan for ${code(label)} (dry run: nothing was registered or launched)`,
    table(
      ['what', 'how'],
      [
        ['runners', `${String(request.count)}, ${request.ephemeral ? 'one job each' : 'job after job until stop'}`],
        ['image', `${image.imageId} ${image.name} (${image.architecture})`],
        ['AWS caller', caller],
        ['region', request['aws-region']],
        ['market', request.market],
        ['strategy', request['allocation-strategy']],
        ['time for capacity', durationText(request.capacityTimeoutMs)],
        ['time until online', durationText(request.startTimeoutMs)],
        ['longest life', durationText(request.maxLifetimeMs)],
        ['idle at most', durationText(request.idleTimeoutMs)],
        ['kept after a failed job', request.keepOnFailureMs === 0 ? 'no' : durationText(request.keepOnFailureMs)],
      ],
    ),
    table(
      ['pool', 'subnet'],
      choice.places.map((place) => [nameOf(place), place.subnetId]),
    ),
    leftOut(choice),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

import type { Architecture } from '../domain/market.ts'
import { labelOf } from '../domain/identity.ts'
import { isAlive, type Machine } from '../domain/machine.ts'
import { choosePools, type PoolChoice } from '../domain/pools.ts'
import type { StartRequest } from '../domain/request.ts'
import { ownershipTags, repositoryTags, TAG } from '../domain/tags.ts'
import type { Image } from '../ports/ec2.ts'
import type { RunnerDownload } from '../ports/github.ts'
import type { Outside } from '../ports/outside.ts'
import type { Undertaking } from './undertaking.ts'

/** What the world looks like before a start does anything to it. */
export interface Survey {
  readonly image: Image
  readonly choice: PoolChoice
  readonly securityGroupIds: readonly string[]
  /** The runner to fetch at boot; undefined where the image has it. */
  readonly download: { readonly version: string; readonly checksum: string } | undefined
  /** Living machines of this very start, from an earlier try of the same step. */
  readonly own: readonly Machine[]
}

/**
 * Reads all that a start must know, in one parallel batch (and one call more where security groups are
 * given by name).
 *
 * @throws Error where the start cannot work or must not go on
 */
export async function survey({ ec2, runners }: Outside, undertaking: Undertaking): Promise<Survey> {
  const { request, identity } = undertaking
  const [image, subnets, types, offerings, machines, downloads, neighbours] = await Promise.all([
    ec2.image(request.image),
    ec2.subnets(request.subnets),
    ec2.instanceTypes(request['instance-types']),
    ec2.offerings(request['instance-types']),
    ec2.machinesByTags(ownershipTags(identity)),
    request.runner === 'download' && request['runner-version'] === '' ? runners.downloads() : [],
    request['max-runners'] === undefined ? [] : ec2.machinesByTags(repositoryTags(identity.repository)),
  ])
  if (subnets.length === 0)
    throw new Error('There is no subnet to launch into: this region has no default VPC. Name some with `subnets`.')
  checkVolume(request, image)
  checkRoom(undertaking, neighbours)
  const choice = choosePools({
    instanceTypes: request['instance-types'].map((instanceType) => ({
      instanceType,
      architectures: types.find((type) => type.instanceType === instanceType)?.architectures,
    })),
    subnets,
    offerings,
    architecture: image.architecture,
  })
  if (choice.places.length === 0)
    throw new Error(`No pool is left to ask:\n${choice.rejected.map(({ reason }) => `- ${reason}`).join('\n')}`)
  return {
    image,
    choice,
    securityGroupIds: await ec2.securityGroups(request['security-groups'], subnets[0]?.vpcId ?? ''),
    download: request.runner === 'download' ? downloadOf(request, image.architecture, downloads) : undefined,
    own: ownMachines(undertaking, machines),
  }
}

/** Counted from EC2, which also knows what a crash has left; our own machines of an earlier try count once. */
function checkRoom({ request, identity }: Undertaking, machines: readonly Machine[]): void {
  const most = request['max-runners']
  if (most === undefined) return
  const own = labelOf(identity)
  const others = machines.filter((machine) => isAlive(machine) && machine.tags[TAG.label] !== own).length
  if (others + request.count <= most) return
  throw new Error(
    `max-runners: ${identity.repository} has ${String(others)} machines running already, and ${String(request.count)} more would be over the limit of ${String(most)}. Wait for some to end, or raise the limit; if they look forgotten, run \`mode: sweep\`.`,
  )
}

function checkVolume(request: StartRequest, image: Image): void {
  const size = request['volume-size']
  if (size === undefined || size >= image.rootVolumeSize) return
  throw new Error(
    `volume-size: ${String(size)} GiB is less than the ${String(image.rootVolumeSize)} GiB that ${image.imageId} needs.`,
  )
}

/** The pinned version, or what GitHub offers now: `.../actions-runner-linux-x64-2.336.0.tar.gz`. */
function downloadOf(
  request: StartRequest,
  architecture: Architecture,
  offered: readonly RunnerDownload[],
): NonNullable<Survey['download']> {
  if (request['runner-version'] !== '')
    return { version: request['runner-version'], checksum: request['runner-checksum'] }
  const found = offered.find((download) => download.architecture === architecture)
  const version = /-(\d+\.\d+\.\d+)\.tar\.gz$/.exec(found?.url ?? '')?.[1]
  if (found === undefined || version === undefined)
    throw new Error(
      `GitHub offers no runner for ${architecture}. Set \`runner-version\` and \`runner-checksum\`, or use an image that has the runner.`,
    )
  return { version, checksum: found.sha256 }
}

/**
 * Machines under our identity are ours only if this very step made them; any other maker is a second start
 * of the same name. Where GitHub does not say which step we are, holding the launch template proves it.
 *
 * @throws Error where it is
 */
export function ownMachines(
  { startJob, identity }: Undertaking,
  machines: readonly Machine[],
  isLocked = false,
): readonly Machine[] {
  const alive = machines.filter(isAlive)
  const foreign = alive.find((machine) => (startJob === '' && !isLocked) || machine.tags[TAG.startJob] !== startJob)
  if (foreign !== undefined) throw new Error(`${sharedName(identity.name)} It has ${foreign.instanceId} running.`)
  return alive
}

export function sharedName(name: string): string {
  return `Two starts of this run share the name ${name === '' ? '"" (none)' : `"${name}"`}: another step has started machines under it. Give each start its own \`name\`, and the same to its stop; a matrix can pass one made of its own values.`
}

import type { Architecture, Market, Pool } from './market.ts'

/** A pool before the market is chosen. */
export type Place = Omit<Pool, 'market'>

export interface PoolInputs {
  /** In the order of preference. */
  readonly instanceTypes: readonly {
    readonly instanceType: string
    readonly architectures: readonly Architecture[] | undefined
  }[]
  readonly subnets: readonly {
    readonly subnetId: string
    readonly availabilityZone: string
    readonly freeAddresses: number
  }[]
  readonly offerings: readonly { readonly instanceType: string; readonly availabilityZone: string }[]
  readonly architecture: Architecture
}

export interface Rejection {
  readonly place: Place
  readonly reason: string
}

export interface PoolChoice {
  readonly places: readonly Place[]
  readonly rejected: readonly Rejection[]
}

/** Why a place will not do, or undefined where it will. */
type Filter = (place: Place, inputs: PoolInputs) => string | undefined

const FILTERS: readonly Filter[] = [known, architecture, offered, oneSubnetPerZone]

/** All types in all subnets, less what cannot work; every rejection keeps its reason. */
export function choosePools(inputs: PoolInputs): PoolChoice {
  const places: Place[] = []
  const rejected: Rejection[] = []
  for (const { instanceType } of inputs.instanceTypes) {
    for (const { subnetId, availabilityZone } of inputs.subnets) {
      const place = { instanceType, availabilityZone, subnetId }
      const reason = FILTERS.map((filter) => filter(place, inputs)).find((found) => found !== undefined)
      if (reason === undefined) places.push(place)
      else rejected.push({ place, reason })
    }
  }
  return { places, rejected }
}

function known(place: Place, inputs: PoolInputs): string | undefined {
  return architecturesOf(place, inputs) === undefined
    ? `the region has no instance type ${place.instanceType}`
    : undefined
}

function architecture(place: Place, inputs: PoolInputs): string | undefined {
  const has = architecturesOf(place, inputs)
  if (has === undefined || has.includes(inputs.architecture)) return undefined
  return `the image is ${inputs.architecture}, ${place.instanceType} is ${has.join(' and ') || 'neither x64 nor arm64'}`
}

function offered(place: Place, inputs: PoolInputs): string | undefined {
  const sold = inputs.offerings.some(
    (offering) => offering.instanceType === place.instanceType && offering.availabilityZone === place.availabilityZone,
  )
  return sold ? undefined : `${place.availabilityZone} does not sell ${place.instanceType}`
}

/** EC2 user guide, "EC2 Fleet quotas": a fleet cannot span different subnets of one zone. */
function oneSubnetPerZone(place: Place, inputs: PoolInputs): string | undefined {
  const [roomiest] = inputs.subnets
    .filter((subnet) => subnet.availabilityZone === place.availabilityZone)
    .toSorted((a, b) => b.freeAddresses - a.freeAddresses)
  if (roomiest === undefined || roomiest.subnetId === place.subnetId) return undefined
  return `a fleet takes one subnet for each zone, and ${roomiest.subnetId} has more free addresses`
}

function architecturesOf(place: Place, inputs: PoolInputs): readonly Architecture[] | undefined {
  return inputs.instanceTypes.find((type) => type.instanceType === place.instanceType)?.architectures
}

/** `c7i.xlarge in eu-west-1a`. */
export function nameOf(place: Place): string {
  return `${place.instanceType} in ${place.availabilityZone}`
}

export function samePlace(a: Place, b: Place): boolean {
  return a.instanceType === b.instanceType && a.availabilityZone === b.availabilityZone && a.subnetId === b.subnetId
}

export function inMarket(places: readonly Place[], market: Market): readonly Pool[] {
  return places.map((place) => ({ ...place, market }))
}

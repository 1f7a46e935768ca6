/** How a machine is bought; AWS calls it `Lifecycle`. */
export type Market = 'spot' | 'on-demand'

/** A pool is the unit of capacity: what EC2 has or has not got. */
export interface Pool {
  readonly instanceType: string
  readonly availabilityZone: string
  readonly subnetId: string
  readonly market: Market
}

export type Architecture = 'x64' | 'arm64'

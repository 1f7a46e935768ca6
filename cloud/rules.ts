/**
 * What EC2, STS and SSM do that a careless client gets wrong. Each rule can be turned off, and a test of
 * each shows what then changes: a rule that nothing would miss is not a rule.
 * The sources, in `cloud/README.md`, say how sure we are.
 */
export interface Rules {
  /** A pool has only so much capacity; the rest is `InsufficientInstanceCapacity`. */
  capacityPerPool: boolean
  /** A fleet tries three pools of a market at most; the others come back `UnfulfillableCapacity`, untried. */
  threePoolsPerFleet: boolean
  /** A fleet that launched still lists the pools that failed before. */
  errorsBesideInstances: boolean
  /** A new instance or launch template, and its tags, appear in listings only after a while. */
  lateListing: boolean
  /** An instance just launched is now and then not known to TerminateInstances and GetConsoleOutput yet. */
  lateIds: boolean
  /** A launch template just created is now and then not known to CreateFleet yet. */
  lateTemplates: boolean
  /** The same client token and parameters get the same answer, and launch nothing more. */
  idempotentTokens: boolean
  /** The same client token with other parameters is refused. */
  tokenParameters: boolean
  /** The same client token, while the first call is not over, is refused with `IdempotentCallInProgress`. */
  tokenInProgress: boolean
  /** Every operation draws from a token bucket of its own; an empty one answers `RequestLimitExceeded`. */
  throttling: boolean
  /** The tags of a terminated instance vanish before the instance does. */
  tagsFade: boolean
  /** A terminated instance is forgotten after about an hour. */
  terminatedForgotten: boolean
  /** A spot request is forgotten four hours after its instance ended. */
  spotRequestForgotten: boolean
  /** Naming an instance that EC2 does not know, or in a malformed way, is an error and not an empty answer. */
  unknownIds: boolean
  /** TerminateInstances with one bad id terminates none. */
  terminateAllOrNone: boolean
  /** The spot status says `instance-terminated-no-capacity` at the notice, while the instance still runs. */
  statusFlipsAtNotice: boolean
  /** Terminating an instance under notice makes it look terminated by the user, everywhere. */
  userTerminationHidesReclaim: boolean
  /** Spot vCPUs are limited: `MaxSpotInstanceCountExceeded`. */
  spotQuota: boolean
  /** On-demand vCPUs are limited, apart from spot: `VcpuLimitExceeded`. */
  onDemandQuota: boolean
  /** No spot without the account's service-linked role. */
  spotRole: boolean
  /** A fleet needs a launch template that exists. */
  templateMustExist: boolean
  /** The name of a launch template is unique. */
  templateNameUnique: boolean
  /** A fleet cannot span two subnets of one zone. */
  oneSubnetPerZone: boolean
  /** A type that the zone does not sell, or that does not exist, fails the pool. */
  typeOffered: boolean
  /** Image and instance type must be of the same architecture. */
  architecture: boolean
  /** The image must exist and be available. */
  imageMustExist: boolean
  /** The subnet must exist. */
  subnetMustExist: boolean
  /** A subnet has only so many addresses. */
  freeAddresses: boolean
  /** The security groups must exist, in the network of the subnet. */
  groupMustExist: boolean
  /** Groups of the instance and network interfaces exclude each other. */
  groupsOrInterfaces: boolean
  /** A volume cannot be smaller than the snapshot it is made from. */
  volumeFitsSnapshot: boolean
  /** Each market has its own names of allocation strategies. */
  strategyOfMarket: boolean
  /** A highest price below the pool's spot price fails the pool. */
  spotMaxPrice: boolean
  /** Spot behind an instant fleet ends by termination alone. */
  instantTerminatesOnly: boolean
  /** User data is base64 of at most 16 KB. */
  userDataLimit: boolean
  /** Where instance metadata shows tags, no key may hold `/` or a blank. */
  tagKeysInMetadata: boolean
  /** Keys that begin with `aws:` are AWS's, and a resource has at most 50 tags of 128 and 256 characters. */
  tagLimits: boolean
  /** A fleet tags fleets, instances, volumes and network interfaces alone. */
  fleetTagResources: boolean
  /** A template that tags spot requests fails every on-demand launch. */
  spotRequestTagsOnDemand: boolean
  /** A missing `iam:PassRole` shows inside the fleet's answer, once per pool. */
  passRoleInAnswer: boolean
  /** A permission that was denied refuses the call. */
  permissions: boolean
  /** Filters that the operation does not have are refused. */
  knownFilters: boolean
  /** A listing comes in pages, and a page may hold less than was asked for. */
  paging: boolean
  /** A page size cannot be asked for together with ids, and must lie within the operation's bounds. */
  pageSizeBounds: boolean
  /** `InstanceInitiatedShutdownBehavior` decides what a power-off in the guest does; the default only stops. */
  shutdownBehavior: boolean
  /** Instance metadata answers only with a session token (IMDSv2). */
  metadataToken: boolean
  /** Tags show in instance metadata only where the launch asked for it. */
  metadataTags: boolean
}

export const ALL_RULES: Rules = {
  capacityPerPool: true,
  threePoolsPerFleet: true,
  errorsBesideInstances: true,
  lateListing: true,
  lateIds: true,
  lateTemplates: true,
  idempotentTokens: true,
  tokenParameters: true,
  tokenInProgress: true,
  throttling: true,
  tagsFade: true,
  terminatedForgotten: true,
  spotRequestForgotten: true,
  unknownIds: true,
  terminateAllOrNone: true,
  statusFlipsAtNotice: true,
  userTerminationHidesReclaim: true,
  spotQuota: true,
  onDemandQuota: true,
  spotRole: true,
  templateMustExist: true,
  templateNameUnique: true,
  oneSubnetPerZone: true,
  typeOffered: true,
  architecture: true,
  imageMustExist: true,
  subnetMustExist: true,
  freeAddresses: true,
  groupMustExist: true,
  groupsOrInterfaces: true,
  volumeFitsSnapshot: true,
  strategyOfMarket: true,
  spotMaxPrice: true,
  instantTerminatesOnly: true,
  userDataLimit: true,
  tagKeysInMetadata: true,
  tagLimits: true,
  fleetTagResources: true,
  spotRequestTagsOnDemand: true,
  passRoleInAnswer: true,
  permissions: true,
  knownFilters: true,
  paging: true,
  pageSizeBounds: true,
  shutdownBehavior: true,
  metadataToken: true,
  metadataTags: true,
}

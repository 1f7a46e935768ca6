import type { Instance, World } from './ec2/world.ts'

export interface ImdsRequest {
  readonly method: string
  /** Without the prefix that names the instance: `/latest/meta-data/instance-id`. */
  readonly path: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

export interface ImdsAnswer {
  readonly status: number
  readonly body: string | Uint8Array
}

/** The instance metadata service of every instance. */
export type Imds = (instanceId: string, request: ImdsRequest) => ImdsAnswer

const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds'
const TOKEN_HEADER = 'x-aws-ec2-metadata-token'
const MOST_SECONDS = 21_600

/**
 * IMDSv2: a session token first, then paths under `/latest/`. 401 for a token that is missing, foreign or
 * expired, 403 where the service is off or the token is asked for on a versioned path, 404 for an absent item.
 */
export function createImds(world: World): Imds {
  const sessions = new Map<string, { readonly instanceId: string; readonly expiresAtMs: number }>()

  const openSession = (instance: Instance, { path, headers }: ImdsRequest): ImdsAnswer => {
    if (path !== '/latest/api/token') return status(path.endsWith('/api/token') ? 403 : 404)
    const seconds = Number(headers[TTL_HEADER])
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MOST_SECONDS) return status(400)
    let token = ''
    while (token.length < 54) token += Math.floor(world.random() * 36).toString(36)
    token += '=='
    const expiresAtMs = world.clock.now() + seconds * 1000
    sessions.set(token, { instanceId: instance.instanceId, expiresAtMs })
    return { status: 200, body: token }
  }
  const isOpen = (instance: Instance, token: string | undefined): boolean => {
    if (!world.rules.metadataToken || (token === undefined && !instance.metadata.tokenRequired)) return true
    const session = sessions.get(token ?? '')
    return session?.instanceId === instance.instanceId && world.clock.now() < session.expiresAtMs
  }

  return (instanceId, request) => {
    const instance = world.instances.get(instanceId)
    if (instance?.powered !== true || !instance.metadata.enabled) return status(403)
    if (request.method === 'PUT') return openSession(instance, request)
    if (request.method !== 'GET') return status(405)
    if (!isOpen(instance, request.headers[TOKEN_HEADER])) return status(401)
    const body = itemAt(world, instance, request.path)
    return body === undefined ? status(404) : { status: 200, body }
  }
}

const status = (code: number): ImdsAnswer => ({ status: code, body: '' })

function itemAt(world: World, instance: Instance, path: string): string | Uint8Array | undefined {
  const item = /^\/latest\/(.*?)\/?$/.exec(path)?.[1]
  switch (item) {
    case 'user-data':
      return instance.userData
    case 'meta-data/instance-id':
      return instance.instanceId
    case 'meta-data/instance-type':
      return instance.instanceType
    case 'meta-data/instance-life-cycle':
      return instance.market
    case 'meta-data/ami-id':
      return instance.imageId
    case 'meta-data/placement/availability-zone':
      return instance.availabilityZone
    case 'meta-data/placement/region':
      return world.region.name
    case 'meta-data/spot/instance-action':
      return (
        instance.notice && JSON.stringify({ action: 'terminate', time: powerOffTime(instance.notice.powerOffAtMs) })
      )
    case 'meta-data/spot/termination-time':
      return instance.notice && powerOffTime(instance.notice.powerOffAtMs)
    case 'meta-data/tags/instance':
      return shownTags(world, instance) && Object.keys(shownTags(world, instance) ?? {}).join('\n')
    default:
      return tagAt(world, instance, item ?? '')
  }
}

function tagAt(world: World, instance: Instance, item: string): string | undefined {
  const key = /^meta-data\/tags\/instance\/(.+)$/.exec(item)?.[1]
  return key === undefined ? undefined : shownTags(world, instance)?.[decodeURIComponent(key)]
}

function shownTags(world: World, { metadata, tags }: Instance): Readonly<Record<string, string>> | undefined {
  if (!metadata.tags && world.rules.metadataTags) return undefined
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith('aws:')))
}

/** To the second, as instance metadata writes it. */
function powerOffTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}

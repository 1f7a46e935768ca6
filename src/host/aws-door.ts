import type { Operation, Operations, Send } from '../aws/send.ts'

/** The slowest call that we make, CreateFleet, answers in two seconds as a rule. */
const REQUEST_TIMEOUT_MS = 30_000
const CONNECTION_TIMEOUT_MS = 5_000

export interface ClientSettings {
  readonly region: string
  readonly maxAttempts: number
  readonly requestHandler: {
    readonly connectionTimeout: number
    readonly requestTimeout: number
    readonly throwOnRequestTimeout: boolean
  }
}

/** A client and its commands, as much of them as the door needs. */
interface Service {
  readonly client: { send(command: object): Promise<unknown> }
  readonly commands: Readonly<Record<string, new (input: never) => object>>
}

/**
 * The door to AWS, over the SDK, with its usual credentials and endpoints. A client is loaded when it is
 * first used. The SDK's own retry is off: it would repeat a launch where we have to think first.
 */
export function createAwsDoor(region: string): Send {
  const settings: ClientSettings = {
    region,
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  }
  const services = new Map<string, Promise<Service>>()
  const serviceOf = (operation: Operation): Promise<Service> => {
    const name = operation === 'GetParameter' ? 'ssm' : operation === 'GetCallerIdentity' ? 'sts' : 'ec2'
    const known = services.get(name)
    if (known !== undefined) return known
    const loaded = load(name, settings)
    services.set(name, loaded)
    return loaded
  }
  return async <K extends Operation>(operation: K, input: Operations[K][0]): Promise<Operations[K][1]> => {
    const { client, commands } = await serviceOf(operation)
    const Command = commands[operation]
    if (Command === undefined) throw new TypeError(`${operation} is not among the commands of its client`)
    return (await client.send(new Command(input as never))) as Operations[K][1]
  }
}

async function load(name: string, settings: ClientSettings): Promise<Service> {
  const { createClient, commands } = await (name === 'ssm'
    ? import('./ssm-client.ts')
    : name === 'sts'
      ? import('./sts-client.ts')
      : import('./ec2-client.ts'))
  return {
    client: createClient(settings) as unknown as Service['client'],
    commands: commands as unknown as Service['commands'],
  }
}

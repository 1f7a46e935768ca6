import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createEc2 } from '../../src/aws/ec2.ts'
import type { Operation, Send } from '../../src/aws/send.ts'
import { isOutcomeUnknown, PlatformError } from '../../src/domain/failures.ts'
import { createAwsDoor } from '../../src/host/aws-door.ts'
import type { Ec2Port, LaunchRequest, LaunchTemplatePlan } from '../../src/ports/ec2.ts'

const HOST = { clock: { now: () => 0, sleep: async () => undefined }, random: () => 0 }
const ID = 'i-0123456789abcdef0'
const POOL = { instanceType: 'c7i.large', subnetId: 'subnet-1', availabilityZone: 'z', market: 'spot' } as const
const LAUNCH: LaunchRequest = {
  templateName: 't',
  clientToken: 'c',
  market: 'spot',
  allocationStrategy: 'price-capacity-optimized',
  maxPrice: undefined,
  pools: [POOL],
  userData: '',
  tags: {},
  notAfterMs: Number.POSITIVE_INFINITY,
}
const PLAN: LaunchTemplatePlan = {
  templateName: 't',
  clientToken: 'c',
  imageId: 'ami-1',
  rootDeviceName: '/dev/sda1',
  volumeSize: undefined,
  volumeType: 'gp3',
  securityGroupIds: [],
  instanceProfile: undefined,
  userData: '',
  tags: {},
}

interface Asking {
  readonly ask: (ec2: Ec2Port) => Promise<unknown>
  readonly operation: Operation
  /** What EC2 says, in XML, where there is something and where there is nothing. */
  readonly full: string
  readonly empty: string
  /** What the port makes of nothing. */
  readonly nothing: unknown
}

const list = (name: string, item: string): string => `<${name}><item>${item}</item></${name}>`
const TAGS = list('tagSet', '<key>a</key><value>b</value>')
const TIME = '2026-11-20T10:00:00.000Z'
const INSTANCE = list(
  'instancesSet',
  `<instanceId>${ID}</instanceId><instanceState><code>16</code><name>running</name></instanceState><launchTime>${TIME}</launchTime>${TAGS}<placement><availabilityZone>z</availabilityZone></placement>`,
)

const ASKINGS: Readonly<Record<string, Asking>> = {
  'machines by tag': {
    ask: (ec2) => ec2.machinesByTags({ a: 'b' }),
    operation: 'DescribeInstances',
    full: list('reservationSet', INSTANCE),
    empty: '<reservationSet/>',
    nothing: [],
  },
  'machines by id': {
    ask: (ec2) => ec2.machinesById([ID]),
    operation: 'DescribeInstances',
    full: list('reservationSet', INSTANCE),
    empty: '<reservationSet/>',
    nothing: [],
  },
  'launch templates': {
    ask: (ec2) => ec2.launchTemplatesByTags({}),
    operation: 'DescribeLaunchTemplates',
    full: list('launchTemplates', `<launchTemplateName>t</launchTemplateName><createTime>${TIME}</createTime>${TAGS}`),
    empty: '<launchTemplates/>',
    nothing: [],
  },
  'spot requests': {
    ask: (ec2) => ec2.spotRequests(['sir-1']),
    operation: 'DescribeSpotInstanceRequests',
    full: list(
      'spotInstanceRequestSet',
      `<spotInstanceRequestId>sir-1</spotInstanceRequestId><status><code>fulfilled</code><updateTime>${TIME}</updateTime></status>`,
    ),
    empty: '<spotInstanceRequestSet/>',
    nothing: [],
  },
  subnets: {
    ask: (ec2) => ec2.subnets([]),
    operation: 'DescribeSubnets',
    full: list(
      'subnetSet',
      '<subnetId>subnet-1</subnetId><availabilityZone>z</availabilityZone><availableIpAddressCount>5</availableIpAddressCount>',
    ),
    empty: '<subnetSet/>',
    nothing: [],
  },
  'instance types': {
    ask: (ec2) => ec2.instanceTypes(['c7i.large']),
    operation: 'DescribeInstanceTypes',
    full: list('instanceTypeSet', '<instanceType>c7i.large</instanceType>'),
    empty: '<instanceTypeSet/>',
    nothing: [],
  },
  offerings: {
    ask: (ec2) => ec2.offerings(['c7i.large']),
    operation: 'DescribeInstanceTypeOfferings',
    full: list('instanceTypeOfferingSet', '<instanceType>c7i.large</instanceType><location>z</location>'),
    empty: '<instanceTypeOfferingSet/>',
    nothing: [],
  },
  'a launch': {
    ask: (ec2) => ec2.launch(LAUNCH),
    operation: 'CreateFleet',
    full: `<fleetId>fleet-1</fleetId><errorSet/>${list('fleetInstanceSet', `<instanceIds><item>${ID}</item></instanceIds><lifecycle>spot</lifecycle>`)}`,
    empty: '<fleetId>fleet-1</fleetId><errorSet/><fleetInstanceSet/>',
    nothing: { machine: undefined, failures: [] },
  },
  'a termination': {
    ask: (ec2) => ec2.terminate([ID]),
    operation: 'TerminateInstances',
    full: list('instancesSet', `<instanceId>${ID}</instanceId>`),
    empty: '<instancesSet/>',
    nothing: undefined,
  },
  'a new launch template': {
    ask: (ec2) => ec2.createLaunchTemplate(PLAN),
    operation: 'CreateLaunchTemplate',
    full: '<launchTemplate><launchTemplateName>t</launchTemplateName></launchTemplate>',
    empty: '<launchTemplate/>',
    nothing: 'created',
  },
  'the end of a launch template': {
    ask: (ec2) => ec2.deleteLaunchTemplate('t'),
    operation: 'DeleteLaunchTemplate',
    full: '<launchTemplate><launchTemplateName>t</launchTemplateName></launchTemplate>',
    empty: '<launchTemplate/>',
    nothing: 'deleted',
  },
}
const NAMES = Object.keys(ASKINGS)
function askingOf(name: string): Asking {
  const asking = ASKINGS[name]
  if (asking === undefined) throw new Error(`nobody asks for ${name}`)
  return asking
}

const inXml = ({ operation }: Asking, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>${content}</${operation}Response>`

/** Everything that the real SDK talks to, and what it says to every call. */
let server: Server
let send: Send
let body = ''
const before = { ...process.env }

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200, { 'content-type': 'text/xml' }).end(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    AWS_ACCESS_KEY_ID: 'AKIALOCALCLOUD',
    AWS_SECRET_ACCESS_KEY: 'local-cloud',
  })
  send = createAwsDoor('us-east-1')
})

afterAll(() => {
  process.env = before
  server.closeAllConnections()
  server.close()
})

/** A failure that leaves open what happened is told apart, since nothing may be concluded from it. */
async function outcomeOf({ ask }: Asking, answer: string): Promise<unknown> {
  body = answer
  return outcomeThrough(send, ask)
}

async function outcomeThrough(door: Send, ask: Asking['ask']): Promise<unknown> {
  try {
    return await ask(createEc2(door, HOST))
  } catch (error) {
    if (!(error instanceof PlatformError)) return `thrown: ${String(error)}`
    return isOutcomeUnknown(error.failure) ? 'unknown' : `refused: ${error.failure.code}`
  }
}

test.each(NAMES)('%s: what EC2 says is read, and so is that there is nothing', async (name) => {
  const asking = askingOf(name)
  expect(String(await outcomeOf(asking, inXml(asking, asking.full)))).not.toMatch(/^(unknown|thrown|refused)/)
  expect(await outcomeOf(asking, inXml(asking, asking.empty))).toEqual(asking.nothing)
})

const PAGES = [
  '',
  ' ',
  '<html><head><title>Sign in</title></head><body>Hello</body></html>',
  '<!DOCTYPE html><html><head><meta charset="utf-8"><body>Hello<br></html>',
  '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Hello</p></body></html>',
  '{"message":"hello"}',
  'hello',
  '<',
]

test.each(NAMES.flatMap((name) => PAGES.map((page) => [name, page] as const)))(
  '%s: nothing is concluded from %j with status 200',
  async (name, page) => {
    expect(await outcomeOf(askingOf(name), page)).toBe('unknown')
  },
)

test.each(NAMES)('%s: nothing is concluded from an answer that says nothing', async (name) => {
  expect(await outcomeOf(askingOf(name), inXml(askingOf(name), ''))).toBe('unknown')
})

test.each(NAMES)('%s: an answer that was cut off is never taken for a whole one', async (name) => {
  const asking = askingOf(name)
  const whole = inXml(asking, asking.full)
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), async (length) => {
      expect(await outcomeOf(asking, whole.slice(0, length))).toBe('unknown')
    }),
    { numRuns: 12 },
  )
})

const noise = fc.constantFrom('', '<x/>', 'hello', '-1', 'NaN', '<item/>', '<item>x</item>', '&amp;', 'null')

test.each(NAMES)('%s: a value that is something else is read or refused, never a surprise', async (name) => {
  const asking = askingOf(name)
  const whole = inXml(asking, asking.full)
  const values = [...whole.matchAll(/>([^<>]+)</g)].map((found) => found.index)
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...values), noise, async (at, value) => {
      const changed = whole.slice(0, at + 1) + value + whole.slice(whole.indexOf('<', at))
      expect(String(await outcomeOf(asking, changed))).not.toMatch(/^(thrown|refused)/)
    }),
    { numRuns: 12 },
  )
})

/** As the SDK gives it, where EC2 leaves out any one thing, at any depth. */
const SPARSE: readonly (readonly [string, object, Asking['ask']])[] = [
  [
    'an instance without id',
    { Reservations: [{ Instances: [{ State: { Name: 'running' } }] }] },
    askingOf('machines by tag').ask,
  ],
  ['a template without name', { LaunchTemplates: [{}] }, askingOf('launch templates').ask],
  ['a launched machine without id', { FleetId: 'f', Instances: [{ Lifecycle: 'spot' }] }, askingOf('a launch').ask],
  ['a launch without anything', {}, askingOf('a launch').ask],
]
test.each(SPARSE)('%s is not left out, as if it were not there', async (_what, answer, ask) => {
  expect(await outcomeThrough((async () => answer) as unknown as Send, ask)).toBe('unknown')
})

import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parse } from 'yaml'
import { InputError } from '../../src/domain/input-reader.ts'
import type { Request, StartRequest, StopRequest } from '../../src/domain/request.ts'
import { readInputs } from '../../src/inputs.ts'

type Inputs = Readonly<Record<string, string>>

const declared = parse(readFileSync(new URL('../../action.yml', import.meta.url), 'utf8')) as {
  readonly inputs: Readonly<Record<string, unknown>>
}
const NAMES = Object.keys(declared.inputs).filter((name) => name !== 'mode')

const START: Inputs = {
  mode: 'start',
  'aws-region': 'eu-central-1',
  image: 'ami-0123456789abcdef0',
  'instance-types': 'c7i.xlarge',
}
const STOP: Inputs = { mode: 'stop', 'aws-region': 'eu-central-1' }
const SWEEP: Inputs = { ...STOP, mode: 'sweep' }

/** Values that are right for some input, so that not everything is refused by the first look. */
const SOUND = [
  'true',
  'false',
  '7',
  '30s',
  '2h',
  '1d',
  'a-name',
  'ec2-spot-5-1-a',
  'i-0123456789abcdef0',
  '["i-0123456789abcdef0"]',
  'subnet-0123456789abcdef0',
  'ssm:/a/b',
  'name:my-*',
  'self',
  'download',
  '2.336.0',
  'ab'.repeat(32),
  '/opt/runner',
  'key=value\nother = x=y',
  '__proto__=value',
  'self-hosted, gpu',
  '0.25',
  'on-demand',
  'launch',
]

/** What people, and attackers, put into a field. */
const HOSTILE = [
  '$(touch /tmp/x)',
  '`id`',
  "'; id; '",
  '"',
  '\n',
  '\0',
  '["a\\u0000b"]',
  '["\\ud800"]',
  '{"a":',
  '[1,null]',
  'a\r\nb',
  '../..',
  '-1',
  '1e9',
  '٣',
  'NaN',
  'ﬀ',
  '\u202eevil',
  '\ud800',
  'x'.repeat(70_000),
  `ec2-spot-${'9'.repeat(30)}-1`,
  `a=${'x'.repeat(300)}`,
]

const text = fc.oneof(
  fc.constantFrom(...SOUND),
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.tuple(fc.constantFrom(...SOUND), fc.string({ maxLength: 3 })).map(([sound, more]) => sound + more),
)
const someInputs = fc.dictionary(fc.constantFrom(...NAMES), text, { maxKeys: 4, noNullPrototype: true })

function readOr(inputs: Inputs): Request | undefined {
  try {
    // To pack the real boot.sh each time would take longer than all the rest.
    return readInputs((name) => inputs[name] ?? '', '')
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    const { problems } = error as InputError
    expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems) expect(problem).toMatch(/^[a-z-]+: ./)
    return undefined
  }
}

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most
const all = (values: readonly string[], pattern: RegExp): boolean => values.every((value) => pattern.test(value))

/** What everything behind the reader relies on, said once more in other words. */
const START_RULES: Readonly<Record<string, (request: StartRequest) => boolean>> = {
  region: (request) => /^[a-z]+(-[a-z]+)+-[0-9]+$/.test(request['aws-region']),
  name: ({ name }) => name.length <= 24 && /^[a-z0-9-]*$/.test(name) && !name.startsWith('-'),
  'start-job': (request) => /^[A-Za-z0-9_-]{0,64}$/.test(request['start-job']),
  types: (request) => request['instance-types'].length > 0 && all(request['instance-types'], /^[a-z0-9.-]+$/),
  subnets: ({ subnets }) => all(subnets, /^subnet-[0-9a-f]+$/),

  groups: (request) => all(request['security-groups'], /^[\x20-\x7e]{1,255}$/),
  profile: (request) => /^[A-Za-z0-9_+=,.@-]+$/.test(request['instance-profile'] ?? 'none'),
  'max-price': (request) => Number(request['max-price'] ?? 1) > 0,
  count: ({ count }) => isWithin(count, 1, 100),
  // eslint-disable-next-line no-control-regex
  labels: ({ labels }) => all(labels, /^[^\s,\x00-\x1f\x7f]{1,100}$/) && labels.every((label) => label.isWellFormed()),
  times: (request) =>
    isWithin(request.startTimeoutMs, 5_000, 10_800_000) &&
    isWithin(request.capacityTimeoutMs, 1_000, request.startTimeoutMs) &&
    isWithin(request.maxLifetimeMs, 60_000, 604_800_000) &&
    isWithin(request.idleTimeoutMs, 1_000, 86_400_000) &&
    isWithin(request.keepOnFailureMs, 0, Math.min(86_400_000, request.maxLifetimeMs - 1)),
  'volume-size': (request) => isWithin(request['volume-size'] ?? 1, 1, 65_536),
  'max-runners': (request) => isWithin(request['max-runners'] ?? 1, 1, 10_000),
  'runner-dir': (request) => request['runner-dir'].startsWith('/') && !/[\0\n]/.test(request['runner-dir']),
  'runner-user': (request) => /^[a-z0-9_-]{1,32}$/.test(request['runner-user']),
  download: (request) =>
    (request['runner-version'] === '' || request['runner-checksum'] !== '') &&
    /^[0-9.]*$/.test(request['runner-version']) &&
    /^[0-9a-f]*$/.test(request['runner-checksum']),
  script: (request) => !request['pre-runner-script'].includes('\0'),
  tags: ({ tags }) =>
    Object.entries(tags).every(
      ([key, value]) => /^[^\s/]{1,128}$/.test(key) && !/^(aws|ec2-spot-runner):/i.test(key) && value.length <= 256,
    ),
  booleans: (request) =>
    [request['allow-partial'], request.ephemeral, request['job-imds'], request['dry-run']].every(
      (value) => typeof value === 'boolean',
    ),
}

function expectRules(request: StartRequest): void {
  const broken = Object.entries(START_RULES).filter(([, holds]) => !holds(request))
  expect(broken.map(([name]) => name)).toEqual([])
}

test.each(NAMES)('what people and attackers write into %s is refused in words, or obeys its rules', (name) => {
  for (const value of [...SOUND, ...HOSTILE])
    for (const base of [START, STOP, SWEEP]) {
      const request = readOr({ ...base, [name]: value })
      if (request?.mode === 'start') expectRules(request)
    }
})

test('any text in any input of a start is refused in words, or obeys the rules of its input', () => {
  let accepted = 0
  fc.assert(
    fc.property(someInputs, (more) => {
      const request = readOr({ ...START, ...more }) as StartRequest | undefined
      if (request === undefined) return
      accepted += 1
      expectRules(request)
    }),
    { numRuns: 3_000 },
  )
  expect(accepted).toBeGreaterThan(100)
})

test('any text in any input of a stop or a sweep is refused in words, or obeys the rules of its input', () => {
  fc.assert(
    fc.property(fc.constantFrom(STOP, SWEEP), someInputs, (base, more) => {
      const request = readOr({ ...base, ...more })
      if (request?.mode !== 'stop') return
      const { label, name, 'instance-ids': ids } = request satisfies StopRequest
      expect(label).toMatch(/^$|^ec2-spot-[0-9]{1,15}-[0-9]{1,15}(-[a-z0-9][a-z0-9-]*)?$/)
      expect(name).toMatch(/^[a-z0-9-]{0,24}$/)
      expect(ids.join()).toMatch(/^(i-[0-9a-f]{8,17}(,|$))*$/)
    }),
    { numRuns: 2_000 },
  )
})

test('any mode but ours is refused', () => {
  fc.assert(
    fc.property(text, (mode) => {
      if (['start', 'stop', 'sweep'].includes(mode.trim())) return
      expect(readOr({ ...START, mode })).toBeUndefined()
    }),
  )
})

test('no tag is lost on the way, whatever it is called', () => {
  const key = fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'toString', 'a:b'),
    fc.stringMatching(/^[\w.:+@-]{1,20}$/),
  )
  fc.assert(
    fc.property(fc.dictionary(key, fc.stringMatching(/^[a-z]{0,9}$/)), (tags) => {
      const entries = Object.entries(tags).filter(([name]) => !/^(aws|ec2-spot-runner):/i.test(name))
      if (entries.length > 35) return
      const request = readOr({ ...START, tags: entries.map(([name, value]) => `${name}=${value}`).join('\n') })
      expect(Object.entries((request as StartRequest).tags)).toEqual(entries)
    }),
  )
})

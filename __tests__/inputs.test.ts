import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { InputError } from '../src/domain/input-reader.ts'
import type { Request } from '../src/domain/request.ts'
import { readInputs } from '../src/inputs.ts'
import { BOOT_SCRIPT } from './flows/rehearsal.ts'

type Inputs = Readonly<Record<string, string>>

const START: Inputs = {
  mode: 'start',
  'aws-region': 'eu-central-1',
  image: 'ami-0123456789abcdef0',
  'instance-types': 'c7i.xlarge',
}
const STOP: Inputs = { mode: 'stop', 'aws-region': 'eu-central-1' }

const read = (inputs: Inputs): Request => readInputs((name) => inputs[name] ?? '', BOOT_SCRIPT)

function problems(inputs: Inputs): readonly string[] {
  try {
    read(inputs)
    return []
  } catch (error) {
    if (error instanceof InputError) return error.problems
    throw error
  }
}

const DEFAULTS = {
  mode: 'start',
  'aws-region': 'eu-central-1',
  name: '',
  'start-job': '',
  image: { kind: 'id', imageId: 'ami-0123456789abcdef0' },
  'instance-types': ['c7i.xlarge'],
  subnets: [],
  'security-groups': [],
  'instance-profile': undefined,
  'volume-size': undefined,
  'volume-type': 'gp3',
  market: 'spot-first',
  'allocation-strategy': 'price-capacity-optimized',
  'max-price': undefined,
  count: 1,
  'allow-partial': false,
  ephemeral: true,
  labels: [],
  'wait-for': 'online',
  startTimeoutMs: 600_000,
  capacityTimeoutMs: 300_000,
  maxLifetimeMs: 21_600_000,
  idleTimeoutMs: 600_000,
  keepOnFailureMs: 0,
  runner: 'preinstalled',
  'runner-dir': '/opt/actions-runner',
  'runner-user': 'runner',
  'runner-version': '',
  'runner-checksum': '',
  'pre-runner-script': '',
  'job-imds': false,
  tags: {},
  'allow-public': false,
  'dry-run': false,
}

interface Declared {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
}
const declared = parse(readFileSync(new URL('../action.yml', import.meta.url), 'utf8')) as Declared

describe('an empty input', () => {
  test('means its default', () => {
    expect(read(START)).toMatchObject(DEFAULTS)
  })

  test('means the same as the default that action.yml declares', () => {
    const defaults = Object.fromEntries(
      Object.entries(declared.inputs).map(([name, input]) => [
        name,
        (input.default ?? '').includes('${{') ? '' : (input.default ?? ''),
      ]),
    )
    expect(read({ ...defaults, ...START })).toEqual(read(START))
    expect(read({ ...defaults, ...STOP })).toEqual(read(STOP))
  })

  test.each(Object.keys(declared.inputs))('%s: of blanks alone is empty too', (name) => {
    if (name in START) return
    expect(read({ ...START, [name]: ' \n ' })).toEqual(read(START))
  })
})

describe('a good input', () => {
  test.each([
    ['mode', ' start ', 'mode', 'start'],
    ['name', 'linux-4', 'name', 'linux-4'],
    ['start-job', '4711', 'start-job', '4711'],
    ['aws-region', 'us-gov-west-1', 'aws-region', 'us-gov-west-1'],
    ['image', 'ssm:/my/image', 'image', { kind: 'parameter', path: '/my/image' }],
    ['image', 'ssm:/my/image:3', 'image', { kind: 'parameter', path: '/my/image:3' }],
    ['image', 'name:my-runner-*', 'image', { kind: 'pattern', pattern: 'my-runner-*', owner: 'self' }],
    ['image', 'ami-01234567', 'image', { kind: 'id', imageId: 'ami-01234567' }],
    ['instance-types', 'c7i.large, m7i.large\nr7i.large', 'instance-types', ['c7i.large', 'm7i.large', 'r7i.large']],
    ['instance-types', 'c7i.large,c7i.large', 'instance-types', ['c7i.large']],
    ['instance-types', '["c7i.large","u-6tb1.metal"]', 'instance-types', ['c7i.large', 'u-6tb1.metal']],
    ['subnets', 'subnet-0123456789abcdef0,\n', 'subnets', ['subnet-0123456789abcdef0']],
    ['security-groups', 'sg-0123456789abcdef0, my group', 'security-groups', ['sg-0123456789abcdef0', 'my group']],
    ['instance-profile', 'runner+a=b', 'instance-profile', 'runner+a=b'],
    ['volume-size', '100', 'volume-size', 100],
    ['volume-type', 'gp2', 'volume-type', 'gp2'],
    ['market', 'on-demand', 'market', 'on-demand'],
    ['allocation-strategy', 'diversified', 'allocation-strategy', 'diversified'],
    ['max-price', '0.25', 'max-price', '0.25'],
    ['count', '100', 'count', 100],
    ['allow-partial', 'TRUE', 'allow-partial', true],
    ['ephemeral', 'false', 'ephemeral', false],
    ['labels', 'self-hosted,gpu', 'labels', ['self-hosted', 'gpu']],
    ['wait-for', 'launch', 'wait-for', 'launch'],
    ['start-timeout', '90m', 'startTimeoutMs', 5_400_000],
    ['start-timeout', '15', 'startTimeoutMs', 900_000],
    ['capacity-timeout', '30s', 'capacityTimeoutMs', 30_000],
    ['max-lifetime', '1d', 'maxLifetimeMs', 86_400_000],
    ['idle-timeout', '1.5h', 'idleTimeoutMs', 5_400_000],
    ['keep-on-failure', '30m', 'keepOnFailureMs', 1_800_000],
    ['runner', 'download', 'runner', 'download'],
    ['runner-dir', '/home/me/a runner', 'runner-dir', '/home/me/a runner'],
    ['runner-user', 'ubuntu', 'runner-user', 'ubuntu'],
    ['pre-runner-script', 'apt-get update', 'pre-runner-script', 'apt-get update'],
    ['job-imds', 'true', 'job-imds', true],
    ['tags', 'team=a\n cost = b=c \n', 'tags', { team: 'a', cost: 'b=c' }],
    ['tags', 'empty=', 'tags', { empty: '' }],
    ['allow-public', 'true', 'allow-public', true],
    ['dry-run', 'True', 'dry-run', true],
  ])('%s: %j is read', (name, text, key, value) => {
    expect(read({ ...START, [name]: text })).toHaveProperty([key], value)
  })

  test('capacity-timeout is a part of start-timeout, and never longer', () => {
    expect(read({ ...START, 'start-timeout': '2m' })).toMatchObject({
      startTimeoutMs: 120_000,
      capacityTimeoutMs: 120_000,
    })
  })

  test('image-owner goes with a name pattern', () => {
    const request = read({ ...START, image: 'name:al2023-*', 'image-owner': 'amazon' })
    expect(request).toMatchObject({ image: { kind: 'pattern', pattern: 'al2023-*', owner: 'amazon' } })
  })

  test('a pinned runner-version goes with its checksum', () => {
    const checksum = 'ab'.repeat(32)
    expect(
      read({ ...START, runner: 'download', 'runner-version': '2.336.0', 'runner-checksum': checksum }),
    ).toMatchObject({
      'runner-version': '2.336.0',
      'runner-checksum': checksum,
    })
  })

  test.each([
    ['name', 'linux', { name: 'linux' }],
    ['label', 'ec2-spot-17-1-linux', { label: 'ec2-spot-17-1-linux' }],
    ['instance-ids', '["i-0123456789abcdef0"]', { 'instance-ids': ['i-0123456789abcdef0'] }],
    ['instance-ids', 'i-01234567,i-0123456789abcdef0', { 'instance-ids': ['i-01234567', 'i-0123456789abcdef0'] }],
    ['instance-ids', '[]', { 'instance-ids': [] }],
    ['all', 'true', { all: true }],
  ])('of stop, %s: %j is read', (name, text, request) => {
    expect(read({ ...STOP, [name]: text })).toEqual({
      mode: 'stop',
      'aws-region': 'eu-central-1',
      name: '',
      label: '',
      'instance-ids': [],
      all: false,
      ...request,
    })
  })
})

describe('a bad input', () => {
  test.each([
    ['tags', `a=${'x'.repeat(257)}`, /the value of `a` has 257 characters; EC2 takes 256/],
    ['aws-region', '', /^aws-region: is missing; write it here/],
    ['aws-region', 'Frankfurt', /`Frankfurt` is not a region such as/],
    ['aws-region', 'eu-central-1a', /is not a region/],
    ['name', 'Linux', /^name: `Linux` is not a name: lower-case/],
    ['name', 'a,b', /^name: /],
    ['name', 'a.b', /^name: /],
    ['name', 'a b', /^name: /],
    ['name', '-a', /^name: /],
    ['name', 'a'.repeat(25), /^name: .*at most 24 characters$/],
    ['image', '', /^image: is missing; write an AMI id, `ssm:\/path` or `name:pattern-\*`$/],
    ['image', 'ubuntu', /`ubuntu` is no AMI id; write `ami-...`/],
    ['image', 'ami-xyz', /is no AMI id/],
    ['image', 'ssm:', /does not name an SSM parameter/],
    ['image', 'ssm:/a b', /does not name an SSM parameter/],
    ['image', 'name:a', /is no name pattern/],
    ['instance-types', '', /^instance-types: is empty; name at least one type/],
    ['instance-types', 'c7i', /`c7i` is not an instance type such as `c7i.xlarge`/],
    ['instance-types', 'c7i.large,,m7i.large', /`` is not an instance type/],
    ['instance-types', ',c7i.large', /`` is not an instance type/],
    ['instance-types', '["c7i.large"', /is not an instance type/],
    ['instance-types', '[1]', /is not an instance type/],
    [
      'instance-types',
      Array.from({ length: 61 }, (_, n) => `c${String(n)}i.large`).join(),
      /names 61 types; 60 are plenty/,
    ],
    ['subnets', 'subnet-1', /^subnets: `subnet-1` is not a subnet id/],
    ['subnets', 'subnet-0123456789abcdef0 subnet-0123456789abcdef1', /is not a subnet id/],
    ['security-groups', 'a\u0007b', /is not a security group id or name/],
    ['instance-profile', 'arn:aws:iam::123456789012:instance-profile/x', /not its ARN$/],
    ['volume-size', '0', /is not a whole number from 1 to 65536 \(GiB\)/],
    ['volume-size', '8GB', /is not a whole number/],
    ['volume-type', 'st1', /`st1` is none of `gp3`, `gp2`/],
    ['market', 'cheap', /`cheap` is none of `spot-first`, `spot`, `on-demand`/],
    ['allocation-strategy', 'best', /is none of/],
    ['max-price', '0', /is not US dollars an hour, such as `0.25`/],
    ['max-price', '$1', /is not US dollars/],
    ['max-price', '-1', /is not US dollars/],
    ['count', '0', /^count: `0` is not a whole number from 1 to 100 \(runners\)$/],
    ['count', '101', /is not a whole number/],
    ['count', '2.5', /is not a whole number/],
    ['count', '-1', /is not a whole number/],
    ['count', 'many', /is not a whole number/],
    ['allow-partial', 'yes', /`yes` is neither `true` nor `false`/],
    ['ephemeral', '1', /is neither/],
    ['labels', 'a b', /`a b` is not a label without blanks/],
    ['labels', 'a,,b', /`` is not a label/],
    ['labels', '["a\\u0000b"]', /is not a label/],
    ['start-job', 'a b', /is not the id of a job/],
    ['pre-runner-script', 'a\0b', /holds a NUL character/],
    ['wait-for', 'forever', /is none of `online`, `launch`/],
    ['start-timeout', '1s', /^start-timeout: `1s` is no time from 5 s to 3 h; write it as `90s`, `10m` or `2h`$/],
    ['start-timeout', '4h', /is no time/],
    ['start-timeout', 'soon', /is no time/],
    ['capacity-timeout', '4h', /is no time/],
    ['max-lifetime', '30s', /is no time/],
    ['max-lifetime', '8d', /is no time/],
    ['idle-timeout', '0', /is no time/],
    ['keep-on-failure', 'true', /is no time from 1 s to 24 h/],
    ['keep-on-failure', '25h', /is no time/],
    ['keep-on-failure', '6h', /is not less than `max-lifetime`/],
    ['runner', 'mine', /is none of/],
    ['runner-dir', 'actions-runner', /is not an absolute path/],
    ['runner-user', 'Me', /is not the name of a Linux user/],
    ['runner-user', 'a;b', /is not the name of a Linux user/],
    ['runner-version', 'latest', /is not a version such as/],
    ['runner-version', '2.336.0', /^runner-version: does nothing with `runner: preinstalled`/],
    ['runner-checksum', 'abc', /is not a SHA-256/],
    ['job-imds', 'maybe', /is neither/],
    ['tags', 'novalue', /`novalue` is no tag; write one `key=value` a line/],
    ['tags', '=value', /is no tag/],
    ['tags', 'a/b=c', /`a\/b` cannot be a key/],
    ['tags', 'a b=c', /cannot be a key/],
    ['tags', 'aws:x=c', /cannot be a key.*neither `aws:` nor `ec2-spot-runner:`/],
    ['tags', 'AWS:x=c', /cannot be a key/],
    ['tags', 'ec2-spot-runner:managed=false', /cannot be a key/],
    ['tags', Array.from({ length: 36 }, (_, n) => `k${String(n)}=v`).join('\n'), /has more than 35 tags/],
    ['allow-public', 'no', /is neither/],
    ['dry-run', 'please', /is neither/],
  ])('%s: %j is told by its name, with what is wrong and what to write', (name, text, problem) => {
    const found = problems({ ...START, [name]: text })
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(problem)
    expect(found[0]).toMatch(new RegExp(`^${name}: `))
  })

  test('a bad image-owner', () => {
    expect(problems({ ...START, image: 'name:abc', 'image-owner': 'me' })).toEqual([
      expect.stringMatching(/^image-owner: `me` is not an account id, `self` or `amazon`$/),
    ])
  })

  test('a runner-version without its checksum', () => {
    expect(problems({ ...START, runner: 'download', 'runner-version': '2.336.0' })).toEqual([
      expect.stringMatching(/^runner-checksum: is missing: a pinned `runner-version` is fetched only with its SHA-256/),
    ])
  })

  test('a script that does not fit into the user data, and by how much', () => {
    const random = Array.from({ length: 1_500 }, (_, n) => (Math.imul(n + 1, 2_654_435_761) >>> 0).toString(36)).join(
      '',
    )
    const script = Array.from({ length: 2 }, (_, n) => `${random}${String(n)}`).join('\n')
    expect(script.length).toBeGreaterThan(15_000)
    expect(problems({ ...START, 'pre-runner-script': script })).toEqual([
      expect.stringMatching(/^pre-runner-script: is too long by \d+ bytes \(compressed\): EC2 takes 16 KB/),
    ])
  })

  test.each([
    ['label', 'my-label', /`my-label` is no label of ours; pass `needs\.<start job>\.outputs\.label`/],
    ['label', 'ec2-spot-1-1.1', /is no label of ours/],
    ['instance-ids', 'ami-01234567', /is not an instance id/],
    ['instance-ids', 'i-01234567,,i-01234568', /is not an instance id/],
    ['all', 'yes', /is neither/],
    ['name', 'A', /is not a name/],
  ])('of stop, %s: %j', (name, text, problem) => {
    expect(problems({ ...STOP, [name]: text })).toEqual([expect.stringMatching(problem)])
  })

  test.each([
    ['', /^mode: is missing; write `start`/],
    ['begin', /^mode: `begin` is unknown; write `start`/],
    ['START', /^mode: `START` is unknown/],
  ])('mode: %j', (mode, problem) => {
    expect(problems({ ...START, mode })).toEqual([expect.stringMatching(problem)])
  })

  test('several of them are told at once, in one error', () => {
    const bad = { ...START, image: '', count: '0', name: 'A', tags: 'x' }
    expect(problems(bad)).toHaveLength(4)
    expect(() => read(bad)).toThrow(/^4 inputs cannot work:\n- name: .*\n- image: .*\n- count: .*\n- tags: /s)
    expect(() => read({ ...START, count: '0' })).toThrow(/^An input cannot work:\n- count: /)
  })
})

import { scriptRoom } from './boot/user-data.ts'
import { identityOfLabel } from './domain/identity.ts'
import { createReader, InputError, type InputSource, type Reader } from './domain/input-reader.ts'
import type { ImageReference, Request, StartRequest, StopRequest } from './domain/request.ts'

/** GitHub accepts a registration token for one hour; the rest is for the machine to boot. */
const TOKEN_START_LIMIT_MS = 55 * 60_000

/**
 * Reads and checks the inputs of the chosen mode. An empty text means the default, as reusable workflows
 * pass it.
 *
 * @param bootScript the text of boot.sh, to know how much room is left for `pre-runner-script`
 * @throws InputError
 */
export function readInputs(source: InputSource, bootScript: string): Request {
  const mode = source('mode').trim()
  const reader = createReader(source)
  if (mode === 'start') return reader.finish(readStart(reader, bootScript))
  if (mode === 'stop') return reader.finish(readStop(reader))
  if (mode === 'sweep')
    return reader.finish({ mode, 'aws-region': readRegion(reader), 'dry-run': reader.flag('dry-run', false) })
  throw new InputError([
    `mode: ${mode === '' ? 'is missing' : `\`${mode}\` is unknown`}; write \`start\`, \`stop\` or \`sweep\``,
  ])
}

function readStart(read: Reader, bootScript: string): StartRequest {
  const startTimeoutMs = read.duration('start-timeout', '10m', 5_000, 3 * 3_600_000)
  const request: StartRequest = {
    mode: 'start',
    'aws-region': readRegion(read),
    name: read.name(),
    'start-job': read.matching('start-job', '', /^[\w-]{0,64}$/, 'the id of a job; leave the default'),
    image: readImage(read),
    'instance-types': readInstanceTypes(read),
    subnets: read.list('subnets', /^subnet-[0-9a-f]{8,17}$/, 'a subnet id such as `subnet-0123456789abcdef0`'),
    'security-groups': read.list(
      'security-groups',
      /^[\w .:/()#,@[\]+=&;{}!$*-]{1,255}$/,
      'a security group id or name',
    ),
    'instance-profile': read.optional(
      'instance-profile',
      /^[\w+=,.@-]{1,128}$/,
      'the name of an instance profile, not its ARN',
    ),
    'volume-size': read.optionalWhole('volume-size', 1, 65_536, 'GiB'),
    'volume-type': read.choice('volume-type', ['gp3', 'gp2']),
    market: read.choice('market', ['spot-first', 'spot', 'on-demand']),
    'allocation-strategy': read.choice('allocation-strategy', [
      'price-capacity-optimized',
      'capacity-optimized',
      'capacity-optimized-prioritized',
      'diversified',
      'lowest-price',
    ]),
    'max-price': read.optional('max-price', /^(?=.*[1-9])\d+(\.\d+)?$/, 'US dollars an hour, such as `0.25`'),
    count: read.whole('count', 1, 1, 100, 'runners'),
    'allow-partial': read.flag('allow-partial', false),
    ephemeral: read.flag('ephemeral', true),
    labels: read.list('labels', /^[^\s,\p{Cc}\p{Cs}]{1,100}$/u, 'a label without blanks'),
    'wait-for': read.choice('wait-for', ['online', 'launch']),
    startTimeoutMs,
    capacityTimeoutMs: Math.min(read.duration('capacity-timeout', '5m', 1_000, 3 * 3_600_000), startTimeoutMs),
    maxLifetimeMs: read.duration('max-lifetime', '6h', 60_000, 7 * 86_400_000),
    idleTimeoutMs: read.duration('idle-timeout', '10m', 1_000, 86_400_000),
    keepOnFailureMs:
      read.text('keep-on-failure', '') === '' ? 0 : read.duration('keep-on-failure', '30m', 1_000, 86_400_000),
    runner: read.choice('runner', ['preinstalled', 'download']),
    'runner-dir': read.matching('runner-dir', '/opt/actions-runner', /^\/[^\0\n]+$/, 'an absolute path'),
    'runner-user': read.matching('runner-user', 'runner', /^[a-z_][a-z0-9_-]{0,31}$/, 'the name of a Linux user'),
    'runner-version': read.matching('runner-version', '', /^(\d+\.\d+\.\d+)?$/, 'a version such as `2.336.0`'),
    'runner-checksum': read.matching('runner-checksum', '', /^([0-9a-f]{64})?$/, 'a SHA-256 in 64 hex digits'),
    'pre-runner-script': read.text('pre-runner-script', ''),
    'job-imds': read.flag('job-imds', false),
    tags: readTags(read),
    'max-runners': read.optionalWhole('max-runners', 1, 10_000, 'machines'),
    'allow-public': read.flag('allow-public', false),
    'dry-run': read.flag('dry-run', false),
  }
  crossCheck(read, request, bootScript)
  return request
}

function crossCheck(read: Reader, request: StartRequest, bootScript: string): void {
  if (!request.ephemeral && request.startTimeoutMs > TOKEN_START_LIMIT_MS)
    read.problem(
      'start-timeout',
      'is over 55 minutes: with `ephemeral: false` the machine registers by a token that GitHub accepts for one hour',
    )
  if (request.keepOnFailureMs >= request.maxLifetimeMs)
    read.problem(
      'keep-on-failure',
      'is not less than `max-lifetime`: the machine powers itself off then, whatever it is kept for',
    )
  if (request.runner === 'download' && request['runner-version'] !== '' && request['runner-checksum'] === '')
    read.problem(
      'runner-checksum',
      'is missing: a pinned `runner-version` is fetched only with its SHA-256; leave both empty for the version that GitHub offers',
    )
  if (request.runner === 'preinstalled' && request['runner-version'] !== '')
    read.problem(
      'runner-version',
      'does nothing with `runner: preinstalled`; bake the version into the image, or use `runner: download`',
    )
  if (request['pre-runner-script'].includes('\0')) {
    read.problem('pre-runner-script', 'holds a NUL character, which no shell script can carry')
    return
  }
  const room = scriptRoom(request['pre-runner-script'], bootScript)
  if (room < 0)
    read.problem(
      'pre-runner-script',
      `is too long by ${String(-room)} bytes (compressed): EC2 takes 16 KB of user data; put the script into the image, or let it fetch the rest`,
    )
}

function readStop(read: Reader): StopRequest {
  const label = read.text('label', '')
  if (label !== '' && identityOfLabel('', label) === undefined)
    read.problem('label', `\`${label}\` is no label of ours; pass \`needs.<start job>.outputs.label\``)
  return {
    mode: 'stop',
    'aws-region': readRegion(read),
    name: read.name(),
    label,
    'instance-ids': read.list('instance-ids', /^i-[0-9a-f]{8,17}$/, 'an instance id such as `i-0123456789abcdef0`'),
    all: read.flag('all', false),
  }
}

function readRegion(read: Reader): string {
  const region = read.text('aws-region', '')
  if (region === '')
    read.problem(
      'aws-region',
      'is missing; write it here, or let aws-actions/configure-aws-credentials set AWS_REGION before this step',
    )
  else if (!/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/.test(region))
    read.problem('aws-region', `\`${region}\` is not a region such as \`eu-central-1\``)
  return region
}

function readImage(read: Reader): ImageReference {
  const text = read.text('image', '')
  if (text === '') read.problem('image', 'is missing; write an AMI id, `ssm:/path` or `name:pattern-*`')
  if (text.startsWith('ssm:')) {
    const path = text.slice('ssm:'.length)
    if (!/^[\w./-]{1,1011}(:\w+)?$/.test(path))
      read.problem('image', `\`${text}\` does not name an SSM parameter; write \`ssm:/path/to/parameter\``)
    return { kind: 'parameter', path }
  }
  if (text.startsWith('name:')) {
    const pattern = text.slice('name:'.length)
    if (!/^[\w ()[\]./'@*?-]{3,128}$/.test(pattern))
      read.problem('image', `\`${text}\` is no name pattern of 3 to 128 characters; write \`name:my-runner-*\``)
    return {
      kind: 'pattern',
      pattern,
      owner: read.matching(
        'image-owner',
        'self',
        /^(self|amazon|aws-marketplace|\d{12})$/,
        'an account id, `self` or `amazon`',
      ),
    }
  }
  if (text !== '' && !/^ami-[0-9a-f]{8,17}$/.test(text))
    read.problem('image', `\`${text}\` is no AMI id; write \`ami-...\`, \`ssm:/path\` or \`name:pattern-*\``)
  return { kind: 'id', imageId: text }
}

function readInstanceTypes(read: Reader): readonly string[] {
  const types = read.list(
    'instance-types',
    /^[a-z0-9-]{2,20}\.[a-z0-9-]{2,20}$/,
    'an instance type such as `c7i.xlarge`',
  )
  if (types.length === 0)
    read.problem('instance-types', 'is empty; name at least one type, better five or more for spot')
  if (types.length > 60) read.problem('instance-types', `names ${String(types.length)} types; 60 are plenty`)
  return types
}

/** EC2 user guide, "Tag restrictions", with instance metadata tags enabled. */
function readTags(read: Reader): Readonly<Record<string, string>> {
  const tags = new Map<string, string>()
  for (const line of read.lines('tags')) {
    const at = line.indexOf('=')
    const key = line.slice(0, at).trim()
    const value = line.slice(at + 1).trim()
    if (at < 1) read.problem('tags', `\`${line}\` is no tag; write one \`key=value\` a line`)
    else if (!/^[\w.:=+@-]{1,128}$/.test(key) || /^(aws|ec2-spot-runner):/i.test(key))
      read.problem(
        'tags',
        `\`${key}\` cannot be a key; use letters, digits and \`.:=+@-_\`, and neither \`aws:\` nor \`ec2-spot-runner:\` in front`,
      )
    else if (value.length > 256)
      read.problem('tags', `the value of \`${key}\` has ${String(value.length)} characters; EC2 takes 256`)
    else tags.set(key, value)
  }
  if (tags.size > 35) read.problem('tags', 'has more than 35 tags; EC2 takes 50, and we need some')
  return Object.fromEntries(tags)
}

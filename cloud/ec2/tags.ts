import type { Tag, TagSpecification } from '@aws-sdk/client-ec2'
import { refusal } from './refusal.ts'
import type { World } from './world.ts'

export type Tags = Readonly<Record<string, string>>

export function toTags(list: readonly Tag[] | undefined): Tags {
  return Object.fromEntries((list ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}

export function tagList(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}

/** The tags that a request wants on resources of one type. */
export function tagsFor(specifications: readonly TagSpecification[] | undefined, resourceType: string): Tags {
  const wanted = (specifications ?? []).filter(({ ResourceType }) => ResourceType === resourceType)
  return Object.assign({}, ...wanted.map(({ Tags: tags }) => toTags(tags))) as Tags
}

/** Refuses tags that EC2 refuses; `inMetadata` where instance metadata will show them. */
export function checkTags(world: World, tags: Tags, inMetadata = false): void {
  const { tagLimits, tagKeysInMetadata } = world.rules
  const entries = Object.entries(tags)
  if (tagLimits && entries.length > 50) throw refusal('TagLimitExceeded', 'The maximum number of tags is 50')
  for (const [key, value] of entries) {
    if (tagLimits && /^aws:/i.test(key)) {
      throw refusal('InvalidParameterValue', "Tag keys starting with 'aws:' are reserved for internal use")
    }
    if (tagLimits && (key === '' || key.length > 128)) {
      throw refusal('InvalidParameterValue', 'Tag key must have between 1 and 128 characters')
    }
    if (tagLimits && value.length > 256) {
      throw refusal('InvalidParameterValue', 'Tag value exceeds the maximum length of 256 characters')
    }
    if (tagKeysInMetadata && inMetadata && (/[/\s]/.test(key) || key === '.' || key === '..' || key === '_index')) {
      throw refusal(
        'InvalidParameterValue',
        `'${key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
      )
    }
  }
}

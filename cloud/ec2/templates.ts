import type { FleetLaunchTemplateSpecificationRequest, LaunchTemplate } from '@aws-sdk/client-ec2'
import type { Operations } from '../../src/aws/send.ts'
import { copyOf } from '../copy.ts'
import { draw } from '../timing.ts'
import { checkFilters, passes } from './filters.ts'
import type { Facets } from './filters.ts'
import { page } from './paging.ts'
import { refusal } from './refusal.ts'
import { checkTags, tagList, tagsFor } from './tags.ts'
import { once } from './tokens.ts'
import { decodeUserData } from './user-data.ts'
import { newId } from './world.ts'
import type { Template, World } from './world.ts'

type Answer<K extends keyof Operations> = Omit<Operations[K][1], '$metadata'>

const NAME = /^[a-zA-Z0-9().\-/_]{3,128}$/

export function createLaunchTemplate(
  world: World,
  input: Operations['CreateLaunchTemplate'][0],
): Answer<'CreateLaunchTemplate'> {
  return once(world, 'CreateLaunchTemplate', input, () => {
    const { LaunchTemplateName: name = '', LaunchTemplateData: contents } = input
    if (!NAME.test(name)) {
      throw refusal('InvalidLaunchTemplateName.MalformedException', `The launch template name '${name}' is malformed`)
    }
    if (contents === undefined) throw refusal('MissingParameter', 'LaunchTemplateData is required')
    if (world.rules.templateNameUnique && byName(world, name) !== undefined) {
      throw refusal('InvalidLaunchTemplateName.AlreadyExistsException', 'Launch template name already in use.')
    }
    decodeUserData(world, contents.UserData)
    if (
      world.rules.groupsOrInterfaces &&
      (contents.NetworkInterfaces ?? []).length > 0 &&
      (contents.SecurityGroupIds ?? contents.SecurityGroups ?? []).length > 0
    ) {
      throw refusal(
        'InvalidParameterCombination',
        'Network interfaces and an instance-level security groups may not be specified on the same request',
      )
    }
    const inMetadata = contents.MetadataOptions?.InstanceMetadataTags === 'enabled'
    for (const { ResourceType = '' } of contents.TagSpecifications ?? []) {
      checkTags(world, tagsFor(contents.TagSpecifications, ResourceType), inMetadata && ResourceType === 'instance')
    }
    const tags = tagsFor(input.TagSpecifications, 'launch-template')
    checkTags(world, tags)
    const template = newTemplate(world, name, contents, tags)
    world.templates.set(template.templateId, template)
    return { LaunchTemplate: described(world, template, true) }
  })
}

function newTemplate(world: World, name: string, contents: Template['contents'], tags: Template['tags']): Template {
  const { random, rules, timing } = world
  const createdAtMs = world.clock.now()
  const late = rules.lateTemplates && random() < timing.lateShare
  return {
    templateId: newId(world, 'lt'),
    name,
    contents: copyOf(contents),
    tags,
    createdAtMs,
    listedAtMs: createdAtMs + (rules.lateListing ? draw(random, timing.listingLagMs) : 0),
    knownAtMs: createdAtMs + (late ? draw(random, timing.lateMs) : 0),
  }
}

export function deleteLaunchTemplate(
  world: World,
  input: Operations['DeleteLaunchTemplate'][0],
): Answer<'DeleteLaunchTemplate'> {
  const template = named(world, input)
  world.templates.delete(template.templateId)
  return { LaunchTemplate: described(world, template, true) }
}

export function describeLaunchTemplates(
  world: World,
  input: Operations['DescribeLaunchTemplates'][0],
): Answer<'DescribeLaunchTemplates'> {
  const now = world.clock.now()
  const { LaunchTemplateIds: ids = [], LaunchTemplateNames: names = [], Filters } = input
  checkFilters(world, Filters, facets(EXAMPLE))
  const listed = [...world.templates.values()].filter(({ listedAtMs }) => listedAtMs <= now)
  if (world.rules.unknownIds) {
    for (const id of ids) if (!listed.some(({ templateId }) => templateId === id)) throw unknownId(id)
    for (const name of names) if (!listed.some((template) => template.name === name)) throw unknownName(name)
  }
  const byId = ids.length + names.length > 0
  const wanted = listed
    .filter(({ templateId, name }) => !byId || ids.includes(templateId) || names.includes(name))
    .filter((template) => passes(world, Filters, facets(template)))
  const { results, ...rest } = page(world, input, wanted, [1, 200])
  return { LaunchTemplates: results.map((template) => described(world, template)), ...rest }
}

/** The template that a fleet names, if it exists and is known already. */
export function templateOf(world: World, specification: FleetLaunchTemplateSpecificationRequest | undefined): Template {
  const { LaunchTemplateId, LaunchTemplateName, Version } = specification ?? {}
  if ((LaunchTemplateId === undefined) === (LaunchTemplateName === undefined)) {
    throw refusal('InvalidRequest', 'The fleet request must name one launch template, by id or by name')
  }
  if (Version === undefined) throw refusal('InvalidRequest', 'The launch template version is required')
  const template = named(world, { LaunchTemplateId, LaunchTemplateName })
  if (template.knownAtMs > world.clock.now()) throw unknownName(template.name)
  if (!['$Latest', '$Default', '1'].includes(Version)) {
    throw refusal('InvalidLaunchTemplateId.VersionNotFound', `Could not find launch template version ${Version}`)
  }
  return template
}

interface Naming {
  readonly LaunchTemplateId?: string | undefined
  readonly LaunchTemplateName?: string | undefined
}

function named(world: World, { LaunchTemplateId: id, LaunchTemplateName: name }: Naming): Template {
  if ((id === undefined) === (name === undefined)) {
    throw refusal('MissingParameter', 'Either launch template id or launch template name must be given, and not both')
  }
  const template = id === undefined ? byName(world, name ?? '') : world.templates.get(id)
  if (template === undefined) throw id === undefined ? unknownName(name ?? '') : unknownId(id)
  return template
}

const byName = (world: World, name: string): Template | undefined =>
  [...world.templates.values()].find((template) => template.name === name)

const unknownName = (name: string): Error =>
  refusal(
    'InvalidLaunchTemplateName.NotFoundException',
    `At least one of the launch templates specified in the request does not exist: ${name}`,
  )

const unknownId = (id: string): Error =>
  refusal('InvalidLaunchTemplateId.NotFound', `The specified launch template, with template ID ${id}, does not exist.`)

type Shown = Pick<Template, 'templateId' | 'name' | 'tags' | 'createdAtMs'>
const EXAMPLE: Shown = { templateId: '', name: '', tags: {}, createdAtMs: 0 }

const facets = ({ name, tags, createdAtMs }: Shown): Facets => ({
  values: { 'launch-template-name': [name], 'create-time': [new Date(createdAtMs).toISOString()] },
  tags,
})

function described(world: World, template: Template, fresh = false): LaunchTemplate {
  return {
    LaunchTemplateId: template.templateId,
    LaunchTemplateName: template.name,
    CreateTime: new Date(template.createdAtMs),
    CreatedBy: `arn:aws:iam::${world.region.accountId}:role/ec2-spot-runner`,
    DefaultVersionNumber: 1,
    LatestVersionNumber: 1,
    ...(fresh && Object.keys(template.tags).length === 0 ? {} : { Tags: tagList(template.tags) }),
  }
}

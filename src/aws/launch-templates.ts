import type { Filter, RequestLaunchTemplateData, ResourceType, VolumeType } from '@aws-sdk/client-ec2'
import { PlatformError, ruleOf } from '../domain/failures.ts'
import type { Template } from '../domain/orphans.ts'
import type { LaunchTemplatePlan } from '../ports/ec2.ts'
import { malformed } from './answers.ts'
import { tagList, tagsOf } from './machines.ts'
import { allPages } from './paging.ts'
import type { Send } from './send.ts'

/** What a machine of ours makes besides itself: all of it is tagged, and all of it goes with it. */
const TAGGED: readonly ResourceType[] = ['instance', 'volume', 'network-interface']

/** Creates the template, or tells whose it is where the name is taken. */
export async function createLaunchTemplate(
  send: Send,
  plan: LaunchTemplatePlan,
): Promise<'created' | { takenBy: Record<string, string> }> {
  try {
    await send('CreateLaunchTemplate', {
      LaunchTemplateName: plan.templateName,
      ClientToken: plan.clientToken,
      LaunchTemplateData: templateData(plan),
      TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagList(plan.tags) }],
    })
    return 'created'
  } catch (error) {
    if (!(error instanceof PlatformError) || !isTaken(error.failure.code)) throw error
    return { takenBy: (await launchTemplateTags(send, plan.templateName)) ?? {} }
  }
}

/** The same token with another plan means the same thing as a taken name: somebody was here before. */
function isTaken(code: string): boolean {
  return code === 'InvalidLaunchTemplateName.AlreadyExistsException' || code === 'IdempotentParameterMismatch'
}

function templateData(plan: LaunchTemplatePlan): RequestLaunchTemplateData {
  return {
    ImageId: plan.imageId,
    UserData: plan.userData,
    // A machine that powers itself off is gone: no right in IAM is needed to die.
    InstanceInitiatedShutdownBehavior: 'terminate',
    // One hop: containers of a job cannot reach the metadata service.
    MetadataOptions: {
      HttpTokens: 'required',
      HttpEndpoint: 'enabled',
      HttpPutResponseHopLimit: 1,
      InstanceMetadataTags: 'enabled',
    },
    BlockDeviceMappings: [
      {
        DeviceName: plan.rootDeviceName,
        Ebs: {
          DeleteOnTermination: true,
          Encrypted: true,
          VolumeType: plan.volumeType as VolumeType,
          ...(plan.volumeSize === undefined ? {} : { VolumeSize: plan.volumeSize }),
        },
      },
    ],
    ...(plan.securityGroupIds.length === 0 ? {} : { SecurityGroupIds: [...plan.securityGroupIds] }),
    ...(plan.instanceProfile === undefined ? {} : { IamInstanceProfile: { Name: plan.instanceProfile } }),
    TagSpecifications: TAGGED.map((ResourceType) => ({ ResourceType, Tags: tagList(plan.tags) })),
  }
}

/** Undefined where EC2 knows no template of this name, or does not know it yet. */
export async function launchTemplateTags(
  send: Send,
  templateName: string,
): Promise<Record<string, string> | undefined> {
  try {
    const answer = await send('DescribeLaunchTemplates', { LaunchTemplateNames: [templateName] })
    return tagsOf(answer.LaunchTemplates?.[0]?.Tags)
  } catch (error) {
    if (isUnknown(error)) return undefined
    throw error
  }
}

export async function deleteLaunchTemplate(send: Send, templateName: string): Promise<'deleted' | 'absent'> {
  try {
    await send('DeleteLaunchTemplate', { LaunchTemplateName: templateName })
    return 'deleted'
  } catch (error) {
    if (isUnknown(error)) return 'absent'
    // What does not exist has no tags: a policy that asks for them may refuse where there is nothing to delete.
    if (isRefused(error) && (await launchTemplateTags(send, templateName)) === undefined) return 'absent'
    throw error
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof PlatformError && ruleOf(error.failure).class === 'permission'
}

function isUnknown(error: unknown): boolean {
  return error instanceof PlatformError && /^InvalidLaunchTemplate(Name|Id)\.NotFound/.test(error.failure.code)
}

export async function launchTemplatesByTags(send: Send, filters: Filter[]): Promise<Template[]> {
  return allPages(
    (NextToken) => send('DescribeLaunchTemplates', { Filters: filters, MaxResults: 200, NextToken }),
    (page) =>
      (page.LaunchTemplates ?? []).map(({ LaunchTemplateName, CreateTime, Tags }) => {
        if (LaunchTemplateName === undefined) throw malformed('DescribeLaunchTemplates', 'a template without name')
        return {
          templateName: LaunchTemplateName,
          createdAtMs: CreateTime?.getTime() ?? Number.POSITIVE_INFINITY,
          tags: tagsOf(Tags),
        }
      }),
  )
}

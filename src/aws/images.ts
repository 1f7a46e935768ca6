import type { Image as Described } from '@aws-sdk/client-ec2'
import { PlatformError } from '../domain/failures.ts'
import type { ImageReference } from '../domain/request.ts'
import type { Image } from '../ports/ec2.ts'
import { architectureOf, tagsOf } from './machines.ts'
import { allPages } from './paging.ts'
import type { Send } from './send.ts'

/**
 * The image that `image` means; of several that fit a pattern, the newest.
 *
 * @throws PlatformError where there is none, or none that can boot a runner
 */
export async function findImage(send: Send, reference: ImageReference): Promise<Image> {
  if (reference.kind === 'pattern') return newest(send, reference.pattern, reference.owner)
  const imageId = reference.kind === 'id' ? reference.imageId : await parameter(send, reference.path)
  const answer = await send('DescribeImages', { ImageIds: [imageId] })
  return usable(answer.Images?.[0], imageId)
}

async function newest(send: Send, pattern: string, owner: string): Promise<Image> {
  const Filters = [
    { Name: 'name', Values: [pattern] },
    { Name: 'state', Values: ['available'] },
  ]
  const images = await allPages(
    (NextToken) => send('DescribeImages', { Owners: [owner], Filters, NextToken }),
    (page) => page.Images ?? [],
  )
  const [latest] = images.toSorted((a, b) => (b.CreationDate ?? '').localeCompare(a.CreationDate ?? ''))
  return usable(latest, `name:${pattern} of owner ${owner}`)
}

async function parameter(send: Send, path: string): Promise<string> {
  const { Parameter } = await send('GetParameter', { Name: path })
  const value = Parameter?.Value?.trim() ?? ''
  if (/^ami-[0-9a-f]{8,17}$/.test(value)) return value
  throw refused('GetParameter', 'InvalidAMIID.Malformed', `the SSM parameter ${path} does not hold an AMI id`)
}

function usable(image: Described | undefined, wanted: string): Image {
  if (image?.ImageId === undefined)
    throw refused('DescribeImages', 'InvalidAMIID.NotFound', `no image ${wanted} in this region`)
  if (image.State !== 'available')
    throw refused('DescribeImages', 'InvalidAMIID.Unavailable', `${image.ImageId} is ${image.State ?? 'in no state'}`)
  const architecture = architectureOf(image.Architecture)
  if (architecture === undefined)
    throw refused(
      'DescribeImages',
      'UnsupportedOperation',
      `${image.ImageId} is ${image.Architecture ?? 'of no architecture'}; a runner needs x86_64 or arm64`,
    )
  const rootDeviceName = image.RootDeviceName ?? '/dev/sda1'
  const root = image.BlockDeviceMappings?.find((mapping) => mapping.DeviceName === rootDeviceName)
  return {
    imageId: image.ImageId,
    name: image.Name ?? '',
    architecture,
    rootDeviceName,
    rootVolumeSize: root?.Ebs?.VolumeSize ?? 0,
    tags: tagsOf(image.Tags),
  }
}

function refused(operation: string, code: string, message: string): PlatformError {
  return new PlatformError({ service: 'aws', operation, code, message, status: 400 })
}

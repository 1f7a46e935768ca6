import { describe, expect, test } from '@jest/globals'
import { deleteLaunchTemplate } from '../../src/aws/launch-templates.ts'
import type { Operation, Send } from '../../src/aws/send.ts'
import { PlatformError } from '../../src/domain/failures.ts'

const NAME = 'ec2-spot-runner-0a1b2c3d-ec2-spot-1-1'
const GONE = 'InvalidLaunchTemplateName.NotFoundException'

/** EC2 as far as a deletion goes: a code refuses the operation, none lets it pass. */
function ec2(codes: Partial<Record<Operation, string>>): { readonly send: Send; readonly asked: Operation[] } {
  const asked: Operation[] = []
  const send = async (operation: Operation): Promise<unknown> => {
    asked.push(operation)
    const code = codes[operation]
    if (code !== undefined)
      throw new PlatformError({ service: 'aws', operation, code, message: 'as the policy says', status: 403 })
    return operation === 'DescribeLaunchTemplates' ? { LaunchTemplates: [{ LaunchTemplateName: NAME }] } : {}
  }
  return { send: send as Send, asked }
}

describe('deleting a launch template', () => {
  test.each<[string, Partial<Record<Operation, string>>, 'deleted' | 'absent']>([
    ['one that is there is deleted', {}, 'deleted'],
    ['one that EC2 does not know is absent', { DeleteLaunchTemplate: GONE }, 'absent'],
    [
      'one that EC2 refuses to delete, and does not have, is absent',
      { DeleteLaunchTemplate: 'UnauthorizedOperation', DescribeLaunchTemplates: GONE },
      'absent',
    ],
  ])('%s', async (_, codes, outcome) => {
    await expect(deleteLaunchTemplate(ec2(codes).send, NAME)).resolves.toBe(outcome)
  })

  test('one that EC2 refuses to delete, and has, is a missing permission', async () => {
    const { send } = ec2({ DeleteLaunchTemplate: 'UnauthorizedOperation' })
    await expect(deleteLaunchTemplate(send, NAME)).rejects.toThrow('UnauthorizedOperation')
  })

  test('that EC2 does not answer properly is never read as "nothing there"', async () => {
    const { send, asked } = ec2({ DeleteLaunchTemplate: 'InternalError', DescribeLaunchTemplates: GONE })
    await expect(deleteLaunchTemplate(send, NAME)).rejects.toThrow('InternalError')
    expect(asked).toEqual(['DeleteLaunchTemplate'])
  })
})

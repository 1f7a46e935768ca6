import { expect, test } from '@jest/globals'
import { shareQuota } from '../../src/domain/quotas.ts'

test.each([
  ['c7i.large', 'm6g.4xlarge', true],
  ['t3.micro', 'r7iz.large', true],
  ['hpc7a.96xlarge', 'm7i.large', false],
  ['inf2.xlarge', 'i4i.large', false],
  ['trn1.2xlarge', 't3.micro', false],
  ['dl1.24xlarge', 'd3.xlarge', false],
  ['mac2.metal', 'm7i.large', false],
  ['g5.xlarge', 'g4dn.xlarge', true],
  ['vt1.3xlarge', 'g5.xlarge', true],
  ['p4d.24xlarge', 'g5.xlarge', false],
  ['x2idn.large', 'r7i.large', false],
])('%s and %s count against one quota: %p', (one, other, share) => {
  expect(shareQuota({ instanceType: one }, { instanceType: other })).toBe(share)
})

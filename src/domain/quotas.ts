/** Families that share the quota for standard instances (Service Quotas, EC2: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"). */
const STANDARD = 'acdhimrtz'

/** Families of several letters that have a quota of their own although their first letter is a standard one. */
const APART: readonly string[] = ['dl', 'hpc', 'inf', 'mac', 'trn']

/** Whether two instance types count against the same quota of a market. */
export function shareQuota(a: { readonly instanceType: string }, b: { readonly instanceType: string }): boolean {
  return quotaOf(a.instanceType) === quotaOf(b.instanceType)
}

function quotaOf(instanceType: string): string {
  const family = /^[a-z]+/.exec(instanceType)?.[0] ?? ''
  if (APART.includes(family)) return family
  if (family === 'vt') return 'g'
  const letter = family.slice(0, 1)
  return STANDARD.includes(letter) ? 'standard' : letter
}

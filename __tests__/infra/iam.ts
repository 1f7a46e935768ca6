import { readFileSync } from 'node:fs'

/** The part of IAM's policy language that our files use. */
export interface Statement {
  readonly Sid?: string
  readonly Effect: string
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

export interface Policy {
  readonly Version: string
  readonly Statement: readonly Statement[]
}

/** One action on one resource, as AWS asks its policies about it. */
export interface Question {
  readonly action: string
  readonly resource: string
  /** Condition keys and their values: `aws:RequestTag/...`, `ec2:CreateAction`. */
  readonly context: Readonly<Record<string, string>>
}

export const PLACEHOLDERS = {
  Account: '123456789012',
  Region: 'us-east-1',
  Repository: 'octo-org/octo-repo',
  RunnerRoleArn: 'arn:aws:iam::123456789012:role/runner-machine',
  ImageParameterArn: 'arn:aws:ssm:us-east-1:123456789012:parameter/runner/image',
} as const

/** The text of a policy file, with its placeholders filled in. */
export function policyText(name: string): string {
  const text = readFileSync(new URL(`../../infra/${name}`, import.meta.url), 'utf8')
  return Object.entries(PLACEHOLDERS).reduce((now, [key, value]) => now.replaceAll(`\${${key}}`, value), text)
}

export function policy(...names: readonly string[]): Policy {
  const files = names.map((name) => JSON.parse(policyText(name)) as Policy)
  return { Version: '2012-10-17', Statement: files.flatMap((file) => file.Statement) }
}

export function actionsOf({ Action }: Statement): readonly string[] {
  return typeof Action === 'string' ? [Action] : Action
}

export function resourcesOf({ Resource }: Statement): readonly string[] {
  return typeof Resource === 'string' ? [Resource] : Resource
}

/** Whether a statement of the policy allows it; there is no Deny in our files. */
export function allows({ Statement: statements }: Policy, question: Question): boolean {
  return statements.some(
    (statement) =>
      statement.Effect === 'Allow' &&
      actionsOf(statement).includes(question.action) &&
      resourcesOf(statement).some((pattern) => matches(pattern, question.resource)) &&
      holds(statement, question.context),
  )
}

function matches(pattern: string, resource: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('.*')}$`).test(resource)
}

/** An operator that we do not know holds nothing: a condition must never be read as none. */
function holds({ Condition = {} }: Statement, context: Question['context']): boolean {
  return Object.entries(Condition).every(
    ([operator, keys]) =>
      operator === 'StringEquals' &&
      Object.entries(keys).every(([key, wanted]) => [wanted].flat().includes(context[key] ?? '')),
  )
}

import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import type { ClientSettings } from './aws-door.ts'

export const commands = { GetParameter: GetParameterCommand } as const

export const createClient = (settings: ClientSettings): SSMClient => new SSMClient(settings)

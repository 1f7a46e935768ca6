import { WireFault } from './fault.ts'

/** GetParameter, as JSON 1.1: the one action of SSM that the model has. */
export function readSsmInput(target: string, body: string): Record<string, unknown> {
  if (target !== 'AmazonSSM.GetParameter') throw new WireFault('UnknownOperationException', '')
  const input: unknown = parseJson(body)
  if (typeof input !== 'object' || input === null || !('Name' in input) || typeof input.Name !== 'string') {
    throw new WireFault(
      'ValidationException',
      "Value null at 'name' failed to satisfy constraint: Member must not be null",
    )
  }
  return { ...input }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new WireFault('SerializationException', '')
  }
}

export function writeSsmError(code: string, message: string): string {
  return JSON.stringify({ __type: code, message })
}

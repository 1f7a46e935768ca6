/** A request that never became a call: its wire format or its signature is wrong. */
export class WireFault extends Error {
  readonly code: string
  readonly status: number
  constructor(code: string, message: string, status = 400) {
    super(message)
    this.code = code
    this.status = status
  }
}

/** Text as it may stand inside an XML element. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => `&#${String(character.charCodeAt(0))};`)
}

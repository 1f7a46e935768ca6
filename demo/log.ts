/** Gathers what a process prints into whole lines. */
export function lineReader(onLine: (line: string) => void): { read(text: string): void; end(): void } {
  let rest = ''
  return {
    read(text) {
      const lines = `${rest}${text}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) onLine(line)
    },
    end() {
      if (rest !== '') onLine(rest)
      rest = ''
    },
  }
}

/** A line of a step's log as GitHub's page shows it; undefined where it is a command with nothing to show. */
export function shownLine(line: string): string | undefined {
  const [, command, message = ''] = /^::([a-z-]+)(?: [^:]*)?::(.*)$/.exec(line) ?? []
  if (command === undefined) return line.trim() === '' ? undefined : line
  const text = message.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
  if (command === 'group') return text
  return ['error', 'warning', 'notice'].includes(command) ? `${command}: ${text}` : undefined
}

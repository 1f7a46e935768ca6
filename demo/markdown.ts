const NARROWEST_COLUMN = 12

/** Markdown for a terminal of `width` columns: tables in line, long lines wrapped, nothing left out. */
export function layOut(markdown: string, width: number): readonly string[] {
  const lines = markdown.trim().split('\n')
  const laidOut: string[] = []
  for (let at = 0; at < lines.length;) {
    const rows = tableAt(lines, at)
    if (rows.length > 0) laidOut.push(...layOutTable(rows, width))
    else laidOut.push(...wrap(lines[at] ?? '', width))
    at += Math.max(1, rows.length)
  }
  return laidOut
}

function tableAt(lines: readonly string[], start: number): readonly string[] {
  const end = lines.findIndex((line, at) => at >= start && !line.startsWith('|'))
  return lines.slice(start, end < 0 ? lines.length : end)
}

/** A Markdown table whose columns stand under each other; where it is too wide, its widest cells wrap. */
function layOutTable(lines: readonly string[], width: number): readonly string[] {
  const rows = lines.map(cellsOf)
  const widths = columnWidths(rows, width)
  return rows.flatMap((cells) => {
    if (cells.every((cell) => /^-+$/.test(cell))) return [row(widths.map((columns) => '-'.repeat(columns)))]
    const wrapped = widths.map((columns, column) => wrap(cells[column] ?? '', columns))
    const height = Math.max(...wrapped.map((cell) => cell.length))
    return Array.from({ length: height }, (_, y) =>
      row(wrapped.map((cell, column) => (cell[y] ?? '').padEnd(widths[column] ?? 0))),
    )
  })
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** A bar that is escaped belongs to its cell. */
function cellsOf(line: string): readonly string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim())
}

function columnWidths(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0), 1))
  const room = width - row(widths.map(() => '')).length
  for (let excess = total(widths) - room; excess > 0; excess = total(widths) - room) {
    const widest = Math.max(...widths)
    if (widest <= NARROWEST_COLUMN) break
    widths[widths.indexOf(widest)] = Math.max(NARROWEST_COLUMN, widest - excess)
  }
  return widths
}

const total = (widths: readonly number[]): number => widths.reduce((sum, columns) => sum + columns, 0)

/** Breaks a line between words; a word that is longer than the width keeps a line of its own. */
export function wrap(line: string, width: number): readonly string[] {
  const wrapped: string[] = []
  let current = ''
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      wrapped.push(current)
      current = word
    } else current = current === '' ? word : `${current} ${word}`
  }
  return [...wrapped, current]
}

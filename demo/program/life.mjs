import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

/** The cells that neighbour `cell`, as `x,y`. */
function neighbours(cell) {
  const [x, y] = cell.split(',').map(Number)
  return [-1, 0, 1]
    .flatMap((dx) => [-1, 0, 1].map((dy) => `${x + dx},${y + dy}`))
    .filter((neighbour) => neighbour !== cell)
}

/** The next generation of Conway's Game of Life: three neighbours give life, two keep it. */
export function next(living) {
  const crowd = new Map()
  for (const cell of [...living].flatMap(neighbours)) crowd.set(cell, (crowd.get(cell) ?? 0) + 1)
  return new Set([...crowd].filter(([cell, n]) => n === 3 || (n === 2 && living.has(cell))).map(([cell]) => cell))
}

/** The living cells of a picture: every `#`. */
export function read(picture) {
  return new Set(
    picture.split('\n').flatMap((row, y) => [...row].flatMap((mark, x) => (mark === '#' ? [`${x},${y}`] : []))),
  )
}

/** A picture of the cells from 0,0 to the given width and height. */
export function draw(living, width, height) {
  const row = (y) => Array.from({ length: width }, (_, x) => (living.has(`${x},${y}`) ? '#' : '.')).join('')
  return Array.from({ length: height }, (_, y) => row(y)).join('\n')
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const generations = [read('.#.\n..#\n###')]
  while (generations.length < 9) generations.push(next(generations.at(-1)))
  const pictures = generations.filter((_, n) => n % 2 === 0).map((living) => draw(living, 6, 6).split('\n'))
  console.log('A glider, every second generation:')
  for (const y of pictures[0].keys()) console.log(pictures.map((rows) => rows[y]).join('   '))
}

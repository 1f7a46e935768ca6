import { writePages } from './pages.ts'

const written = await writePages()
console.log(written.length === 0 ? 'The generated pages agree with action.yml.' : `Wrote ${written.join(', ')}.`)

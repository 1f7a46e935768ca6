/** More pages than any account has: a listing that does not end is broken, and says so. */
const MOST_PAGES = 500

/**
 * Reads a listing to its end.
 *
 * @throws Error where it does not end
 */
export async function allPages<Page extends { NextToken?: string | undefined }, Item>(
  read: (token: string | undefined) => Promise<Page>,
  items: (page: Page) => readonly Item[],
): Promise<Item[]> {
  const all: Item[] = []
  let token: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const page = await read(token)
    all.push(...items(page))
    token = page.NextToken
    if (token === undefined || token === '') return all
  }
  throw new Error(`a listing of EC2 did not end within ${String(MOST_PAGES)} pages`)
}

import type { GitHubResponse } from './request.ts'

/** GitHub's largest page. */
const PAGE_SIZE = 100

/** 10,000 runners is GitHub's limit for a group, 256 jobs for a matrix; a listing beyond this is broken. */
const MOST_PAGES = 200

/** Reads a listing to its end: a page that is not full is the last one. */
export async function allPages<Item>(
  read: (page: { readonly per_page: number; readonly page: number }) => Promise<GitHubResponse>,
  items: (answer: unknown) => readonly Item[],
): Promise<Item[]> {
  const all: Item[] = []
  for (let page = 1; page <= MOST_PAGES; page++) {
    const response = await read({ per_page: PAGE_SIZE, page })
    const found = items(response.data)
    all.push(...found)
    if (!hasNext(response, found.length)) return all
  }
  throw new Error(`a listing of GitHub did not end within ${String(MOST_PAGES)} pages`)
}

/** The `Link` header knows best; where a proxy has dropped it, a full page means there may be more. */
function hasNext({ headers }: GitHubResponse, found: number): boolean {
  const link = headers['link']
  return typeof link === 'string' ? link.includes('rel="next"') : found >= PAGE_SIZE
}

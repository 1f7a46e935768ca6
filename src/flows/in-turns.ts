/** GitHub takes 100 requests at a time from one user; a few are enough. */
const AT_A_TIME = 10

/** Does `work` for each item, a few at a time; what comes to nothing is left out. */
export async function inTurns<Item, T>(
  items: readonly Item[],
  work: (item: Item) => Promise<T | undefined>,
): Promise<T[]> {
  const done: T[] = []
  for (let at = 0; at < items.length; at += AT_A_TIME) {
    const some = await Promise.all(items.slice(at, at + AT_A_TIME).map(work))
    done.push(...some.flatMap((one) => one ?? []))
  }
  return done
}

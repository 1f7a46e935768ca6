import type { RecordedCall } from '../cloud/door.ts'

/** Every operation that was called, how often, and what else than `ok` it answered: a Markdown table. */
export function callTable(calls: readonly Pick<RecordedCall, 'service' | 'operation' | 'outcome'>[]): string {
  const rows = new Map<string, { readonly first: (typeof calls)[number]; times: number; others: string[] }>()
  for (const call of calls) {
    const key = `${call.service} ${call.operation}`
    const row = rows.get(key) ?? { first: call, times: 0, others: [] }
    rows.set(key, row)
    row.times += 1
    if (call.outcome !== 'ok') row.others.push(call.outcome)
  }
  const lines = [...rows.values()]
    .sort((a, b) => a.first.service.localeCompare(b.first.service))
    .map(({ first, times, others }) => {
      const { service, operation } = first
      return `| ${nameOf(service)} | ${shortRoute(operation)} | ${String(times)} | ${[...new Set(others)].join(', ')} |`
    })
  return ['| service | call | times | answered, beside ok |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

const nameOf = (service: string): string => (service === 'github' ? 'GitHub' : service.toUpperCase())

const shortRoute = (route: string): string =>
  route.replace('/repos/{owner}/{repo}/actions/', '').replaceAll(/\{\w+\}/g, '{id}')

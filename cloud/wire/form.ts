import { WireFault } from './fault.ts'

/** A form body with dotted names, `Filter.1.Name=x`, as the tree that the dots describe. */
export interface FormNode {
  value: string | undefined
  readonly children: Map<string, FormNode>
}

const emptyNode = (): FormNode => ({ value: undefined, children: new Map() })

/** @throws WireFault where a parameter is given twice */
export function parseForm(body: string): FormNode {
  const root = emptyNode()
  for (const [name, value] of new URLSearchParams(body)) {
    let node = root
    for (const part of name.split('.')) {
      const child = node.children.get(part) ?? emptyNode()
      node.children.set(part, child)
      node = child
    }
    if (node.value !== undefined) throw new WireFault('InvalidParameterValue', `The parameter ${name} is given twice`)
    node.value = value
  }
  return root
}

/** Takes a top-level parameter out of the tree. */
export function takeValue(root: FormNode, name: string): string {
  const value = root.children.get(name)?.value ?? ''
  root.children.delete(name)
  return value
}

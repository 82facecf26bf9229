import { DESCRIPTIONS } from './descriptions.ts';
import type { SchemaNode } from './schema-node.ts';

/** Puts the description of each key into a schema: `stores[].near[].cloud`, `networks.*`. */
export function describeKeys(node: SchemaNode, key = ''): SchemaNode {
  const described: SchemaNode = { ...node };
  const description = DESCRIPTIONS.get(key);
  if (description !== undefined) described.description = description;
  const inner = (each: SchemaNode | boolean, path: string): SchemaNode | boolean =>
    typeof each === 'boolean' ? each : describeKeys(each, path);
  if (node.properties !== undefined) {
    described.properties = Object.fromEntries(
      Object.entries(node.properties).map(([name, each]) => [
        name,
        inner(each, key === '' ? name : `${key}.${name}`),
      ]),
    );
  }
  if (node.items !== undefined && !Array.isArray(node.items))
    described.items = inner(node.items, `${key}[]`);
  if (typeof node.additionalProperties === 'object')
    described.additionalProperties = inner(node.additionalProperties, `${key}.*`);
  if (node.oneOf !== undefined) described.oneOf = branches(node.oneOf, key);
  if (node.anyOf !== undefined) described.anyOf = branches(node.anyOf, key);
  return described;
}

/** The branches of a union: their keys have descriptions, while the union's describes the branches. */
function branches(nodes: readonly (SchemaNode | boolean)[], key: string): SchemaNode[] {
  return nodes.flatMap((each) => {
    if (typeof each === 'boolean') return [];
    const { description: _, ...described } = describeKeys(each, key);
    return [described];
  });
}

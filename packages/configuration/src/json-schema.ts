import { z } from 'zod';
import { DESCRIPTIONS } from './descriptions.ts';
import { configurationSchema } from './schema.ts';

/** A node of a JSON Schema (draft 2020-12). */
export type SchemaNode = z.core.JSONSchema.BaseSchema;

/** A file with only `mirror` needs no keys of `serve`. */
const REQUIRED = Object.freeze({
  required: ['version'],
  if: { required: ['mirror'], properties: { pages: false, registries: false } },
  else: { required: ['pages', 'registries'] },
});

/** Puts the description of each key into a schema: `stores[].near[].cloud`, `networks.*`. */
function describeKeys(node: SchemaNode, key = ''): SchemaNode {
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
  if (node.oneOf !== undefined) described.oneOf = describeBranches(node.oneOf, key);
  if (node.anyOf !== undefined) described.anyOf = describeBranches(node.anyOf, key);
  return described;
}

/** The branches of a union: their keys have descriptions, while the union's describes the branches. */
function describeBranches(nodes: readonly (SchemaNode | boolean)[], key: string): SchemaNode[] {
  return nodes.flatMap((each) => {
    if (typeof each === 'boolean') return [];
    const { description: _, ...described } = describeKeys(each, key);
    return [described];
  });
}

let made: SchemaNode | undefined;

/** JSON Schema of a configuration file, with a description of each key, for completion in editors. */
export function configurationJsonSchema(): SchemaNode {
  made ??= {
    ...describeKeys({
      ...z.toJSONSchema(configurationSchema, { io: 'input' }),
      title: 'archeio configuration',
    }),
    ...REQUIRED,
  };
  return made;
}

function nodeOf(node: SchemaNode | boolean | undefined): SchemaNode | undefined {
  return typeof node === 'object' ? node : undefined;
}

/** The branches of a union, or the node itself if it is not a union. */
export function branchesOf(node: SchemaNode): readonly SchemaNode[] {
  const branches = node.oneOf ?? node.anyOf;
  if (branches === undefined) return [node];
  return branches.map(nodeOf).filter((each) => each !== undefined);
}

/** The node of a key (or of each entry of a list or map) in one branch. */
export function childNode(node: SchemaNode, step: PropertyKey): SchemaNode | undefined {
  if (typeof step === 'number') return Array.isArray(node.items) ? undefined : nodeOf(node.items);
  return nodeOf(node.properties?.[String(step)]) ?? nodeOf(node.additionalProperties);
}

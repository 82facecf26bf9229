import { z } from 'zod';
import { describeKeys } from './describe-keys.ts';
import type { SchemaNode } from './schema-node.ts';
import { configurationSchema } from './schema.ts';

/** A file with only `mirror` needs no keys of `serve`. */
const REQUIRED = Object.freeze({
  required: ['version'],
  if: { required: ['mirror'], properties: { pages: false, registries: false } },
  else: { required: ['pages', 'registries'] },
});

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

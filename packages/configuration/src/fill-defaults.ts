import { branchesOf, childNode, configurationJsonSchema, type SchemaNode } from './json-schema.ts';
import type { KeyPath } from './key-path.ts';
import type { Marks } from './marks.ts';
import type { Provenance } from './provenance.ts';
import { childOf, isRecord } from './record.ts';

/** A part of an effective configuration as a file would have it, with its origin. */
export interface Filled {
  readonly content: FilledContent;
  readonly from: Provenance | undefined;
}

type FilledContent = ReadonlyMap<string, Filled> | readonly Filled[] | Scalar;
type Scalar = string | number | boolean | null;

export function isFilledMap(content: FilledContent): content is ReadonlyMap<string, Filled> {
  return content instanceof Map;
}

export function isFilledList(content: FilledContent): content is readonly Filled[] {
  return Array.isArray(content);
}

/** The branch of a union that fits a value: the one with the same constant (`topology`) or the same type. */
function branchFor(node: SchemaNode, value: unknown): SchemaNode {
  const branches = branchesOf(node);
  const fits = branches.find(
    ({ type, properties = {} }) =>
      (type === 'object') === isRecord(value) &&
      Object.entries(properties).every(
        ([key, each]) =>
          typeof each === 'boolean' ||
          each.const === undefined ||
          each.const === childOf(value, key),
      ),
  );
  return fits ?? branches[0];
}

function isScalarValue(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** A configuration with every default filled in, in the notation of a file: `30s`, not milliseconds. */
export function fillDefaults(source: unknown, marks: Marks): Filled {
  const fill = (
    node: SchemaNode | undefined,
    value: unknown,
    path: KeyPath,
    isDefault = false,
  ): Filled => {
    const from: Provenance | undefined = isDefault ? { kind: 'default' } : marks.at(source, path);
    const branch = node && branchFor(node, value);
    const child = (key: string | number): SchemaNode | undefined =>
      branch && childNode(branch, key);
    const inDefault = from?.kind === 'default';
    if (Array.isArray(value)) {
      const content = value.map((each: unknown, index) =>
        fill(child(index), each, [...path, index], inDefault),
      );
      return { content, from };
    }
    if (!isRecord(value)) return { content: isScalarValue(value) ? value : null, from };
    const content = new Map<string, Filled>();
    // In the order of the schema, so that two configurations can be compared line by line.
    for (const key of new Set([...Object.keys(branch?.properties ?? {}), ...Object.keys(value)])) {
      const node = child(key);
      const own = childOf(value, key);
      const isPreset = own === undefined;
      const part = isPreset ? node?.default : own;
      if (part !== undefined)
        content.set(key, fill(node, part, [...path, key], inDefault || isPreset));
    }
    return { content, from };
  };
  return fill(configurationJsonSchema(), source, []);
}

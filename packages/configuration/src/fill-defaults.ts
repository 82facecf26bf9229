import { branchesOf, childNode, configurationJsonSchema } from './json-schema.ts';
import type { SchemaNode } from './schema-node.ts';
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

interface Part {
  readonly value: unknown;
  readonly from: Provenance | undefined;
}

class Filler {
  readonly #source: unknown;
  readonly #marks: Marks;

  constructor(source: unknown, marks: Marks) {
    this.#source = source;
    this.#marks = marks;
  }

  fill(node: SchemaNode | undefined, part: Part, path: readonly PropertyKey[]): Filled {
    const { value, from } = part;
    const branch = node === undefined ? undefined : branchFor(node, value);
    if (Array.isArray(value)) {
      return {
        content: value.map((each: unknown, index) =>
          this.fill(branch && childNode(branch, index), this.#part(each, [...path, index], from), [
            ...path,
            index,
          ]),
        ),
        from,
      };
    }
    if (isRecord(value)) return { content: this.#fillMap(branch, value, path, from), from };
    return { content: isScalarValue(value) ? value : null, from };
  }

  #part(value: unknown, path: readonly PropertyKey[], above: Provenance | undefined): Part {
    const from = above?.kind === 'default' ? above : this.#marks.at(this.#source, path);
    return { value, from };
  }

  /** In the order of the schema, so that two configurations can be compared line by line. */
  #fillMap(
    branch: SchemaNode | undefined,
    value: Readonly<Record<string, unknown>>,
    path: readonly PropertyKey[],
    from: Provenance | undefined,
  ): ReadonlyMap<string, Filled> {
    const filled = new Map<string, Filled>();
    const known = Object.keys(branch?.properties ?? {});
    for (const key of new Set([...known, ...Object.keys(value)])) {
      const node = branch === undefined ? undefined : childNode(branch, key);
      const inner = [...path, key];
      if (Object.hasOwn(value, key) && value[key] !== undefined) {
        filled.set(key, this.fill(node, this.#part(value[key], inner, from), inner));
      } else if (node?.default !== undefined) {
        filled.set(key, this.fill(node, { value: node.default, from: { kind: 'default' } }, inner));
      }
    }
    return filled;
  }
}

function isScalarValue(value: unknown): value is Scalar {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** A configuration with every default filled in, in the notation of a file: `30s`, not milliseconds. */
export function fillDefaults(source: unknown, marks: Marks): Filled {
  return new Filler(source, marks).fill(
    configurationJsonSchema(),
    { value: source, from: marks.at(source, []) },
    [],
  );
}

import {
  type Filled,
  fillDefaults,
  isFilledList,
  isFilledMap,
  type Overrides,
} from '@archeio/configuration';
import { formatJson } from '../platform/print.ts';
import type { Content } from './content.ts';
import { sourceOf } from './load-configuration.ts';
import type { ConfigurationLocation } from './location.ts';

/** Maximum number of values in a list of values. */
export const MOST_VALUES = 20_000;
/** Maximum number of elements shown of a list of scalars, such as the prefixes of a network. */
const MOST_ELEMENTS = 20;

type Scalar = string | number | boolean | null;

/** A value of the effective configuration. */
export interface EffectiveValue {
  /** Such as `stores[0].url`. */
  readonly key: string;
  /** A list has scalars only, or is empty. */
  readonly value: Scalar | readonly Scalar[] | Record<string, never>;
  /** Number of elements that are left out of a long list. */
  readonly more: number;
  readonly from: {
    readonly kind: 'flag' | 'environment' | 'file' | 'preset' | 'default';
    /** The flag, variable, file or preset; null for a default. */
    readonly name: string | null;
    /** From 1; null if the value does not come from a file or preset. */
    readonly line: number | null;
    readonly column: number | null;
  } | null;
}

/** Every value of a configuration with its origin. */
export interface EffectiveValues {
  readonly values: readonly EffectiveValue[];
  /** Number of values beyond the maximum. */
  readonly leftOut: number;
}

function originOf({ from }: Filled): EffectiveValue['from'] {
  if (from === undefined) return null;
  const nowhere = { line: null, column: null };
  switch (from.kind) {
    case 'flag':
      return { kind: from.kind, name: from.name, ...nowhere };
    case 'environment':
      return { kind: from.kind, name: from.variable, ...nowhere };
    case 'default':
      return { kind: from.kind, name: null, ...nowhere };
    case 'file':
    case 'preset':
      return { kind: from.kind, name: from.file, line: from.line, column: from.column };
  }
}

/** The elements of a list if all of them are scalars. */
function scalarsOf(list: readonly Filled[]): Scalar[] | undefined {
  const scalars: Scalar[] = [];
  for (const { content } of list) {
    if (isFilledMap(content) || isFilledList(content)) return undefined;
    scalars.push(content);
  }
  return scalars;
}

/** A key that contains other characters is quoted, as in the messages about it. */
function childKey(parent: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === '' ? key : `${parent}.${key}`;
}

function* valuesOf(filled: Filled, key: string): Generator<EffectiveValue> {
  const { content } = filled;
  const value = (each: EffectiveValue['value'], more = 0): EffectiveValue => ({
    key,
    value: each,
    more,
    from: originOf(filled),
  });
  if (isFilledMap(content)) {
    if (content.size === 0) yield value({});
    for (const [name, child] of content) yield* valuesOf(child, childKey(key, name));
  } else if (isFilledList(content)) {
    const scalars = scalarsOf(content);
    if (scalars !== undefined) {
      const shown = scalars.slice(0, MOST_ELEMENTS);
      yield value(shown, scalars.length - shown.length);
    } else
      for (const [index, child] of content.entries()) yield* valuesOf(child, `${key}[${index}]`);
  } else yield value(content);
}

/**
 * Every value of a configuration that is known to be valid: in the order of the schema, defaults included, in the notation
 * of a file.
 */
export function effectiveValues(
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
): EffectiveValues {
  const { source, marks } = sourceOf(content, location, overrides);
  const values: EffectiveValue[] = [];
  let leftOut = 0;
  for (const each of valuesOf(fillDefaults(source, marks), ''))
    if (values.length < MOST_VALUES) values.push(each);
    else leftOut++;
  return { values, leftOut };
}

/** The same as JSON, without secrets. */
export function effectiveValuesJson(
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
): string {
  return formatJson(effectiveValues(content, location, overrides));
}

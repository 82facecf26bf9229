import { DESCRIPTIONS } from '../../packages/configuration/src/descriptions.ts';
import {
  branchesOf,
  configurationJsonSchema,
  type SchemaNode,
} from '../../packages/configuration/src/json-schema.ts';
import { markdownTable } from '../markdown-table.ts';

/** The schemas of one key, from all branches that have it. */
interface Key {
  readonly nodes: SchemaNode[];
  isRequired: boolean;
}

type Keys = Map<string, Key>;

/** Collects a node's keys, in the order of the schema: `stores[].near[].cloud`. */
function collect(node: SchemaNode, path: string, keys: Keys): Keys {
  for (const { properties = {}, required = [], items } of branchesOf(node)) {
    for (const [name, child] of Object.entries(properties)) {
      if (typeof child !== 'object') continue;
      const key = path === '' ? name : `${path}.${name}`;
      const known = keys.get(key) ?? { nodes: [], isRequired: true };
      known.nodes.push(child);
      known.isRequired &&= required.includes(name);
      keys.set(key, known);
      collect(child, key, keys);
    }
    if (typeof items === 'object' && !Array.isArray(items)) collect(items, `${path}[]`, keys);
  }
  return keys;
}

const DURATION = /^\d+(?:ms|s|m|h)$/;
const SIZE = /^\d+[KMG]iB$/;

/** Strings with a special format; their schema is that of a string. */
function formOf({ default: value }: SchemaNode): string {
  if (typeof value !== 'string') return 'text';
  if (DURATION.test(value)) return 'duration';
  return SIZE.test(value) ? 'size' : 'text';
}

/** A size may also be a number of bytes. */
function isSize(node: SchemaNode): boolean {
  const types = branchesOf(node).map((each) => each.const === undefined && each.type);
  return types.length === 2 && types.includes('string') && types.includes('integer');
}

function typeOf(node: SchemaNode, whole = node): string[] {
  if (isSize(node)) return ['size'];
  if (node.const !== undefined) return [`\`${String(node.const)}\``];
  if (node.enum !== undefined) return node.enum.map((each) => `\`${String(each)}\``);
  if (node.type === undefined) return branchesOf(node).flatMap((each) => typeOf(each, whole));
  switch (node.type) {
    case 'object':
      return ['map'];
    case 'array':
      return ['list'];
    case 'integer':
      return ['whole number'];
    case 'boolean':
      return ['`true`', '`false`'];
    case 'string':
      return [formOf(whole)];
    default:
      return [String(node.type)];
  }
}

function defaultOf({ nodes, isRequired }: Key): string {
  const value = nodes.find((node) => node.default !== undefined)?.default;
  if (value === undefined || JSON.stringify(value) === '{}') return isRequired ? 'required' : '';
  return `\`${typeof value === 'string' && value !== '' ? value : JSON.stringify(value)}\``;
}

/** The keys of these sections of the configuration, in the order of the schema. */
export function keyTable(what: string): string {
  const sections = what.split(' ');
  const keys = [...collect(configurationJsonSchema(), '', new Map())];
  return markdownTable(
    ['key', 'type', 'default', 'meaning'],
    keys
      .filter(([key]) => sections.includes(key.replace(/[.[].*/, '')))
      .map(([key, each]) => [
        `\`${key}\``,
        [...new Set(each.nodes.flatMap((node) => typeOf(node)))].join(', '),
        defaultOf(each),
        DESCRIPTIONS.get(key) ?? '',
      ]),
  );
}

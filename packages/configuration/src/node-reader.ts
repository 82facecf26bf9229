import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
  visit,
} from 'yaml';
import { formatKeyPath, type KeyPath } from './key-path.ts';
import type { Marks } from './marks.ts';
import { DEEPEST } from './nesting.ts';
import type { Problem } from './problem.ts';
import type { Provenance } from './provenance.ts';

/** More values than a configuration needs; aliases can expand a short text to billions. */
const MOST_VALUES = 1_000_000;

interface Reading {
  readonly document: Document.Parsed;
  readonly lines: LineCounter;
  readonly file: string;
  readonly kind: 'file' | 'preset';
  readonly marks: Marks;
}

type Entry = readonly [key: string, node: unknown, at: unknown];

/** The node of each alias: the nearest one before it that has the anchor. */
function aliasesOf(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const aliases = new Map<Alias, Node>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) aliases.set(node, target);
      } else if (node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return aliases;
}

function nameOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** Converts the nodes of a document to plain values, marks their positions and collects problems. */
export class NodeReader {
  readonly #reading: Reading;
  readonly problems: Problem[] = [];
  readonly #aliases: ReadonlyMap<Alias, Node>;
  #left = MOST_VALUES;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#aliases = aliasesOf(reading.document);
  }

  /** The whole document; null if it is empty. */
  read(): unknown {
    return this.#value(this.#reading.document.contents, []);
  }

  #place(node: unknown): Extract<Provenance, { line: number }> {
    const { file, kind, lines } = this.#reading;
    const { line, col } = lines.linePos((isNode(node) && node.range?.[0]) || 0);
    return { kind, file, line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #problem(path: KeyPath, node: unknown, message: string): void {
    const { file, line, column } = this.#place(node);
    const key = formatKeyPath(path);
    this.problems.push({ file, line, column, key, message, severity: 'error' });
  }

  /** Whether another value is allowed at this depth; if not, reports that once. */
  #mayRead(node: unknown, path: KeyPath): boolean {
    if (this.#left < 0) return false;
    if (path.length <= DEEPEST && this.#left-- > 0) return true;
    const what =
      path.length > DEEPEST
        ? `lists and maps are nested deeper than ${DEEPEST} levels`
        : `there are more than ${MOST_VALUES} values, including those that aliases expand to`;
    this.#left = -1;
    this.#problem(path.slice(0, 3), node, what);
    return false;
  }

  #value(node: unknown, path: KeyPath): unknown {
    if (!this.#mayRead(node, path)) return null;
    if (isAlias(node)) return this.#value(this.#resolve(node, path), path);
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node)) return this.#list(node.items, path, node);
    return isScalar(node) ? node.value : null;
  }

  #resolve(node: Node, path: KeyPath): unknown {
    if (!isAlias(node)) return node;
    const found = this.#aliases.get(node);
    if (found === undefined)
      this.#problem(path, node, `cannot find anchor ${JSON.stringify(node.source)}`);
    return found;
  }

  #list(items: readonly unknown[], path: KeyPath, node: Node): unknown {
    const list: unknown[] = [];
    for (const [index, item] of items.entries()) {
      const value = this.#value(item, [...path, index]);
      list.push(value);
      this.#reading.marks.mark(list, index, this.#place(item));
      if (typeof value === 'object' && value !== null)
        this.#reading.marks.markWhole(value, this.#place(item));
      if (this.#left < 0) break;
    }
    this.#reading.marks.markWhole(list, this.#place(node));
    return list;
  }

  #map(node: Node, path: KeyPath): unknown {
    const { marks } = this.#reading;
    const map: Record<string, unknown> = {};
    for (const [key, value, at] of this.#entries(node, path)) {
      if (this.#left < 0) break;
      map[key] = this.#value(value, [...path, key]);
      marks.mark(map, key, this.#place(at));
    }
    marks.markWhole(map, this.#place(node));
    return map;
  }

  /** The entries of a map, its own before those that `<<` merges (YAML's merge key). */
  #entries(node: Node, path: KeyPath): Entry[] {
    if (!isMap(node)) return [];
    const own = new Map<string, Entry>();
    const merged: Entry[] = [];
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? nameOf(key.value) : undefined;
      if (name === '<<' && isScalar(key) && key.type === 'PLAIN') {
        merged.push(...this.#merged(value, path));
      } else if (name === undefined || name === '__proto__') {
        this.#problem(path, key, 'cannot read a key: expected a string');
      } else if (own.has(name)) {
        this.#problem([...path, name], key, 'duplicate key');
      } else {
        own.set(name, [name, value, key]);
      }
    }
    for (const entry of merged) if (!own.has(entry[0])) own.set(entry[0], entry);
    return [...own.values()];
  }

  #merged(value: unknown, path: KeyPath): Entry[] {
    const target = isAlias(value) ? this.#resolve(value, path) : value;
    const each = isSeq(target) ? target.items : [target];
    return each.flatMap((item) => {
      if (!this.#mayRead(item, path)) return [];
      const map = isAlias(item) ? this.#resolve(item, path) : item;
      if (isMap(map)) return this.#entries(map, [...path, '<<']);
      this.#problem(path, value, 'cannot merge what "<<" names: expected a map or a list of maps');
      return [];
    });
  }
}

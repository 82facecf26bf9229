import type { Addr, Prefix } from '@archeio/netip';

/** The word of the address that holds bit `depth`, counted from the first; an IPv4 address has one word. */
function wordOf({ w0, w1, w2, w3, family }: Addr, depth: number): number {
  if (family === 4 || depth >= 96) return w3;
  if (depth >= 64) return w2;
  return depth >= 32 ? w1 : w0;
}

/**
 * The textbook trie: one node per bit, uncompressed, in two flat arrays.
 * The children of node n are at 2n and 2n + 1; 0 is "none", since the root is never a child.
 */
export class FlatTrie {
  #children = new Uint32Array(1 << 10);
  #values = new Int32Array(1 << 9).fill(-1);
  #count = 1;

  get bytes(): number {
    return this.#count * 12;
  }

  get nodes(): number {
    return this.#count;
  }

  insert({ addr, bits }: Prefix, value: number): void {
    let node = 0;
    for (let depth = 0; depth < bits; depth++) {
      const side = 2 * node + ((wordOf(addr, depth) >>> (31 - (depth & 31))) & 1);
      const child = this.#children[side] || this.#add();
      this.#children[side] = child;
      node = child;
    }
    this.#values[node] = value;
  }

  #add(): number {
    if (this.#count === this.#values.length) {
      const children = new Uint32Array(this.#children.length * 2);
      children.set(this.#children);
      this.#children = children;
      const values = new Int32Array(this.#values.length * 2).fill(-1);
      values.set(this.#values);
      this.#values = values;
    }
    return this.#count++;
  }

  lookupIPv4(addr: Addr): number {
    const children = this.#children;
    const values = this.#values;
    const word = addr.w3;
    let node = 0;
    let best = values[0];
    for (let shift = 31; shift >= 0; shift--) {
      node = children[2 * node + ((word >>> shift) & 1)];
      if (node === 0) return best;
      const value = values[node];
      if (value >= 0) best = value;
    }
    return best;
  }

  lookupIPv6(addr: Addr): number {
    const children = this.#children;
    const values = this.#values;
    let word = addr.w0;
    let node = 0;
    let best = values[0];
    for (let depth = 0; depth < 128; depth++) {
      if (depth === 32) word = addr.w1;
      else if (depth === 64) word = addr.w2;
      else if (depth === 96) word = addr.w3;
      node = children[2 * node + ((word >>> (31 - (depth & 31))) & 1)];
      if (node === 0) return best;
      const value = values[node];
      if (value >= 0) best = value;
    }
    return best;
  }
}

interface Node {
  zero: Node | undefined;
  one: Node | undefined;
  value: number;
}

/** The same trie of objects, the usual way. */
export class NodeTrie {
  readonly #root: Node = { zero: undefined, one: undefined, value: -1 };

  insert({ addr, bits }: Prefix, value: number): void {
    let node = this.#root;
    for (let depth = 0; depth < bits; depth++) {
      const side = (wordOf(addr, depth) >>> (31 - (depth & 31))) & 1 ? 'one' : 'zero';
      node = node[side] ??= { zero: undefined, one: undefined, value: -1 };
    }
    node.value = value;
  }

  lookupIPv4(addr: Addr): number {
    const word = addr.w3;
    let node: Node | undefined = this.#root;
    let best = node.value;
    for (let shift = 31; shift >= 0; shift--) {
      node = (word >>> shift) & 1 ? node.one : node.zero;
      if (node === undefined) return best;
      if (node.value >= 0) best = node.value;
    }
    return best;
  }

  lookupIPv6(addr: Addr): number {
    let word = addr.w0;
    let node: Node | undefined = this.#root;
    let best = node.value;
    for (let depth = 0; depth < 128; depth++) {
      if (depth === 32) word = addr.w1;
      else if (depth === 64) word = addr.w2;
      else if (depth === 96) word = addr.w3;
      node = (word >>> (31 - (depth & 31))) & 1 ? node.one : node.zero;
      if (node === undefined) return best;
      if (node.value >= 0) best = node.value;
    }
    return best;
  }
}

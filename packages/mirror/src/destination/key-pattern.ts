import { compileKeyTemplate } from '@archeio/oci-distribution';
import { tryVerifiableAlgorithm } from '../prove-digest.ts';

/** Maps digests of blobs to keys in a destination, and back. */
export interface KeyPattern {
  readonly keyOf: (digest: string) => string;
  /** The digest of a blob's key; undefined if a mirror cannot have written the key. */
  readonly digestOf: (key: string) => string | undefined;
  /** The common prefix of all keys, up to and including a slash. */
  readonly prefix: string;
}

const PARTS: Readonly<Record<string, string>> = {
  '{digest}': String.raw`(?<algorithm>[a-z0-9]+):(?<hex>[0-9a-f]+)`,
  '{algorithm}': String.raw`(?<algorithm>[a-z0-9]+)`,
  '{hex}': String.raw`(?<hex>[0-9a-f]+)`,
  '{hex:2}': '[0-9a-f]{2}',
};

/** Compiles a valid key template; a template without an algorithm means sha256. */
export function compileKeyPattern(template: string): KeyPattern {
  const keyOf = compileKeyTemplate(template);
  const seen = new Set<string>();
  const source = template
    .split(/(\{[^{}]*\})/)
    .map((part) => {
      const pattern = PARTS[part];
      if (pattern === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      // A regular expression allows a group name once; the round trip below verifies repeated placeholders.
      return pattern.replaceAll(/\?<(\w+)>/g, (_, name: string) => {
        if (seen.has(name)) return '?:';
        seen.add(name);
        return `?<${name}>`;
      });
    })
    .join('');
  const expression = new RegExp(`^${source}$`);
  const literal = template.slice(0, template.indexOf('{'));
  return {
    keyOf,
    prefix: literal.slice(0, literal.lastIndexOf('/') + 1),
    digestOf: (key) => {
      const groups = expression.exec(key)?.groups;
      if (groups === undefined) return undefined;
      const digest = `${groups['algorithm'] ?? 'sha256'}:${groups['hex'] ?? ''}`;
      const isOurs = tryVerifiableAlgorithm(digest) !== undefined && keyOf(digest) === key;
      return isOurs ? digest : undefined;
    },
  };
}

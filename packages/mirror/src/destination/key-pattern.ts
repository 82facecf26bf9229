import { digestAlgorithm, compileKeyTemplate } from '@archeio/oci-distribution';

/** Keys of blobs in a destination, there and back. */
export interface KeyPattern {
  readonly keyOf: (digest: string) => string;
  /** The digest of a blob's key; undefined where the key is not of a blob that a mirror can have written. */
  readonly digestOf: (key: string) => string | undefined;
  /** What all keys begin with, up to a slash. */
  readonly prefix: string;
}

const PARTS: Readonly<Record<string, string>> = {
  '{digest}': String.raw`(?<algorithm>[a-z0-9]+):(?<hex>[0-9a-f]+)`,
  '{algorithm}': String.raw`(?<algorithm>[a-z0-9]+)`,
  '{hex}': String.raw`(?<hex>[0-9a-f]+)`,
  '{hex:2}': '[0-9a-f]{2}',
};

/** Compiles a key template that is known to be sound; a template without an algorithm is of sha256. */
export function compileKeyPattern(template: string): KeyPattern {
  const keyOf = compileKeyTemplate(template);
  const seen = new Set<string>();
  const source = template
    .split(/(\{[^{}]*\})/)
    .map((part) => {
      const pattern = PARTS[part];
      if (pattern === undefined) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
      // A name may stand once; what stands there twice must be the same, and the round trip below sees that.
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
      const known = digestAlgorithm(digest);
      const isOurs = known === 'sha256' || known === 'sha512';
      return isOurs && keyOf(digest) === key ? digest : undefined;
    },
  };
}

/** The algorithm of a digest, if this package knows the form of its encoded part; `other` is valid, and opaque. */
export type DigestAlgorithm = 'sha256' | 'sha512' | 'blake3' | 'other';

const HEX_LENGTH: Readonly<Record<Exclude<DigestAlgorithm, 'other'>, number>> = Object.freeze({
  sha256: 64,
  sha512: 128,
  blake3: 64,
});

const OTHER_DIGEST = /^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$/;

function isLowerHex(text: string, start: number): boolean {
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
  }
  return true;
}

function knownAlgorithm(text: string): Exclude<DigestAlgorithm, 'other'> | undefined {
  if (text.startsWith('sha256:')) return 'sha256';
  if (text.startsWith('sha512:')) return 'sha512';
  if (text.startsWith('blake3:')) return 'blake3';
  return undefined;
}

/**
 * The algorithm of a digest; undefined if `text` is not a digest. For `sha256`, `sha512` and `blake3` the encoded part
 * must be lower-case hexadecimal of the full length; for any other algorithm it is opaque.
 *
 * OCI image-spec 1.1, descriptor.md, "Digests" and "Registered Algorithms".
 */
export function digestAlgorithm(text: string): DigestAlgorithm | undefined {
  const known = knownAlgorithm(text);
  if (known === undefined) return OTHER_DIGEST.test(text) ? 'other' : undefined;
  const start = known.length + 1;
  return text.length === start + HEX_LENGTH[known] && isLowerHex(text, start) ? known : undefined;
}

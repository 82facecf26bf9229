/** Maximum length of a tag, in characters. */
export const TAG_MAX_LENGTH = 128;

const isWord = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x30 && code <= 0x39) ||
  code === 0x5f;

/**
 * Whether `text` is a tag: a letter, digit or `_`, then at most 127 of those or `.` and `-`.
 *
 * OCI distribution-spec 1.1, "Pulling manifests": `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
 */
export function isTag(text: string): boolean {
  if (text.length === 0 || text.length > TAG_MAX_LENGTH || !isWord(text.charCodeAt(0)))
    return false;
  for (let at = 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (!isWord(code) && code !== 0x2e && code !== 0x2d) return false;
  }
  return true;
}

const SIGNATURE_TAG = /^sha(?:256|512)-[0-9a-f]{64}(?:\.|$)/;

/**
 * Whether `tag` names content that belongs to another manifest: a digest with `-` for `:`, truncated to 64 hexadecimal
 * digits, bare or with any suffix (`.sig`, `.att`, `.sbom`).
 *
 * OCI distribution-spec 1.1, "Referrers Tag Schema"; cosign's tag scheme.
 */
export function isSignatureTag(tag: string): boolean {
  return tag.length >= 71 && SIGNATURE_TAG.test(tag);
}

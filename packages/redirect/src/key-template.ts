/** Writes the key of a blob in a store: the path below the store's URL. */
export type KeyTemplate = (digest: string) => string;

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What may stand around the placeholders: a key becomes a part of a `Location` as it is. */
const LITERAL = /^[A-Za-z0-9._~+=@:/-]+$/;

function part(placeholder: string): KeyTemplate | undefined {
  switch (placeholder) {
    case 'digest':
      return (digest) => digest;
    case 'algorithm':
      return (digest) => digest.slice(0, digest.indexOf(':'));
    case 'hex':
      return (digest) => digest.slice(digest.indexOf(':') + 1);
    case 'hex:2':
      return (digest) => digest.slice(digest.indexOf(':') + 1, digest.indexOf(':') + 3);
    default:
      return undefined;
  }
}

/**
 * Compiles a key template such as `containers/images/{digest}`. Placeholders are `{digest}`, `{algorithm}`, `{hex}`
 * and `{hex:2}` (the first two hexadecimal digits).
 *
 * @throws RangeError if a placeholder is unknown, if the rest could leave the store's path or break a URL, or if neither `{digest}` nor `{hex}` is there: all blobs would
 * share one key
 */
export function compileKeyTemplate(template: string): KeyTemplate {
  const quoted = JSON.stringify(template);
  const parts: (string | KeyTemplate)[] = [];
  let from = 0;
  let whole = false;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [text, placeholder = ''] = match;
    const write = part(placeholder);
    if (write === undefined) {
      throw new RangeError(
        `cannot read key template ${quoted}: ${text} is none of {digest}, {algorithm}, {hex}, {hex:2}`,
      );
    }
    whole ||= placeholder === 'digest' || placeholder === 'hex';
    parts.push(template.slice(from, match.index), write);
    from = match.index + text.length;
  }
  if (!whole)
    throw new RangeError(`cannot read key template ${quoted}: it must have {digest} or {hex}`);
  const rest = template.slice(from);
  const literal = template.replace(PLACEHOLDER, 'x');
  if (
    !LITERAL.test(literal) ||
    literal.split('/').some((step) => step === '' || /^\.+$/.test(step))
  ) {
    throw new RangeError(
      `cannot read key template ${quoted}: expected a path of letters, digits and "._~+=@:-", without empty or dot segments`,
    );
  }
  const [before, write] = parts;
  if (parts.length === 2 && typeof before === 'string' && typeof write === 'function') {
    return (digest) => before + write(digest) + rest;
  }
  return (digest) =>
    parts.map((piece) => (typeof piece === 'string' ? piece : piece(digest))).join('') + rest;
}

/** Writes the key of a blob in a store, or that key as the path below the store's URL. */
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
  return compile(template, (text) => text);
}

/**
 * The same key as a path of a URL. S3 reads a plus sign in a path as a space, though a path has none of that meaning, so
 * it is escaped: every server reads that as a plus sign.
 *
 * @throws RangeError as {@link compileKeyTemplate} does
 */
export function compileKeyPath(template: string): KeyTemplate {
  return compile(template, (text) => text.replaceAll('+', '%2B'));
}

function compile(template: string, write: (literal: string) => string): KeyTemplate {
  const quoted = JSON.stringify(template);
  const parts: (string | KeyTemplate)[] = [];
  let from = 0;
  let whole = false;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [text, placeholder = ''] = match;
    const writePart = part(placeholder);
    if (writePart === undefined) {
      throw new RangeError(
        `cannot read key template ${quoted}: ${text} is none of {digest}, {algorithm}, {hex}, {hex:2}`,
      );
    }
    whole ||= placeholder === 'digest' || placeholder === 'hex';
    parts.push(write(template.slice(from, match.index)), writePart);
    from = match.index + text.length;
  }
  if (!whole)
    throw new RangeError(`cannot read key template ${quoted}: it must have {digest} or {hex}`);
  const rest = write(template.slice(from));
  const literal = template.replace(PLACEHOLDER, 'x');
  if (
    !LITERAL.test(literal) ||
    literal.split('/').some((step) => step === '' || /^\.+$/.test(step))
  ) {
    throw new RangeError(
      `cannot read key template ${quoted}: expected a path of letters, digits and "._~+=@:-", without empty or dot segments`,
    );
  }
  const [before, only] = parts;
  if (parts.length === 2 && typeof before === 'string' && typeof only === 'function') {
    return (digest) => before + only(digest) + rest;
  }
  return (digest) =>
    parts.map((piece) => (typeof piece === 'string' ? piece : piece(digest))).join('') + rest;
}

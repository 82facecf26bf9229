/** Returns the key of a blob in a store, or that key as a path below the store's URL. */
export type KeyTemplate = (digest: string) => string;

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** Characters allowed around placeholders: a key becomes part of a `Location` without escaping. */
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
 * Compiles a key template such as `containers/images/{digest}`. Placeholders are `{digest}`, `{algorithm}`, `{hex}` and
 * `{hex:2}` (the first two hexadecimal digits).
 *
 * @throws RangeError if a placeholder is unknown, if the rest could leave the store's path or break a URL, or if both
 * `{digest}` and `{hex}` are missing, so that all blobs would share one key
 */
export function compileKeyTemplate(template: string): KeyTemplate {
  return compile(template, (text) => text);
}

/**
 * The same key as the path of a URL. It escapes a plus sign, which S3 reads as a space in paths, against the standard;
 * every server reads the escape as a plus sign.
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

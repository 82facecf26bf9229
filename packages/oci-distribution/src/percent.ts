function hexValue(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/**
 * Replacement of an escaped slash: a character that occurs in no name, tag, digest or endpoint, so that text with it is
 * refused instead of being split into two segments.
 */
const ESCAPED_SLASH = '\u0000';

/**
 * Decodes the percent-encoding of a path once, each escape to the character with that code (the API's grammar is ASCII,
 * so that other characters are refused later). An escaped slash does not become a slash.
 *
 * @returns `undefined` if a `%` is not followed by two hexadecimal digits (RFC 3986 §2.1)
 */
export function decodePath(path: string): string | undefined {
  let percent = path.indexOf('%');
  if (percent < 0) return path;
  let decoded = '';
  let from = 0;
  for (; percent >= 0; percent = path.indexOf('%', from)) {
    const high = hexValue(path.charCodeAt(percent + 1));
    const low = hexValue(path.charCodeAt(percent + 2));
    if (high < 0 || low < 0) return undefined;
    const code = high * 16 + low;
    decoded += path.slice(from, percent);
    decoded += code === 0x2f ? ESCAPED_SLASH : String.fromCharCode(code);
    from = percent + 3;
  }
  return decoded + path.slice(from);
}

const OUTSIDE_QUERY = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%]/g;

/**
 * A query string that is safe in a `Location`: every character that RFC 3986 §3.4 does not allow is escaped, so that it
 * can end neither the query nor the header. Characters above U+00FF cannot occur in a request line and are dropped.
 */
export function safeQuery(query: string): string {
  return query.replace(OUTSIDE_QUERY, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff ? '' : `%${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`;
  });
}

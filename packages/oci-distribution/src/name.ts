/** Maximum length of a repository name, in characters. */
export const NAME_MAX_LENGTH = 255;

const isLowerAlphanumeric = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x30 && code <= 0x39);

/**
 * Whether `text[start, end)` is a repository name: components of lower-case letters and digits, separated inside by one
 * `.`, one or two `_`, or any number of `-`, and from each other by `/`; at most 255 characters.
 *
 * OCI distribution-spec 1.1, "Pulling manifests": `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/…)*`.
 */
export function isName(text: string, start = 0, end: number = text.length): boolean {
  if (end <= start || end - start > NAME_MAX_LENGTH) return false;
  let at = start;
  for (;;) {
    const from = at;
    while (at < end && isLowerAlphanumeric(text.charCodeAt(at))) at++;
    if (at === from) return false;
    if (at === end) return true;
    const separator = text.charCodeAt(at++);
    switch (separator) {
      case 0x2f: // "/"
      case 0x2e: // "."
        break;
      case 0x5f: // "_"
        if (text.charCodeAt(at) === 0x5f) at++;
        break;
      case 0x2d: // "-"
        while (text.charCodeAt(at) === 0x2d) at++;
        break;
      default:
        return false;
    }
  }
}

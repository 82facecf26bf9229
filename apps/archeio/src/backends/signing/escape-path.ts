/** Characters that S3 escapes and encodeURIComponent does not. */
const LEFT = /[!'()*]/g;

const escaped = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** A segment without its escapes; a malformed escape is taken literally. */
function unescaped(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * Escapes a path as S3 does before it checks a signature: every byte but letters, digits and `-._~`, once. That includes
 * the colon of a digest.
 *
 * @param path of a URL: bytes that are already escaped stay escaped once
 */
export function escapePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(unescaped(segment)).replaceAll(LEFT, escaped))
    .join('/');
}

/** What encodeURIComponent leaves alone and S3 escapes. */
const LEFT = /[!'()*]/g;

const escaped = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** A segment's bytes as they are meant; an escape that is none is meant as it stands. */
function unescaped(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * Writes a path as S3 does before it checks a signature: every byte but letters, digits and `-._~` escaped, once. The
 * colon of a digest is among them.
 *
 * @param path of a URL: what is escaped in it already stays escaped once
 */
export function escapePath(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(unescaped(segment)).replaceAll(LEFT, escaped))
    .join('/');
}

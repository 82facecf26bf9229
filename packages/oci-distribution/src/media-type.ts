/**
 * A media type for comparison: without parameters such as `charset=utf-8` and without white space, in lower case.
 *
 * RFC 9110 §8.3.1; OCI image-spec 1.1, descriptor.md, `mediaType` (RFC 6838 §4.2).
 */
export function plainMediaType(text: string): string {
  const [essence = ''] = text.split(';', 1);
  return essence.trim().toLowerCase();
}

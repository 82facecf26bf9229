/** A URL, or what was meant to be one, for a message: its query may be a signature or another secret. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

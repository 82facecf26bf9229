/** A URL, possibly invalid, for a message: its query may contain a signature or another secret. */
export function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

/** What makes a signed URL a key: its signature, and the session that it is made in. */
const SECRET = /([?&]X-Amz-(?:Signature|Security-Token)=)[^&#]*/gi;

/** A URL for a log: it shows where it leads, but grants no access. */
export function withoutSignature(url: string): string {
  return url.replaceAll(SECRET, '$1REDACTED');
}

/** What an adapter needs of a request's header section. */
export interface HeaderLines {
  /** All lines of the wanted header, joined with commas in their order (RFC 9110 §5.2); undefined without one. */
  readonly wanted: string | undefined;
  /** Whether the request announces a body. */
  readonly hasBody: boolean;
  /** What the last line says that says which host is meant; undefined without one. */
  readonly host: string | undefined;
  /** How many lines say which host is meant; one is right (RFC 9112 §3.2). */
  readonly hosts: number;
}

/** Whether a header's name, which is ASCII, is this one; compares without making a string (RFC 9110 §5.1). */
function isNamed(name: string, lowerName: string): boolean {
  if (name.length !== lowerName.length) return false;
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const lower = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
    if (lower !== lowerName.charCodeAt(at)) return false;
  }
  return true;
}

/**
 * Reads the raw header lines `[name, value, name, value, …]`.
 *
 * @param wantedName in lower case; undefined where no header is wanted
 */
export function readHeaderLines(
  raw: readonly string[],
  wantedName: string | undefined,
): HeaderLines {
  let wanted: string | undefined;
  let hasBody = false;
  let host: string | undefined;
  let hosts = 0;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at];
    if (wantedName !== undefined && isNamed(name, wantedName)) {
      wanted = wanted === undefined ? raw[at + 1] : `${wanted}, ${raw[at + 1]}`;
    } else if (isNamed(name, 'host')) {
      host = raw[at + 1];
      hosts++;
    } else if (isNamed(name, 'content-length')) {
      hasBody ||= raw[at + 1] !== '0';
    } else if (isNamed(name, 'transfer-encoding')) {
      hasBody = true;
    }
  }
  return { wanted, hasBody, host, hosts };
}

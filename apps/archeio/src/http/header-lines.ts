/** The parts of a request's header section that an adapter needs. */
export interface HeaderLines {
  /** All lines of the wanted header, joined with commas in their order (RFC 9110 §5.2); undefined without one. */
  readonly wanted: string | undefined;
  /**
   * Whether something other than the next request may follow the header section: a body, which is not read, or
   * another protocol, for which Node discards whatever has arrived with the request (RFC 9110 §7.8).
   */
  readonly isLast: boolean;
  /** Whether there is X-Forwarded-For or Forwarded, even if no such header is wanted. */
  readonly forwarded: boolean;
  /** Value of the last Host line; undefined if absent. */
  readonly host: string | undefined;
  /** Number of Host lines; must be one (RFC 9112 §3.2). */
  readonly hosts: number;
}

/** Whether a header name equals this ASCII name, ignoring case; creates no string (RFC 9110 §5.1). */
function isNamed(name: string, lowerName: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const lower = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
    if (lower !== lowerName.charCodeAt(at)) return false;
  }
  return true;
}

/** All lines of a header that few configurations read, joined with commas; undefined without one. */
export function readHeader(raw: readonly string[], lowerName: string): string | undefined {
  let value: string | undefined;
  for (let at = 0; at + 1 < raw.length; at += 2)
    if (raw[at].length === lowerName.length && isNamed(raw[at], lowerName))
      value = value === undefined ? raw[at + 1] : `${value}, ${raw[at + 1]}`;
  return value;
}

/**
 * Reads the raw header lines `[name, value, name, value, …]`.
 *
 * @param wantedName in lower case; undefined if no header is wanted
 */
export function readHeaderLines(
  raw: readonly string[],
  wantedName: string | undefined,
): HeaderLines {
  let wanted: string | undefined;
  let isLast = false;
  let forwarded = false;
  let host: string | undefined;
  let hosts = 0;
  const wantedLength = wantedName === undefined ? -1 : wantedName.length;
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at];
    if (name.length === wantedLength && wantedName !== undefined && isNamed(name, wantedName))
      wanted = wanted === undefined ? raw[at + 1] : `${wanted}, ${raw[at + 1]}`;
    switch (name.length) {
      case 4:
        if (isNamed(name, 'host')) {
          host = raw[at + 1];
          hosts++;
        }
        break;
      case 7:
        isLast ||= isNamed(name, 'upgrade');
        break;
      case 9:
        forwarded ||= isNamed(name, 'forwarded');
        break;
      case 14:
        isLast ||= raw[at + 1] !== '0' && isNamed(name, 'content-length');
        break;
      case 15:
        forwarded ||= isNamed(name, 'x-forwarded-for');
        break;
      case 17:
        isLast ||= isNamed(name, 'transfer-encoding');
        break;
    }
  }
  return { wanted, isLast, forwarded, host, hosts };
}

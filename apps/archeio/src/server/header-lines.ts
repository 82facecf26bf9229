/** What an adapter needs of a request's header section. */
export interface HeaderLines {
  /** All lines of the wanted header, joined with commas in their order (RFC 9110 §5.2); undefined without one. */
  readonly wanted: string | undefined;
  /** Whether the request announces a body. */
  readonly hasBody: boolean;
}

function isNamed(line: string, lowerName: string): boolean {
  return (
    line.length === lowerName.length && (line === lowerName || line.toLowerCase() === lowerName)
  );
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
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at];
    if (wantedName !== undefined && isNamed(name, wantedName)) {
      wanted = wanted === undefined ? raw[at + 1] : `${wanted}, ${raw[at + 1]}`;
    } else if (isNamed(name, 'content-length')) {
      hasBody ||= raw[at + 1] !== '0';
    } else if (isNamed(name, 'transfer-encoding')) {
      hasBody = true;
    }
  }
  return { wanted, hasBody };
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?';
const PATTERN = new RegExp(
  `^(?:\\*|(?:\\*\\.)?${LABEL}(?:\\.${LABEL})*|\\[[0-9a-f:.]+\\])(?::\\d{1,5})?$`,
);

/**
 * Reads which hosts are meant: `*` for all, `*.example.com` for all below a name, or one host; each may have a port,
 * without which any port is meant.
 *
 * @returns the pattern in lower case
 * @throws RangeError that says what is expected
 */
export function parseHostPattern(text: string): string {
  const pattern = text.toLowerCase();
  if (!PATTERN.test(pattern))
    throw new RangeError(
      `cannot read host ${JSON.stringify(text)}: expected "*", "*.example.com" or "registry.example.com", with a port or without`,
    );
  return pattern;
}

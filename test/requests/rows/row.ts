/** A request, and the answer that every server of ours gives to it. */
export interface Row {
  readonly name: string;
  /** GET without it. */
  readonly method?: string;
  readonly target: string;
  /** Header lines beside `Host`, as they are sent. */
  readonly headers?: readonly string[];
  /** HTTP/1.1 without it. */
  readonly version?: string;
  /** `registry.example` without it. */
  readonly host?: string;
  /** The Host line is left out. */
  readonly noHost?: boolean;
  readonly status: number;
  readonly location?: string;
  /** The OCI error code of the body. */
  readonly code?: string;
  /** Response headers that must be there. */
  readonly answered?: Readonly<Record<string, string>>;
  /** Where the Go program that this one replaces answers otherwise: what it does, and why we do not. */
  readonly original?: string;
}

export const HEX = '0123456789abcdef'.repeat(4);
export const SHA256 = `sha256:${HEX}`;
export const UPSTREAM = 'https://upstream.example/v2/proj/images';
export const SIGNATURES = 'https://signatures.example/v2/proj/images';
export const PARIS = `https://paris.example/containers/images/${SHA256}`;
export const CDN = `https://cdn.example/containers/images/${SHA256}`;

/** What every redirect carries. */
export const REDIRECT = { 'cache-control': 'private, no-store', 'content-length': '0' };

/** A row that is answered with a redirect. */
export const redirects = (
  name: string,
  target: string,
  location: string,
  original?: string,
): Row => ({
  name,
  target,
  status: 307,
  location,
  answered: REDIRECT,
  ...(original !== undefined && { original }),
});

/** A row that is answered with an OCI error. */
export const refused = (
  name: string,
  target: string,
  status: number,
  code: string,
  original?: string,
): Row => ({
  name,
  target,
  status,
  code,
  answered: { 'content-type': 'application/json' },
  ...(original !== undefined && { original }),
});

/** What the original does with most of what is outside the grammar. */
export const ORIGINAL_PASSES_ON =
  'redirects it to the upstream unread, which answers 404 after another round trip';

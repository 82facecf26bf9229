/** A request, and the answer expected from every server. */
export interface Row {
  readonly name: string;
  /** Default: GET. */
  readonly method?: string;
  readonly target: string;
  /** Header lines other than `Host`, as sent. */
  readonly headers?: readonly string[];
  /** Default: HTTP/1.1. */
  readonly version?: string;
  /** Default: `registry.example`. */
  readonly host?: string;
  /** Leaves out the Host line. */
  readonly noHost?: boolean;
  readonly status: number;
  readonly location?: string;
  /** The OCI error code of the body. */
  readonly code?: string;
  /** Expected response headers. */
  readonly answered?: Readonly<Record<string, string>>;
  /** If the Go program that Archeio replaces answers differently: its answer, and why ours differs. */
  readonly original?: string;
}

export const HEX = '0123456789abcdef'.repeat(4);
export const SHA256 = `sha256:${HEX}`;
export const UPSTREAM = 'https://upstream.example/v2/proj/images';
export const SIGNATURES = 'https://signatures.example/v2/proj/images';
export const PARIS = `https://paris.example/containers/images/${SHA256}`;
export const CDN = `https://cdn.example/containers/images/${SHA256}`;

/** Headers of every redirect. */
export const REDIRECT = { 'cache-control': 'private, no-store', 'content-length': '0' };

/** A row whose answer is a redirect. */
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

/** A row whose answer is an OCI error. */
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

/** The original's answer to most requests outside the grammar. */
export const ORIGINAL_PASSES_ON =
  'redirects it to the upstream unread, which answers 404 after another round trip';

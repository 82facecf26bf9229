/** What happens to a request on a platform that reads it itself. */
export interface PlatformAnswer {
  readonly status: number;
  readonly location?: string;
  /** Whether the platform itself answers, in its own words. */
  readonly by: 'platform' | 'handler';
  readonly why: string;
}

const UNKNOWN_METHOD: PlatformAnswer = {
  status: 501,
  by: 'platform',
  why: 'its parser knows a fixed list of methods',
};
const NO_HOST: PlatformAnswer = {
  status: 400,
  by: 'platform',
  why: 'it needs a Host to make a URL of the request, in HTTP/1.0 too',
};
const BAD_URL: PlatformAnswer = {
  status: 400,
  by: 'platform',
  why: 'its parser refuses these characters in a target',
};
const OWN_LIMITS: PlatformAnswer = {
  status: 200,
  by: 'handler',
  why: 'it has limits of its own for header lines, which are higher',
};

/**
 * The rows that workerd, the runtime of Cloudflare Workers, answers itself or shows the code in another form
 * (docs/guides/edge.md). Every other row has the same answer as on Bun and Node.
 */
export const WORKERD_ANSWERS: Readonly<Record<string, PlatformAnswer>> = {
  'R1 M-SEARCH is refused': UNKNOWN_METHOD,
  'an unknown method': UNKNOWN_METHOD,
  'a method in lower case': UNKNOWN_METHOD,
  CONNECT: { status: 500, by: 'platform', why: 'a Worker without a handler for it cannot get it' },
  'OPTIONS of everything': {
    status: 200,
    by: 'handler',
    why: '* becomes the path /, and OPTIONS / is a health check (R7)',
  },
  'R7 OPTIONS /': NO_HOST,
  'HTTP/1.0 without Host': NO_HOST,
  'HTTP/1.1 without Host': NO_HOST,
  'R6 no host in HTTP/1.0': NO_HOST,
  'R9 characters that are illegal in a query are escaped': BAD_URL,
  'a control character in the target': BAD_URL,
  'bytes above ASCII in the target': {
    status: 400,
    by: 'handler',
    why: 'the code sees them as escapes, and refuses the name',
  },
  'a NUL in a header': { status: 400, by: 'platform', why: 'its parser refuses it' },
  'HTTP/3.0 in text': { status: 400, by: 'platform', why: 'its parser refuses the version' },
  'a target over 16 KiB': { status: 414, by: 'handler', why: 'its own limit is higher' },
  'a hundred and one header lines': OWN_LIMITS,
  'a header section over 16 KiB': OWN_LIMITS,
  'both lengths of a body': { status: 200, by: 'handler', why: 'it decides how to read a body' },
  'a target in absolute-form with user information': {
    status: 200,
    by: 'handler',
    why: 'the code does not see an authority: Host counts',
  },
  'the authority of an absolute-form target replaces the Host line': {
    status: 404,
    by: 'handler',
    why: 'the code does not see an authority: Host counts',
  },
  'an empty port in an absolute-form target counts as none': {
    status: 404,
    by: 'handler',
    why: 'the code does not see an authority: Host counts',
  },
  'R6 an authority that no registry serves': {
    status: 307,
    location: 'https://docker.example/v2/library/a/manifests/1',
    by: 'handler',
    why: 'the code does not see an authority: Host counts',
  },
};

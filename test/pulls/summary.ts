import type { Passed } from '../parts/balancer.ts';

/** What a client sent to Archeio for one image, in readable form. */
export interface Sent {
  /** Each kind of request by its method and content, with its number. */
  readonly requests: readonly string[];
  /** What else can matter to a redirector: a range, a query, credentials. */
  readonly more: readonly string[];
}

function kindOf({ method, target }: Passed): string {
  const [path] = target.split('?');
  if (path === '/v2/') return `${method} /v2/`;
  const [what, reference] = path.split('/').slice(-2);
  return `${method} ${what}/${reference.startsWith('sha256:') ? 'DIGEST' : 'TAG'}`;
}

function moreOf({ target, headers }: Passed): string[] {
  const query = target.split('?')[1];
  return [
    ...(query === undefined ? [] : [`?${query}`]),
    ...(headers.range === undefined ? [] : ['Range']),
    ...(headers.authorization === undefined ? [] : ['Authorization']),
  ];
}

/** Larger numbers of pings vary between runs. */
const COUNTED_PINGS = 2;

/** Counts and sorts the requests. */
export function summarize(passed: readonly Passed[]): Sent {
  const counts = new Map<string, number>();
  for (const kind of passed.map(kindOf).toSorted()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const requests = [...counts].map(([kind, count]) =>
    kind.endsWith('/v2/') && count > COUNTED_PINGS ? `many ${kind}` : `${count} ${kind}`,
  );
  return { requests, more: [...new Set(passed.flatMap(moreOf))].toSorted() };
}

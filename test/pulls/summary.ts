import type { Passed } from '../parts/balancer.ts';

/** What a client sent to archeio for one image, as people read it. */
export interface Sent {
  /** Each kind of request by its method and what it asked for, and how often it came. */
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

/** More pings than that differ from run to run. */
const COUNTED_PINGS = 2;

/** Counts and sorts what passed. */
export function summarize(passed: readonly Passed[]): Sent {
  const counts = new Map<string, number>();
  for (const kind of passed.map(kindOf).toSorted()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const requests = [...counts].map(([kind, count]) =>
    kind.endsWith('/v2/') && count > COUNTED_PINGS ? `many ${kind}` : `${count} ${kind}`,
  );
  return { requests, more: [...new Set(passed.flatMap(moreOf))].toSorted() };
}

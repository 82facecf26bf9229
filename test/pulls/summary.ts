import type { Passed } from '../parts/balancer.ts';

/** What a client sent to archeio for one image, as people read it. */
export interface Sent {
  /** How often each kind of request came, by its method and what it asked for. */
  readonly requests: Readonly<Record<string, number>>;
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

/** Counts and sorts what passed. */
export function summarize(passed: readonly Passed[]): Sent {
  const requests: Record<string, number> = {};
  for (const kind of passed.map(kindOf).toSorted()) requests[kind] = (requests[kind] ?? 0) + 1;
  return { requests, more: [...new Set(passed.flatMap(moreOf))].toSorted() };
}

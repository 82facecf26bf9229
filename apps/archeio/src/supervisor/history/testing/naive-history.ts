import type { RingHistory, NamedBackend } from '../history-ring.ts';

/** One counted event. */
export interface Happened {
  readonly cloud: string;
  readonly region: string;
  readonly backend: string;
  readonly kind: 'blob' | 'manifest';
  readonly status: number;
  readonly bytes: number;
  readonly usd: number;
  readonly upstreamUsd: number;
  readonly unknownSizes: number;
}

/** A step of ten seconds, with everything that happened in it; undefined if it is not known. */
export interface NaiveStep {
  readonly endMs: number;
  readonly happened: readonly Happened[] | undefined;
}

/** The slow and obvious twin of the ring: looks at every event of every step for each value. */
export function naiveHistory(
  all: readonly NaiveStep[],
  { stepMs, steps }: { readonly stepMs: number; readonly steps: number },
  backends: readonly NamedBackend[],
): Omit<RingHistory, 'decisionSeconds' | 'checks'> {
  const last = all.at(-1)!.endMs;
  const untilMs = Math.floor(last / stepMs) * stepMs;
  const first = Math.floor((all[0].endMs - 1) / stepMs) * stepMs;
  const ends: number[] = [];
  for (let end = untilMs; end > first && ends.length < steps; end -= stepMs) ends.unshift(end);
  const of = (end: number): Happened[] | null => {
    const known = all.filter(
      ({ endMs, happened }) => endMs > end - stepMs && endMs <= end && happened !== undefined,
    );
    return known.length === 0 ? null : known.flatMap(({ happened }) => happened ?? []);
  };
  const values = (add: (each: Happened) => number) =>
    ends.map((end) => of(end)?.reduce((total, each) => total + add(each), 0) ?? null);
  const kindOf = (name: string) => backends.find((each) => each.name === name)?.kind;
  const everything = ends.flatMap((end) => of(end) ?? []);
  const flows = new Map<string, { requests: number; blobs: number; bytes: number } & Place>();
  for (const { cloud, region, backend, kind, bytes } of everything) {
    const key = `${cloud} ${region} ${backend}`;
    const flow = flows.get(key) ?? { cloud, region, backend, requests: 0, blobs: 0, bytes: 0 };
    flows.set(key, {
      ...flow,
      requests: flow.requests + 1,
      blobs: flow.blobs + (kind === 'blob' ? 1 : 0),
      bytes: flow.bytes + bytes,
    });
  }
  return {
    stepMs,
    untilMs,
    steps: ends.length,
    requests: values(() => 1),
    errors: values(({ status }) => (status >= 500 && status !== 503 ? 1 : 0)),
    blobs: {
      stores: values((each) => Number(each.kind === 'blob' && kindOf(each.backend) === 'store')),
      upstreams: values((each) =>
        Number(each.kind === 'blob' && kindOf(each.backend) === 'upstream'),
      ),
    },
    backends: backends.map(({ name, kind, isCompared }) => {
      const own = (add: (each: Happened) => number) =>
        everything.some(({ backend }) => backend === name)
          ? values((each) => (each.backend === name ? add(each) : 0))
          : [];
      return {
        name,
        kind,
        decisions: own(() => 1),
        bytes: own(({ bytes }) => bytes),
        usd: own(({ usd }) => usd),
        upstreamUsd: isCompared ? own(({ upstreamUsd }) => upstreamUsd) : null,
        unknownSizes: own(({ unknownSizes }) => unknownSizes),
      };
    }),
    flows: [...flows.values()],
  };
}

interface Place {
  readonly cloud: string;
  readonly region: string;
  readonly backend: string;
}

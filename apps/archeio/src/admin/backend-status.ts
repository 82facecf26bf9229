import type { BackendDescription } from '@archeio/backend-health';
import type { Backend } from '@archeio/redirect';

/** A store or an upstream, and what is thought of it; moments are ISO 8601. */
export interface BackendStatus
  extends
    Pick<Backend, 'name' | 'kind' | 'url'>,
    Omit<BackendDescription, 'since' | 'lastProbe' | 'lastPass' | 'history'> {
  /** Since when it is up, or is not; null where that is so since the start. */
  readonly since: string | null;
  readonly lastProbe: { readonly at: string; readonly outcome: 'pass' | 'fail' } | null;
  readonly lastPass: string | null;
  /** The last times that it went up or down, oldest first. */
  readonly history: readonly {
    readonly at: string;
    readonly state: 'up' | 'down';
    readonly why: BackendDescription['why'];
  }[];
  /** Of a store, by what came of them; since the start, over all processes. */
  readonly presenceChecks: Readonly<Record<string, number>>;
}

/** A backend, as the policy and the owner of its health know it. */
export interface DescribedBackend {
  readonly backend: Pick<Backend, 'name' | 'kind' | 'url'>;
  readonly health: BackendDescription;
}

/** @param iso the text of a moment of the clock by which health is kept */
export function backendStatusOf(
  { backend: { name, kind, url }, health }: DescribedBackend,
  presenceChecks: Readonly<Record<string, number>>,
  iso: (moment: number) => string,
): BackendStatus {
  const { since, lastProbe, lastPass, history, ...rest } = health;
  return {
    name,
    kind,
    url,
    ...rest,
    since: since === null ? null : iso(since),
    lastProbe: lastProbe && { ...lastProbe, at: iso(lastProbe.at) },
    lastPass: lastPass === null ? null : iso(lastPass),
    history: history.map((each) => ({ ...each, at: iso(each.at) })),
    presenceChecks,
  };
}

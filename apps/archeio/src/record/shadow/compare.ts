import {
  type Backend,
  type Decision,
  type Policy,
  type Store,
  storeLocation,
} from '@archeio/redirect';
import {
  type BackendPrefixes,
  isSameUrl,
  type SpelledUrl,
  spelledUrl,
} from './backend-prefixes.ts';

/** The answer of this server, and what it depends on. */
export interface OwnAnswer {
  /** Its Location may have a signature. */
  readonly decision: Decision;
  /** Digest of a blob; undefined for other content. */
  readonly digest: string | undefined;
  /** The client's place, an index into the policy's places; −1 if its network is unknown or does not matter. */
  readonly place: number;
  /** Host of the request. */
  readonly host: string;
}

/** The answer of the reference. */
export interface ReferenceAnswer {
  readonly status: number;
  readonly location: string | undefined;
  /** Value of Archeio-Decision; undefined without one. */
  readonly decision: string | undefined;
}

/** Results of a comparison, from the first to the last that is looked for; `same` if there is no difference. */
export type Agreement = 'same' | 'status' | 'unknown-backend' | 'backend' | 'key' | 'rule';

export interface Comparison {
  readonly agreement: Agreement;
  /** The reference's rule, if it says so. */
  readonly rule: string | undefined;
  /** The backend that the reference redirects to, or the host if it is in no backend; undefined without a redirect. */
  readonly target: string | undefined;
}

/** The configuration that answers are compared under. */
export interface ComparedPolicy {
  readonly policy: Pick<Policy, 'storesFor' | 'infoPage' | 'privacyPage'>;
  readonly prefixes: BackendPrefixes;
}

const RULE = /^rule=(R\d{1,2}a?)(?:[,;]|$)/;

/** Whether two stores share the blobs of the clients in a place by their weights. */
function areEquals(one: Store, other: Store, place: number, policy: ComparedPolicy['policy']) {
  if (one.weight > 0 !== other.weight > 0) return false;
  return policy
    .storesFor(place)
    .near.some(({ stores }) => stores.includes(one) && stores.includes(other));
}

/** Whether a URL is a page of the configuration. */
function isPage(
  url: SpelledUrl,
  host: string,
  { infoPage, privacyPage }: ComparedPolicy['policy'],
) {
  return [infoPage, privacyPage].some(({ location = '' }) => {
    const page = spelledUrl(location, host);
    return page !== undefined && isSameUrl(page, url);
  });
}

/** Compares the targets of two redirects. */
function compareTargets(
  { decision: { backend }, digest, place, host }: OwnAnswer,
  own: SpelledUrl | undefined,
  reference: SpelledUrl,
  found: readonly Backend[],
  policy: ComparedPolicy['policy'],
): Agreement {
  if (own !== undefined && isSameUrl(own, reference)) return 'same';
  if (found.length === 0) return isPage(reference, host, policy) ? 'backend' : 'unknown-backend';
  if (backend === undefined) return 'backend';
  if (found.includes(backend)) return 'key';
  if (backend.kind !== 'store' || digest === undefined) return 'backend';
  let agreement: Agreement = 'backend';
  for (const other of found) {
    if (other.kind !== 'store' || !areEquals(backend, other, place, policy)) continue;
    const location = spelledUrl(storeLocation(other, digest), host);
    if (location !== undefined && isSameUrl(location, reference)) return 'same';
    agreement = 'key';
  }
  return agreement;
}

/** Compares the reference's answer with our own. Never throws, whatever the reference has sent. */
export function compareAnswers(
  own: OwnAnswer,
  { status, location, decision: field }: ReferenceAnswer,
  { policy, prefixes }: ComparedPolicy,
): Comparison {
  const { decision, host } = own;
  const rule = field === undefined ? undefined : RULE.exec(field)?.[1];
  const redirects = status >= 300 && status < 400 && location !== undefined;
  const url = redirects ? spelledUrl(location, host) : undefined;
  const found = url === undefined ? [] : prefixes.find(url);
  const target = url && (found[0]?.name ?? url.host);
  const isSameClass = Math.floor(status / 100) === Math.floor(decision.status / 100);
  if (!isSameClass || redirects !== (decision.location !== undefined))
    return { agreement: 'status', rule, target };
  let agreement: Agreement = 'same';
  if (url !== undefined && decision.location !== undefined)
    agreement = compareTargets(own, spelledUrl(decision.location, host), url, found, policy);
  else if (redirects) agreement = 'unknown-backend';
  if (agreement === 'same' && rule !== undefined && rule !== decision.rule) agreement = 'rule';
  return { agreement, rule, target };
}

import {
  compileRanges,
  coverageChange,
  refusalOfList,
  type CloudSource,
  type CoverageChange,
  type Provider,
} from '@archeio/clouds';
import { failureReason } from '@archeio/plain-errors';
import { fetchList } from './fetch-list.ts';
import type { Patience } from './fetch-text.ts';
import type { KnownRanges } from './known-ranges.ts';
import type { StoredList } from './stored-list.ts';

/** The result of refreshing one provider's list. */
export interface RefreshOutcome {
  readonly cloud: string;
  /**
   * `unchanged`: the current list is the provider's. `older`: the fetched list is older than the current one.
   * `refused`: the list is implausible. `failed`: the list is missing or malformed.
   */
  readonly result: 'changed' | 'unchanged' | 'older' | 'refused' | 'failed';
  /** Why it was refused or failed; null otherwise. */
  readonly error: string | null;
  /** Number of prefixes before and after; equal unless the list changed. */
  readonly before: number;
  readonly after: number;
  /** Null unless it changed. */
  readonly ipv4: CoverageChange | null;
  readonly ipv6: CoverageChange | null;
}

export interface RefreshRules {
  readonly patience: Patience;
  /** A list that lacks more than this share of the known addresses is refused, 0 to 1. */
  readonly atMostLost: number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

function messageOf(error: unknown): string {
  // A SyntaxError is our own, about the list.
  return error instanceof SyntaxError ? error.message : failureReason(error);
}

/** Number of distinct prefixes. */
function countOf(source: CloudSource | undefined): number {
  const texts = source?.prefixes.map(([{ addr, bits }]) =>
    [addr.family, addr.w0, addr.w1, addr.w2, addr.w3, bits].join(),
  );
  return new Set(texts).size;
}

/** Whether two lists agree on every address and on their date: not every provider answers 304. */
function isSameList(one: CloudSource, other: CloudSource): boolean {
  return Buffer.from(compileRanges([one])).equals(compileRanges([other]));
}

/** Fetches a provider's list and uses it if it is plausible. Never throws. @returns also the list, if it is to be stored */
export async function refreshList(
  provider: Provider,
  known: KnownRanges,
  { patience, atMostLost, wallClock }: RefreshRules,
): Promise<{ readonly outcome: RefreshOutcome; readonly list?: StoredList }> {
  const { cloud } = provider;
  const old = known.listOf(cloud);
  const count = countOf(old);
  const end = (result: RefreshOutcome['result'], error: string | null, list?: StoredList) => {
    // A cancelled attempt says nothing about the provider.
    if (patience.signal?.aborted !== true)
      known.attempted(cloud, new Date(wallClock()).toISOString(), error);
    const outcome = { cloud, result, error, before: count, after: count, ipv4: null, ipv6: null };
    return list === undefined ? { outcome } : { outcome, list };
  };
  try {
    const stored = known.storedOf(cloud);
    const fetched = await fetchList(provider, stored?.validators ?? {}, patience);
    const now = new Date(wallClock()).toISOString();
    if (fetched === undefined) {
      if (stored === undefined) return end('unchanged', null);
      const list = { ...stored, checkedAt: now };
      known.take(list, 'refresh');
      return end('unchanged', null, list);
    }
    const { source, validators } = fetched;
    if (old !== undefined && isSameList(old, source)) {
      const list = { source, validators, fetchedAt: stored?.fetchedAt ?? now, checkedAt: now };
      known.take(list, 'refresh');
      return end('unchanged', null, list);
    }
    const before = old?.prefixes.map(([prefix]) => prefix) ?? [];
    const refusal = refusalOfList(before, source, atMostLost);
    if (refusal !== undefined) return end('refused', refusal);
    const list = { source, validators, fetchedAt: now, checkedAt: now };
    if (!known.take(list, 'refresh')) return end('older', null);
    const after = source.prefixes.map(([prefix]) => prefix);
    const { outcome } = end('changed', null);
    const change = {
      after: countOf(source),
      ipv4: coverageChange(before, after, 4),
      ipv6: coverageChange(before, after, 6),
    };
    known.changed(cloud, { at: now, before: count, ...change });
    return { outcome: { ...outcome, ...change }, list };
  } catch (error) {
    return end('failed', messageOf(error));
  }
}

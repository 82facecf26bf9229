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
import type { Patience } from './fetch-patiently.ts';
import type { KnownRanges } from './known-ranges.ts';
import type { StoredList } from './stored-list.ts';

/** What became of asking one provider. */
export interface RefreshOutcome {
  readonly cloud: string;
  /**
   * `unchanged`: the provider says that we have its list. `older`: what we have is newer than what it
   * answered. `refused`: the list is not one to trust. `failed`: there was no list, or a malformed one.
   */
  readonly result: 'changed' | 'unchanged' | 'older' | 'refused' | 'failed';
  /** Why, where it was refused or failed. */
  readonly error: string | null;
  /** Prefixes listed before and now; both the same unless it changed. */
  readonly before: number;
  readonly after: number;
  /** Null unless it changed. */
  readonly ipv4: CoverageChange | null;
  readonly ipv6: CoverageChange | null;
}

export interface RefreshRules {
  readonly patience: Patience;
  /** A list that lacks more than this share of the addresses known is refused, 0 to 1. */
  readonly atMostLost: number;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
}

function messageOf(error: unknown): string {
  // What a list's reader says is about the list, in words of our own.
  return error instanceof SyntaxError ? error.message : failureReason(error);
}

/** Different prefixes. */
function countOf(source: CloudSource | undefined): number {
  const texts = source?.prefixes.map(([{ addr, bits }]) =>
    [addr.family, addr.w0, addr.w1, addr.w2, addr.w3, bits].join(),
  );
  return new Set(texts).size;
}

/** Whether both say the same of every address, and have the same date: not every provider answers 304. */
function isSameList(one: CloudSource, other: CloudSource): boolean {
  return Buffer.from(compileRanges([one])).equals(compileRanges([other]));
}

/**
 * Asks one provider for its list and, where it is one to use, takes it. Never throws.
 *
 * @returns what happened, and the list where there is something to be kept
 */
export async function refreshList(
  provider: Provider,
  known: KnownRanges,
  { patience, atMostLost, wallClock }: RefreshRules,
): Promise<{ readonly outcome: RefreshOutcome; readonly list?: StoredList }> {
  const { cloud } = provider;
  const old = known.listOf(cloud);
  const count = countOf(old);
  const end = (result: RefreshOutcome['result'], error: string | null, list?: StoredList) => {
    // What was cancelled says nothing of the provider.
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
    return {
      outcome: {
        ...outcome,
        after: countOf(source),
        ipv4: coverageChange(before, after, 4),
        ipv6: coverageChange(before, after, 6),
      },
      list,
    };
  } catch (error) {
    return end('failed', messageOf(error));
  }
}

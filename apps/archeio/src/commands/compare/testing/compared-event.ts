import assert from 'node:assert/strict';
import { type ConfigurationSource, parseConfiguration } from '@archeio/configuration';
import { shippedRanges } from '../../../configuration/shipped.ts';
import type { ConsideredBackend, DecisionEvent } from '../../../ipc/decision-event.ts';
import type { Comparison } from '../comparison.ts';
import { EventComparison } from '../event-comparison.ts';
import { readRecorded } from '../read-recorded.ts';

const RANGES = shippedRanges();
const DIGEST = `sha256:${'ab'.repeat(32)}`;

/** What a configuration has that the default of these tests does not. */
export type Change = Partial<ConfigurationSource>;
type Store = NonNullable<ConfigurationSource['stores']>[number];

/** A store for clients in Paris, unless changed. */
export const store = (name: string, change: Partial<Store> = {}): Store => ({
  name,
  url: `https://${name}.example`,
  key: '{digest}',
  near: [{ cloud: 'AWS', regions: ['eu-west-3'] }],
  ...change,
});
export const registry = (change: object = {}) => ({
  name: 'main',
  upstreams: [{ name: 'upstream', url: 'https://upstream.example' }],
  ...change,
});
const source = (change: Change = {}): ConfigurationSource => ({
  version: 1,
  clientAddress: { topology: 'remote' },
  pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
  registries: [registry()],
  stores: [store('paris')],
  ...change,
});

export const seen = (...all: readonly (readonly [string, ConsideredBackend['presence']])[]) =>
  all.map(([backend, presence]) => ({ backend, presence }));

const BLOB: Partial<DecisionEvent> = {
  rule: 'R11',
  kind: 'blob',
  name: 'app',
  reference: DIGEST,
  considered: seen(['paris', 'present']),
  backend: 'paris',
  cloud: 'AWS',
  region: 'eu-west-3',
};

/** Compares one event, or the summary of it. */
export function compare(
  old: Change,
  next: Change,
  change: object = {},
  isSummary = false,
): Comparison {
  const side = (of: Change) => ({ configuration: parseConfiguration(source(of)), ranges: RANGES });
  const comparison = new EventComparison(side(old), side(next));
  const recorded = readRecorded(
    JSON.stringify({
      event: isSummary ? 'decision-summary' : 'decision',
      schema: 1,
      time: '2026-01-01T00:00:00.000Z',
      host: 'registry.example',
      method: 'GET',
      status: 307,
      bytes: 1024,
      rangeOffset: 0,
      weight: 1,
      requests: 1,
      unknownSizes: 0,
      ...BLOB,
      ...change,
    }),
    false,
  );
  assert.ok(typeof recorded === 'object', JSON.stringify(recorded));
  comparison.add(recorded);
  return comparison.result({ events: 1, summaries: 0, skipped: 0, bad: 0 });
}

/** `unchanged`, the way of what goes elsewhere, or why it is not known. */
export function outcome({ unchanged, moves, notKnown }: Comparison): string {
  if (unchanged.requests > 0) return 'unchanged';
  const [move] = moves;
  if (move !== undefined) return `${move.from} -> ${move.to}`;
  const causes = Object.entries(notKnown.by).filter(([, { requests }]) => requests > 0);
  return causes.map(([cause]) => cause).join();
}

export const office = (...prefixes: string[]): Change => ({ networks: { office: prefixes } });

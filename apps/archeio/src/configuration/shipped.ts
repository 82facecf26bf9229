import { readFileSync } from 'node:fs';
import { CloudRanges } from '@archeio/clouds';
import { parse } from 'yaml';
import type { ConfigurationSource } from '@archeio/configuration';
import { EMBEDDED, embedded } from '../platform/embedded.ts';
import { presetText } from './read-content.ts';

/** Bytes of the snapshot of ranges that ships with this version. */
export function shippedRangesBytes(): Uint8Array {
  return readFileSync(
    embedded(EMBEDDED.ranges) ?? new URL(import.meta.resolve('@archeio/clouds/ranges.bin')),
  );
}

/** The ranges that ship with this version. */
export function shippedRanges(): CloudRanges {
  return CloudRanges.decode(shippedRangesBytes());
}

/** Text of the built-in preset, registry.k8s.io. */
export function shippedPreset(): ConfigurationSource {
  const source: ConfigurationSource = parse(presetText());
  return source;
}

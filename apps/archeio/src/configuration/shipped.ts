import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CloudRanges } from '@archeio/clouds';
import { parse } from 'yaml';
import type { ConfigurationSource } from '@archeio/configuration';
import { presetText } from './read-content.ts';

/** The snapshot of ranges that ships with this version, as it is written. */
export function shippedRangesBytes(): Uint8Array {
  return readFileSync(fileURLToPath(import.meta.resolve('@archeio/clouds/ranges.bin')));
}

/** The ranges that ship with this version. */
export function shippedRanges(): CloudRanges {
  return CloudRanges.decode(shippedRangesBytes());
}

/** The built-in preset, registry.k8s.io, as it is written. */
export function shippedPreset(): ConfigurationSource {
  const source: ConfigurationSource = parse(presetText());
  return source;
}

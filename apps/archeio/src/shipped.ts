import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CloudRanges } from '@archeio/clouds';
import { parse } from 'yaml';
import type { ConfigurationSource } from './configuration/configuration.ts';
import { presetText } from './configuration/read-content.ts';

/** The ranges that ship with this version. */
export function shippedRanges(): CloudRanges {
  return CloudRanges.decode(
    readFileSync(fileURLToPath(import.meta.resolve('@archeio/clouds/ranges.bin'))),
  );
}

/** The built-in preset, registry.k8s.io, as it is written. */
export function shippedPreset(): ConfigurationSource {
  const source: ConfigurationSource = parse(presetText());
  return source;
}

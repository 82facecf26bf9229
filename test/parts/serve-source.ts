import { readFileSync } from 'node:fs';
import { parseConfiguration } from '../../apps/archeio/src/configuration/configuration.ts';
import { createLog } from '../../apps/archeio/src/log.ts';
import { runUntilSignal } from '../../apps/archeio/src/run-until-signal.ts';

/** Serves the configuration in a JSON file, as `archeio serve` serves its own: `serve-source.ts FILE`. */
const configuration = parseConfiguration(JSON.parse(readFileSync(process.argv[2], 'utf8')));
await runUntilSignal(
  configuration,
  createLog('debug', (line) => process.stdout.write(line), Date.now),
);

import { loadConfiguration } from '../../apps/archeio/src/configuration/load-configuration.ts';
import { createLog } from '../../apps/archeio/src/log.ts';
import { runUntilSignal } from '../../apps/archeio/src/run-until-signal.ts';

/**
 * Serves the configuration in a file, as `archeio serve` serves its own, with everything in the log:
 * `serve-source.ts FILE`.
 */
const log = createLog('debug', (line) => process.stdout.write(line), Date.now);
const loaded = await loadConfiguration({}, { config: process.argv[2] }, []);
await runUntilSignal(loaded, { environment: {}, port: undefined }, process.env, log);

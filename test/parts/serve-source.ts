import { loadServedConfiguration } from '../../apps/archeio/src/configuration/load-served-configuration.ts';
import { createLog } from '../../apps/archeio/src/platform/log.ts';
import { noSignalsHeld, takeSignals } from '../../apps/archeio/src/platform/held-signals.ts';
import { writeLogLine } from '../../apps/archeio/src/platform/standard-output.ts';
import { serveUntilSignal } from '../../apps/archeio/src/serve/serve-until-signal.ts';
import { ServerSignals } from '../../apps/archeio/src/serve/server-signals.ts';

/**
 * Serves the configuration in a file as `archeio serve` does, with full logging:
 * `serve-source.ts FILE`.
 */
const log = createLog('debug', writeLogLine, Date.now);
const loaded = await loadServedConfiguration({}, { config: process.argv[2] }, () => []);
const signals = new ServerSignals();
takeSignals(noSignalsHeld(), process, (signal) => signals.receive(signal));
await serveUntilSignal(loaded, { environment: {}, port: undefined }, process.env, log, signals);

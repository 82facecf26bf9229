import { MONOTONIC_CLOCK } from '../../packages/presence/src/monotonic-clock.ts';
import { RemoteContent } from '../../apps/archeio/src/configuration/remote-content.ts';
import { inventorySource } from '../../apps/archeio/src/supervisor/inventory/inventory-source.ts';
import { createLog } from '../../apps/archeio/src/platform/log.ts';
import { Pacer } from '../../packages/mirror/src/pacer.ts';
import { RegistryClient } from '../../packages/mirror/src/source/registry/registry-client.ts';
import { MACHINE_TIMING } from '../../packages/mirror/src/timing.ts';
import { RegistrySource } from '../../packages/mirror/src/source/registry/registry-source.ts';
import { ask } from '../../apps/archeio/src/commands/config/online/ask.ts';
import { complain } from '../../apps/archeio/src/platform/print.ts';
import { fetchText } from '../../apps/archeio/src/supervisor/ranges/fetch-text.ts';
import { repositoriesOf } from '../../apps/archeio/src/supervisor/repositories/list-repositories.ts';
import { SECRET } from '../parts/malformed-answers.ts';

/**
 * Runs everything that reads over the network on the origins on the command line, with secrets in the URLs, and prints
 * each failure as the log and standard error do, so that a test can check the output on each runtime.
 */
const QUERY = `?X-Amz-Security-Token=${SECRET}&X-Amz-Signature=${SECRET}`;
const limits = { clock: MONOTONIC_CLOCK, timeout: 5000, maxBytes: 1_000_000 };
const { signal } = new AbortController();
const timing = { ...MACHINE_TIMING, sleep: () => Promise.resolve() };

type Reader = (origin: string) => Promise<unknown>;

function sourceOf(origin: string): RegistrySource {
  const pacer = new Pacer(timing, 0);
  const credentials = { kind: 'password', user: 'user', password: SECRET } as const;
  const client = new RegistryClient({
    origin,
    credentials: () => credentials,
    pacer,
    timing,
    silence: 5000,
  });
  const options = { path: '', from: 'catalog', names: undefined, bytes: pacer, timing } as const;
  return new RegistrySource(client, options);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<number> {
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

const list = repositoriesOf('archeio/test');
const digest = `sha256:${'0'.repeat(64)}`;
const READERS: Readonly<Record<string, Reader>> = {
  configuration: (origin) => new RemoteContent(`${origin}/c${QUERY}`, {}).fetch(),
  inventory: (origin) => {
    const parts = { clock: MONOTONIC_CLOCK, timeout: 5000 };
    const url = `${origin}/inventory`;
    const sign = (unsigned: string) => Promise.resolve(`${unsigned}${QUERY}`);
    return inventorySource({ url }, { ...parts, sign })({}, signal);
  },
  ranges: (origin) =>
    fetchText(`${origin}/ranges${QUERY}`, {}, { ...limits, pauses: [], random: () => 0 }),
  catalog: (origin) => list('catalog', { name: 'a', url: origin, path: '' }, signal),
  google: (origin) => list('google', { name: 'a', url: origin, path: '' }, signal),
  'source, check': (origin) => sourceOf(origin).check(),
  'source, catalog': (origin) => sourceOf(origin).repositories(),
  'source, tags': (origin) => sourceOf(origin).tags('a'),
  'source, manifest': (origin) => sourceOf(origin).manifest('a', digest),
  'source, blob': (origin) => bytesOf(sourceOf(origin).blob('a', digest)),
};

const log = createLog('debug', (line) => process.stdout.write(line), Date.now);
for (const origin of process.argv.slice(2)) {
  for (const [reader, read] of Object.entries(READERS)) {
    try {
      await read(origin);
      log.info('read', { reader, origin });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      log.warn('failed', { reader, origin, problem });
      complain(problem);
    }
  }
  const answer = await ask(`${origin}/v2/${QUERY}`, 'GET', { timeout: 5000 });
  log.info('asked', { reader: 'online check', origin, ...answer, headers: null, body: null });
}
process.exit(0);

import { count, formatBytes } from '@archeio/mirror/amounts';
import { createLog } from '../platform/log.ts';
import { CLIENTS } from './demo-clients.ts';
import { DEFAULT, NEAR, NEAR_REGIONS, REGISTRY } from './demo-configuration.ts';
import { type DemoImage, makeImage } from './demo-image.ts';
import { DemoScript, FOREVER, ONCE } from './demo-script.ts';
import { DemoSite } from './demo-site.ts';
import type { DemoSummary } from './demo-summary.ts';
import { PATIENCE } from './pull.ts';
import { PULLS_PER_SECOND } from './traffic.ts';

export interface DemoOptions {
  /** Whether to end after one outage; otherwise the demo runs until it is stopped. */
  readonly once: boolean;
  /** Prints a line. */
  readonly write: (line: string) => void;
  readonly stop: AbortSignal;
}

function imageText({ repository, tag, blobs, bytes }: DemoImage): string {
  return `has ${repository}:${tag}, made just now: ${count(blobs.size, 'blob')}, ${formatBytes(bytes)}`;
}

/** Two requests to try in another terminal. */
function questions(
  { repository, blobs }: DemoImage,
  url: string,
  consoleUrl: string,
): readonly string[] {
  const [digest] = blobs.keys();
  const [{ address }] = CLIENTS;
  const path = `/v2/${repository}/blobs/${digest}`;
  return [
    `curl -sI -H 'X-Forwarded-For: ${address}' ${url}${path}`,
    `curl -s '${consoleUrl}api/explain?ip=${address}&path=${path}'`,
  ];
}

/**
 * Starts all parts on free ports of loopback, lets clients pull through them, and removes everything at the end.
 *
 * @throws ArcheioError or another stated error if a part cannot start
 */
export async function runDemo({ once, write, stop }: DemoOptions): Promise<DemoSummary> {
  const image = makeImage();
  await using site = new DemoSite(image);
  await site.open(image);
  const { origins } = site;
  const tell = (name: string, ...what: string[]): void =>
    write(`${name.padEnd(10)} ${what.join('  ')}`);
  write('A registry, two stores, Archeio and its clients, all in this process and on loopback:\n');
  tell(REGISTRY, origins[REGISTRY], imageText(image));
  tell(NEAR, origins[NEAR], `store for clients in AWS ${NEAR_REGIONS.join(' and ')}`);
  tell(DEFAULT, origins[DEFAULT], 'store for all other clients');
  const { destinations, seconds } = await site.mirror(stop);
  const copied = destinations.map(({ name, blobs }) => `${count(blobs, 'blob')} to ${name}`);
  tell('mirror', `copied ${copied.join(', ')} in ${seconds.toFixed(1)} s`);
  const script = new DemoScript({ write, site, pace: once ? ONCE : FOREVER, stop });
  const log = createLog('info', (line) => script.logged(line), Date.now);
  const { url, consoleUrl } = await site.serve(log, stop);
  tell('archeio', url, `configured by ${site.configurationFile}`);
  tell('console', consoleUrl, 'open it in a browser');

  const { repository, tag } = image;
  write(
    `\n${CLIENTS.length} clients pull ${repository}:${tag}, ${PULLS_PER_SECOND} pulls a second in all, and verify every digest:`,
  );
  for (const { place, address, architecture } of CLIENTS)
    write(`  ${place.padEnd(20)} ${address.padEnd(11)} ${architecture}`);
  write(`A client that waits ${PATIENCE / 1000} s for a store asks Archeio again ("repeated").`);
  if (!once) {
    write('\nAsk Archeio yourself, in another terminal; Ctrl-C ends the demo:');
    for (const question of questions(image, url, consoleUrl)) write(`  ${question}`);
  }
  write('\nPulls, blobs by backend, repeated requests and failed pulls:');
  const seen = await script.run({ origin: url, repository, tag });
  const { decisions, backends } = await site.stopServing();
  return { ...seen, archeio: { decisions, backends } };
}

import { count, formatBytes } from '@archeio/mirror/amounts';
import { createLog } from '../platform/log.ts';
import { CLIENTS } from './demo-clients.ts';
import { DEFAULT, NEAR, REGISTRY } from './demo-configuration.ts';
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
  const tell = (name: string, where: string, what: string): void =>
    write(`${name.padEnd(10)} ${where}  ${what}`);
  write('A registry, two stores, Archeio and its clients, all in this process and on loopback:\n');
  tell(REGISTRY, origins[REGISTRY], imageText(image));
  tell(NEAR, origins[NEAR], 'store for clients in AWS eu-west-3 and eu-west-1');
  tell(DEFAULT, origins[DEFAULT], 'store for all other clients');
  const script = new DemoScript({ write, site, pace: once ? ONCE : FOREVER, stop });
  const log = createLog('info', (line) => script.logged(line), Date.now);
  const { url, consoleUrl } = await site.serve(log, stop);
  tell('archeio', url, site.configurationFile);
  tell('console', consoleUrl, 'open it in a browser');
  const { destinations, seconds } = await site.mirror(stop);
  write(
    `\nThe mirror copied ${destinations.map(({ name, blobs, bytes }) => `${count(blobs, 'blob')}, ${formatBytes(bytes)}, to ${name}`).join(' and ')} in ${seconds.toFixed(1)} s.`,
  );
  write(
    `${CLIENTS.length} clients pull ${image.repository}:${image.tag}, together ${PULLS_PER_SECOND} times a second, and verify every digest:`,
  );
  for (const { place, address, architecture } of CLIENTS)
    write(`  ${place.padEnd(18)} ${address.padEnd(11)} ${architecture}`);
  write(
    `A client that waits ${PATIENCE / 1000} s for a store asks Archeio again.${once ? '' : ' Ctrl-C ends the demo.'}\n`,
  );
  const { repository, tag } = image;
  return await script.run({ origin: url, repository, tag });
}

import type { Environment } from '../configuration/environment.ts';
import type { DestinationConfiguration } from '../configuration/schema/mirror.ts';
import { count, formatBytes } from '../mirror/amounts.ts';
import { readMirrorSettings } from '../mirror/mirror-configuration.ts';
import { openDestination } from '../mirror/open-mirror.ts';
import { INVENTORY_KEY, takeInventory, writeInventory } from '../mirror/write-inventory.ts';
import { UsageError } from './errors.ts';
import type { MirrorOptions } from './mirror.ts';

/** A line so often while a destination is listed; milliseconds. */
const LINE_EVERY = 10_000;

export interface InventoryOptions extends MirrorOptions {
  readonly destination?: string;
  readonly out?: string;
}

/** @throws UsageError where there is no such destination, or several and none is named */
function chosen(
  destinations: readonly DestinationConfiguration[],
  name: string | undefined,
): DestinationConfiguration {
  const names = destinations.map((each) => each.name).join(', ');
  if (name === undefined && destinations.length > 1)
    throw new UsageError(`cannot choose a destination: expected --destination, one of ${names}`);
  const found = destinations.find((each) => name === undefined || each.name === name);
  if (found === undefined)
    throw new UsageError(
      `cannot find destination ${JSON.stringify(name)}: expected one of ${names}`,
    );
  return found;
}

/** `archeio mirror inventory`: lists a destination, and writes what it has as a filter. */
export async function mirrorInventory(
  environment: Environment,
  options: InventoryOptions,
): Promise<void> {
  const { mirror } = await readMirrorSettings(environment, options);
  const configuration = chosen(mirror.destinations, options.destination);
  const destination = openDestination(configuration);
  const { name, key } = configuration;
  let listed = 0;
  const timer = setInterval(
    () => process.stderr.write(`${name}: ${count(listed, 'blob')} listed\n`),
    LINE_EVERY,
  );
  try {
    await destination.check();
    const inventory = await takeInventory(destination, key, Date.now, (blobs) => {
      listed = blobs;
    });
    const bytes = await writeInventory(inventory, destination, options.out);
    const written = {
      destination: name,
      date: new Date(inventory.date).toISOString(),
      blobs: inventory.filter.count,
      bytes,
      ...(options.out === undefined ? { key: INVENTORY_KEY } : { file: options.out }),
    };
    const text = `${name}: ${count(written.blobs, 'blob')} on ${written.date}, ${formatBytes(bytes)} written to ${options.out ?? INVENTORY_KEY}`;
    process.stdout.write(`${options.json ? JSON.stringify(written) : text}\n`);
  } finally {
    clearInterval(timer);
    destination.close();
  }
}

import type { Environment } from '../configuration/environment.ts';
import { count, formatBytes } from '../mirror/amounts.ts';
import { readMirrorSettings } from '../mirror/mirror-configuration.ts';
import { openDestination } from '../mirror/open-mirror.ts';
import { writeInventory } from '../mirror/write-inventory.ts';
import { UsageError } from './errors.ts';
import type { MirrorOptions } from './mirror.ts';

export interface InventoryOptions extends MirrorOptions {
  readonly destination?: string;
  readonly output: string;
}

/** `archeio mirror inventory`: writes which blobs a destination has. */
export async function mirrorInventory(
  environment: Environment,
  options: InventoryOptions,
): Promise<void> {
  const { mirror } = await readMirrorSettings(environment, options);
  const { destinations } = mirror;
  const names = destinations.map(({ name }) => name);
  const wanted = options.destination ?? (names.length === 1 ? names[0] : undefined);
  const chosen = destinations.find(({ name }) => name === wanted);
  if (chosen === undefined)
    throw new UsageError(
      `cannot take an inventory of ${JSON.stringify(wanted ?? '')}: --destination must name one of ${names.join(', ')}`,
    );
  const destination = openDestination(chosen);
  try {
    await destination.check();
    const written = await writeInventory(destination, options.output, Date.now());
    process.stdout.write(
      options.json
        ? `${JSON.stringify(written)}\n`
        : `${written.file}: ${count(written.blobs, 'blob')} of ${written.destination} as of ${written.listed}, ${formatBytes(written.bytes)}\n`,
    );
  } finally {
    destination.close();
  }
}

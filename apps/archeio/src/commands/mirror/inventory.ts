import type { Environment } from '@archeio/configuration';
import {
  type DestinationConfiguration,
  count,
  formatBytes,
  openDestination,
  lineView,
  showWhile,
  INVENTORY_KEY,
  takeInventory,
  writeInventory,
} from '@archeio/mirror';
import { readMirrorSettings } from './mirror-configuration.ts';
import { showOn } from '../show-progress.ts';
import { ArcheioError } from '../../platform/errors.ts';
import type { CommandOptions } from '../command-options.ts';
import type { Report } from './print-report.ts';

interface InventoryOptions extends CommandOptions {
  readonly destination?: string;
  readonly out?: string;
}

/** @throws ArcheioError if there is no such destination, or if there are several and none is named */
function chosen(
  destinations: readonly DestinationConfiguration[],
  name: string | undefined,
): DestinationConfiguration {
  const names = destinations.map((each) => each.name).join(', ');
  if (name === undefined && destinations.length > 1)
    throw new ArcheioError(
      'usage',
      `cannot choose a destination: expected --destination, one of ${names}`,
    );
  const found = destinations.find((each) => name === undefined || each.name === name);
  if (found === undefined)
    throw new ArcheioError(
      'usage',
      `cannot find destination ${JSON.stringify(name)}: expected one of ${names}`,
    );
  return found;
}

/** `archeio mirror inventory`: lists a destination and writes its blobs as a filter. */
export async function mirrorInventory(
  environment: Environment,
  options: InventoryOptions,
): Promise<Report> {
  const { mirror } = await readMirrorSettings(environment, options);
  const configuration = chosen(mirror.destinations, options.destination);
  const destination = await openDestination(configuration, environment);
  using _ = { [Symbol.dispose]: () => destination.close() };
  const { name, key } = configuration;
  const show = showOn(process.stderr, environment);
  await destination.check(options.out === undefined ? 'write' : 'read');
  let listed = 0;
  const view = lineView(() => `listing ${name}: ${count(listed, 'blob')}`);
  const inventory = await showWhile(show, view, () =>
    takeInventory(destination, key, Date.now, (blobs) => {
      listed = blobs;
    }),
  );
  const bytes = await writeInventory(inventory, destination, options.out);
  const date = new Date(inventory.date).toISOString();
  const blobs = inventory.filter.count;
  const where = options.out === undefined ? { key: INVENTORY_KEY } : { file: options.out };
  return {
    json: { destination: name, date, blobs, bytes, ...where },
    text: `${name}: ${count(blobs, 'blob')} on ${date}, ${formatBytes(bytes)} written to ${options.out ?? INVENTORY_KEY}`,
    problems: [],
  };
}

import { resolve } from 'node:path';
import type {
  Environment,
  DestinationConfiguration,
  MirrorConfiguration,
  SourceConfiguration,
} from '../options.ts';
import type { Destination } from '../destination/destination.ts';
import { DirectoryDestination } from '../destination/directory/directory-destination.ts';
import { dockerCredentials } from '../source/credentials/docker-credentials.ts';
import { LayoutSource } from '../source/layout-source.ts';
import { Pacer } from '../pacer.ts';
import { RegistryClient } from '../source/registry/registry-client.ts';
import { RegistrySource } from '../source/registry/registry-source.ts';
import type { Source } from '../source/source.ts';
import { MACHINE_TIMING, type Timing } from '../timing.ts';
import { lineView, type Show, showWhile } from '../progress/view.ts';

/** Opens a source without checking whether it can be read. */
export async function openSource(
  source: SourceConfiguration,
  limits: MirrorConfiguration['limits'],
  environment: Environment,
  timing = MACHINE_TIMING,
): Promise<Source> {
  const bytes = new Pacer(timing, limits.bytesPerSecond);
  if (!('url' in source)) return new LayoutSource(source.repositories, bytes);
  const credentials = await dockerCredentials(environment, new URL(source.url), source.path);
  const pacer = new Pacer(timing, limits.requestsPerSecond);
  const client = new RegistryClient({ origin: source.url, credentials, pacer, timing });
  const { path, repositories } = source;
  return new RegistrySource(client, { path, ...repositories, bytes, timing });
}

/** Opens a destination without checking whether it can be used. */
export async function openDestination(
  destination: DestinationConfiguration,
  environment: Environment,
): Promise<Destination> {
  if (destination.type === 'directory')
    return new DirectoryDestination({ ...destination, path: resolve(destination.path) });
  // Loaded on demand: the AWS SDK takes as long to load as the rest of the command.
  const { S3Destination } = await import('../destination/s3/s3-destination.ts');
  return new S3Destination(destination, environment);
}

/** A mirror's source and destinations, each checked. */
export interface OpenMirror extends Disposable {
  readonly configuration: MirrorConfiguration;
  readonly source: Source;
  readonly destinations: readonly Destination[];
  /** Shows progress. */
  readonly show: Show;
}

export interface OpeningOptions {
  /** Whether blobs will be written: an unwritable destination is then reported before anything is read. */
  readonly writes?: boolean | undefined;
  /** Whether this run never writes, so that destinations may be read-only. */
  readonly readsOnly?: boolean;
  readonly show: Show;
  /** How long to wait before retrying the source. */
  readonly timing?: Timing;
}

/**
 * Opens source and destinations, and checks each before anything is read.
 *
 * @throws MirrorError, RegistryError or another one-line error that says what is missing
 */
export async function openMirror(
  configuration: MirrorConfiguration,
  environment: Environment,
  { writes = false, readsOnly = false, show, timing = MACHINE_TIMING }: OpeningOptions,
): Promise<OpenMirror> {
  const destinations = await Promise.all(
    configuration.destinations.map((each) => openDestination(each, environment)),
  );
  const close = (): void => {
    for (const destination of destinations) destination.close();
  };
  try {
    for (const destination of destinations) {
      const view = lineView(() => `waiting for destination "${destination.name}"`);
      await showWhile(show, view, async () => {
        await destination.check(readsOnly ? 'read' : 'write');
        if (writes) await destination.checkWritable();
      });
    }
    const { limits } = configuration;
    const source = await openSource(configuration.source, limits, environment, timing);
    const view = lineView(() => `waiting for source ${source.name}`);
    await showWhile(show, view, () => source.check());
    return { configuration, source, destinations, show, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

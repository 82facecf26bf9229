import { failureReason } from '@archeio/plain-errors';
import {
  type PublishedPlace,
  type Checked,
  checkConfiguration,
  type CheckedConfiguration,
  checkMirrorConfiguration,
  type MirrorOnlyConfiguration,
  readDocument,
  type Environment,
  EnvironmentError,
  overlay,
  type Overrides,
  type Marks,
  ConfigurationError,
  type Problem,
  childOf,
  DEFAULTS,
} from '@archeio/configuration';
import { type Content } from './content.ts';
import { fileBaseOf, type ConfigurationLocation, parseLocation } from './location.ts';
import { readContent } from './read-content.ts';
import { RemoteContent } from './remote-content.ts';
import { ArcheioError } from '../platform/errors.ts';

/** The options of the command line that concern the configuration. */
export interface ConfigurationFlags {
  /** An argument of its own that names the configuration, of commands that have one. */
  readonly file?: string | undefined;
  readonly config?: string | undefined;
  readonly port?: string | undefined;
}

/** A configuration that is in force, and how it came to be. */
export interface LoadedConfiguration extends CheckedConfiguration {
  readonly location: ConfigurationLocation;
  /** What was read; a watcher compares with it. */
  readonly content: Content;
  /** As it is written, flags and environment laid over it; its parts are marked with where they come from. */
  readonly source: unknown;
  readonly marks: Marks;
}

/** A configuration of either use, as `archeio config` reads it: a file may have the mirror's part alone. */
export interface LoadedAnyConfiguration
  extends Omit<LoadedConfiguration, 'configuration'>, Checked<MirrorOnlyConfiguration> {}

/** A configuration that `archeio mirror` is told by. */
export interface LoadedMirrorConfiguration extends Checked<MirrorOnlyConfiguration> {
  readonly location: ConfigurationLocation;
}

/** Where the last good content of a URL is kept, unless `ARCHEIO_CONFIG_DIRECTORY` says another place. */
const DIRECTORY = '/var/lib/archeio/configuration';

/** What named the configuration, to be put before a message; an argument is in the message itself. */
function naming({ file, config }: ConfigurationFlags): string {
  if (file !== undefined) return '';
  return config === undefined ? 'ARCHEIO_CONFIG: ' : '--config: ';
}

/**
 * Which configuration is meant: an argument or `--config`, else `ARCHEIO_CONFIG`, else the built-in preset.
 *
 * @throws ArcheioError, EnvironmentError
 */
export function locateConfiguration(
  environment: Environment,
  flags: ConfigurationFlags,
): ConfigurationLocation {
  const { file, config } = flags;
  if (file !== undefined && config !== undefined)
    throw new ArcheioError(
      'configuration-location',
      `cannot read two configurations, ${JSON.stringify(file)} and --config ${JSON.stringify(config)}: expected only one`,
    );
  const text = file ?? config ?? environment['ARCHEIO_CONFIG'];
  const isNamed = file !== undefined || config !== undefined;
  if (text === undefined || (text === '' && !isNamed)) return { kind: 'preset' };
  try {
    return parseLocation(text);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw isNamed
      ? new ArcheioError('configuration-location', `${naming(flags)}${message}`)
      : new EnvironmentError('ARCHEIO_CONFIG', message);
  }
}

/** Finds the clouds and regions that there are by `ranges.directory`: those of the ranges that will be in use. */
export type PlacesIn = (directory: string) => readonly PublishedPlace[];

/** `ranges.directory` of what is written, before anything of it is checked. */
export function rangesDirectoryOf(source: unknown): string {
  const directory = childOf(childOf(source, 'ranges'), 'directory');
  return typeof directory === 'string' && directory !== '' ? directory : DEFAULTS.ranges.directory;
}

/** What is written, flags and environment laid over it. */
export function sourceOf(
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
): { readonly source: unknown; readonly marks: Marks } {
  const kind = location.kind === 'preset' ? 'preset' : 'file';
  const { source: written, marks } = readDocument(content.text, content.name, kind);
  return { source: overlay(written, overrides, marks), marks };
}

/**
 * The configuration that a content means, flags and environment laid over it: at the start, and at every reload.
 *
 * @throws ConfigurationError, EnvironmentError
 */
export function configurationOf(
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
  placesIn: PlacesIn,
): LoadedConfiguration {
  const { source, marks } = sourceOf(content, location, overrides);
  const places = placesIn(rangesDirectoryOf(source));
  const checked = checkConfiguration(source, marks, places, fileBaseOf(location));
  return { ...checked, location, content, source, marks };
}

/** The directory for what is kept of a configuration's URL. */
export function configurationDirectory(environment: Environment): string {
  return environment['ARCHEIO_CONFIG_DIRECTORY'] || DIRECTORY;
}

/**
 * Reads and checks the configuration that is meant. Of a URL that does not answer, or answers with a bad configuration,
 * the last good one is used, and a warning says so.
 *
 * @throws ConfigurationError, EnvironmentError, ArcheioError
 */
export function loadConfiguration(
  environment: Environment,
  flags: ConfigurationFlags,
  placesIn: PlacesIn,
): Promise<LoadedConfiguration> {
  return load(environment, flags, 'configuration', (content, location, overrides) =>
    configurationOf(content, location, overrides, placesIn),
  );
}

/** Whether a file has the mirror's part, and nothing of what `serve` needs. */
function isMirrorOnly(source: unknown): boolean {
  const has = (key: string): boolean => childOf(source, key) !== undefined;
  return has('mirror') && !has('registries') && !has('pages');
}

/**
 * The same for any use: a file that has a `mirror` and nothing that `serve` needs is checked as `archeio mirror` does.
 *
 * @throws ConfigurationError, EnvironmentError, ArcheioError
 */
export function loadAnyConfiguration(
  environment: Environment,
  flags: ConfigurationFlags,
  placesIn: PlacesIn,
): Promise<LoadedAnyConfiguration> {
  return load(environment, flags, 'configuration', (content, location, overrides) => {
    const { source, marks } = sourceOf(content, location, overrides);
    const rest = { location, content, source, marks };
    const base = fileBaseOf(location);
    const places = placesIn(rangesDirectoryOf(source));
    if (!isMirrorOnly(source))
      return { ...checkConfiguration(source, marks, places, base), ...rest };
    // `serve` could not start with it: it must not be what is kept for a start without network.
    const { keep: _, ...unkept } = content;
    return { ...checkMirrorConfiguration(source, marks, base, places), ...rest, content: unkept };
  });
}

/**
 * The same for `archeio mirror`. What is kept of a URL is kept apart: `serve` could not start with what is good here.
 *
 * @throws ConfigurationError, EnvironmentError, ArcheioError
 */
export function loadMirrorConfiguration(
  environment: Environment,
  flags: ConfigurationFlags,
): Promise<LoadedMirrorConfiguration> {
  return load(environment, flags, 'mirror', (content, location, overrides) => {
    const { source, marks } = sourceOf(content, location, overrides);
    return { ...checkMirrorConfiguration(source, marks, fileBaseOf(location)), location };
  });
}

/** Reads what is meant, or what was kept of it, and has it checked. */
export async function load<Loaded extends Checked<unknown> & { readonly content?: Content }>(
  environment: Environment,
  flags: ConfigurationFlags,
  keptAs: 'configuration' | 'mirror',
  check: (
    content: Content,
    location: ConfigurationLocation,
    overrides: Overrides,
  ) => Loaded | Promise<Loaded>,
): Promise<Loaded> {
  const location = locateConfiguration(environment, flags);
  const overrides = { environment, port: flags.port };
  if (location.kind === 'url') {
    const directory = configurationDirectory(environment);
    const remote = new RemoteContent(location.url, { directory, keptAs });
    return loadRemote(remote, (content) => check(content, location, overrides));
  }
  try {
    return await check(await readContent(location), location, overrides);
  } catch (error) {
    if (!(error instanceof ArcheioError)) throw error;
    throw new ArcheioError(error.code, `${naming(flags)}${error.message}`);
  }
}

async function loadRemote<Loaded extends Checked<unknown> & { readonly content?: Content }>(
  remote: RemoteContent,
  check: (content: Content) => Loaded | Promise<Loaded>,
): Promise<Loaded> {
  let failure: ArcheioError | ConfigurationError;
  try {
    const content = await remote.fetch();
    const loaded = await check(content);
    return {
      ...loaded,
      warnings: [...loaded.warnings, ...(await keep(loaded.content ?? content))],
    };
  } catch (error) {
    if (!(error instanceof ArcheioError) && !(error instanceof ConfigurationError)) throw error;
    failure = error;
  }
  const kept = await remote.lastGood();
  if (kept === undefined) throw failure;
  const loaded = await check(kept);
  const why = failure.message.split('\n', 1)[0];
  const warning = plainWarning(kept.name, `using the last good configuration: ${why}`);
  return { ...loaded, warnings: [warning, ...loaded.warnings] };
}

/** Keeps what was found good; a disk that cannot be written to is no reason not to start. */
async function keep(content: Content): Promise<Problem[]> {
  try {
    await content.keep?.();
    return [];
  } catch (error) {
    const why = failureReason(error);
    return [plainWarning(content.name, `cannot save it for a start without network: ${why}`)];
  }
}

function plainWarning(file: string, message: string): Problem {
  return { file, line: undefined, column: undefined, key: '', message, severity: 'warning' };
}

import { failureReason } from '@archeio/plain-errors';
import {
  type PublishedPlace,
  type Checked,
  checkConfiguration,
  type Configuration,
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

/** Command-line options that concern the configuration. */
export interface ConfigurationFlags {
  /** The argument that names the configuration, for commands that have one. */
  readonly file?: string | undefined;
  readonly config?: string | undefined;
  readonly port?: string | undefined;
}

/** A checked configuration and its origin. */
export interface Loaded<Configuration> extends Checked<Configuration> {
  readonly location: ConfigurationLocation;
  /** The content that was read; a watcher compares with it. */
  readonly content: Content;
}

/** The source of a configuration with flags and environment applied; its parts are marked with their origin. */
interface MarkedSource {
  readonly source: unknown;
  readonly marks: Marks;
}

type LoadedConfiguration = Loaded<Configuration> & MarkedSource;

/** A configuration for either use, as `archeio config` reads it: a file may have only `mirror`. */
export type LoadedAnyConfiguration = Loaded<MirrorOnlyConfiguration> & MarkedSource;

/** Directory for the last good content of a URL, unless `ARCHEIO_CONFIG_DIRECTORY` names another. */
const DIRECTORY = '/var/lib/archeio/configuration';

/** The flag or variable that named the configuration, as the beginning of a message; an argument is in the message itself. */
function naming({ file, config }: ConfigurationFlags): string {
  if (file !== undefined) return '';
  return config === undefined ? 'ARCHEIO_CONFIG: ' : '--config: ';
}

/**
 * The location of the configuration: an argument or `--config`, else `ARCHEIO_CONFIG`, else the built-in preset.
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

/** The source with flags and environment applied. */
export function sourceOf(
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
): MarkedSource {
  const kind = location.kind === 'preset' ? 'preset' : 'file';
  const { source: written, marks } = readDocument(content.text, content.name, kind);
  return { source: overlay(written, overrides, marks), marks };
}

/**
 * Parses content and applies flags and environment, at the start and at every reload.
 *
 * @throws ConfigurationError, EnvironmentError
 */
export function configurationOf(
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
  placesIn: PlacesIn,
): Checked<Configuration> & MarkedSource {
  const { source, marks } = sourceOf(content, location, overrides);
  const places = placesIn(rangesDirectoryOf(source));
  return { ...checkConfiguration(source, marks, places, fileBaseOf(location)), source, marks };
}

/** Directory for the saved content of a URL. */
export function configurationDirectory(environment: Environment): string {
  return environment['ARCHEIO_CONFIG_DIRECTORY'] || DIRECTORY;
}

/**
 * Reads and checks the configuration. If a URL does not answer, or answers with an invalid configuration,
 * it uses the last good one and adds a warning.
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

/** Whether a file has `mirror` and none of the keys that `serve` needs. */
function isMirrorOnly(source: unknown): boolean {
  const has = (key: string): boolean => childOf(source, key) !== undefined;
  return has('mirror') && !has('registries') && !has('pages');
}

/**
 * The same for either use: a file with `mirror` and none of the keys that `serve` needs is checked like `archeio mirror` does.
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
    const base = fileBaseOf(location);
    const places = placesIn(rangesDirectoryOf(source));
    if (!isMirrorOnly(source))
      return { ...checkConfiguration(source, marks, places, base), source, marks };
    // `serve` could not start with it, so it must not be saved for a start without network.
    const { keep: _, ...unkept } = content;
    const checked = checkMirrorConfiguration(source, marks, base, places);
    return { ...checked, source, marks, content: unkept };
  });
}

/**
 * The same for `archeio mirror`. It saves the content of URLs separately: `serve` could not start with it.
 *
 * @throws ConfigurationError, EnvironmentError, ArcheioError
 */
export function loadMirrorConfiguration(
  environment: Environment,
  flags: ConfigurationFlags,
): Promise<Loaded<MirrorOnlyConfiguration>> {
  return load(environment, flags, 'mirror', (content, location, overrides) => {
    const { source, marks } = sourceOf(content, location, overrides);
    return checkMirrorConfiguration(source, marks, fileBaseOf(location));
  });
}

/** Checks content; the result may replace the content itself. */
type Check<Result> = (
  content: Content,
  location: ConfigurationLocation,
  overrides: Overrides,
) => Result | Promise<Result>;

/** Reads the configuration, or its saved content, and checks it. */
export async function load<Result extends Checked<unknown>>(
  environment: Environment,
  flags: ConfigurationFlags,
  keptAs: 'configuration' | 'mirror',
  check: Check<Result>,
): Promise<Result & Pick<Loaded<unknown>, 'location' | 'content'>> {
  const location = locateConfiguration(environment, flags);
  const overrides = { environment, port: flags.port };
  const checked = async (content: Content) => ({
    location,
    content,
    ...(await check(content, location, overrides)),
  });
  if (location.kind === 'url') {
    const directory = configurationDirectory(environment);
    return loadRemote(new RemoteContent(location.url, { directory, keptAs }), checked);
  }
  try {
    return await checked(await readContent(location));
  } catch (error) {
    if (!(error instanceof ArcheioError)) throw error;
    throw new ArcheioError(error.code, `${naming(flags)}${error.message}`);
  }
}

async function loadRemote<Result extends Loaded<unknown>>(
  remote: RemoteContent,
  check: (content: Content) => Promise<Result>,
): Promise<Result> {
  let failure: ArcheioError | ConfigurationError;
  try {
    const loaded = await check(await remote.fetch());
    return { ...loaded, warnings: [...loaded.warnings, ...(await keep(loaded.content))] };
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

/** Saves good content; an unwritable disk does not prevent the start. */
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

import { accessSync, constants } from 'node:fs';
import { type Environment, EnvironmentError } from '@archeio/configuration';
import { failureReason } from '@archeio/plain-errors';

/** What is exported, as the names of variables spell it. */
export type Signal = 'TRACES' | 'METRICS';

/** Longest time of a timer, in milliseconds. */
export const LONGEST = 2 ** 31 - 1;

/** Characters of a header's name (RFC 9110 §5.6.2). */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Characters of a header's value that every server accepts. */
const VALUE = /^[\t\x20-\x7e]+$/;

/** A percent-encoded text; undefined if it is not one. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return undefined;
  }
}

/** The pairs of `key=value,key=value`, decoded; undefined at the first that is not one. */
function pairsOf(text: string): readonly (readonly [key: string, value: string])[] | undefined {
  const pairs: [string, string][] = [];
  for (const entry of text.split(',').filter((each) => each.trim() !== '')) {
    const equals = entry.indexOf('=');
    const key = decoded(entry.slice(0, Math.max(equals, 0)));
    const value = decoded(entry.slice(equals + 1));
    if (key === undefined || key === '' || value === undefined) return undefined;
    pairs.push([key, value]);
  }
  return pairs;
}

/**
 * Reads the variables of OpenTelemetry. As its specification demands, an unknown name and an unusable number only cause a warning,
 * and the default applies. Endpoints, header fields and certificates that cannot be used are errors: nothing could be
 * exported, and the library would silently use something else.
 */
export class OtelVariables {
  readonly #environment: Environment;
  /** One line for each value that is ignored. */
  readonly warnings: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** The value without surrounding spaces; undefined if there is none. */
  text(name: string): string | undefined {
    return this.#environment[name]?.trim() || undefined;
  }

  /** Warns that a value is ignored. Never names the value of a variable that may contain a secret. */
  ignore(name: string, problem: string): undefined {
    this.warnings.push(`${name}: ${problem}`);
    return undefined;
  }

  /** Whether a variable is `true`. */
  flag(name: string): boolean {
    const text = this.text(name)?.toLowerCase();
    if (text !== undefined && text !== 'true' && text !== 'false')
      this.ignore(name, `cannot read ${JSON.stringify(text)}: expected true or false`);
    return text === 'true';
  }

  /** One of some names; undefined without one that is known. */
  choice<Name extends string>(name: string, known: readonly Name[]): Name | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const found = known.find((each) => each === text);
    return (
      found ??
      this.ignore(name, `cannot use ${JSON.stringify(text)}: expected ${known.join(' or ')}`)
    );
  }

  /** A whole number from 1 to `most`. */
  whole(name: string, otherwise: number, most: number = LONGEST): number {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    const number = /^\d+$/.test(text) ? Number(text) : 0;
    if (number >= 1 && number <= most) return number;
    this.ignore(
      name,
      `cannot use ${JSON.stringify(text)}: expected a whole number from 1 to ${most}; ${otherwise} applies`,
    );
    return otherwise;
  }

  /** A share from 0 to 1; 1 without one. */
  share(name: string): number {
    const text = this.text(name);
    if (text === undefined) return 1;
    const number = /^\d*\.?\d+$/.test(text) ? Number(text) : -1;
    if (number >= 0 && number <= 1) return number;
    this.ignore(
      name,
      `cannot use ${JSON.stringify(text)}: expected a number from 0 to 1; 1 applies`,
    );
    return 1;
  }

  /** Attributes as `key=value,key=value`; none if any of them cannot be read. */
  attributes(name: string): Readonly<Record<string, string>> {
    const text = this.text(name);
    if (text === undefined) return {};
    const pairs = pairsOf(text);
    if (pairs !== undefined) return Object.fromEntries(pairs);
    this.ignore(
      name,
      'cannot read the attributes, so none of them apply: expected key=value,key=value, percent-encoded',
    );
    return {};
  }

  /**
   * Checks the variables that the exporter of a signal reads itself.
   *
   * @throws EnvironmentError if an endpoint, a header field or a certificate cannot be used
   */
  checkExporter(signal: Signal): void {
    this.#each(signal, 'ENDPOINT', (name, text) => this.#checkEndpoint(name, text));
    this.#each(signal, 'HEADERS', (name, text) => this.#checkHeaders(name, text));
    for (const file of ['CERTIFICATE', 'CLIENT_CERTIFICATE', 'CLIENT_KEY'])
      this.#each(signal, file, (name, text) => this.#checkFile(name, text));
    this.#each(signal, 'TIMEOUT', (name) => this.whole(name, 10_000));
    this.#each(signal, 'COMPRESSION', (name) => this.choice(name, ['none', 'gzip']));
    this.#each(signal, 'PROTOCOL', (name, text) => this.#checkProtocol(name, text));
  }

  /** The variable for the signal, then the one for all signals. */
  #each(signal: Signal, what: string, check: (name: string, text: string) => void): void {
    for (const name of [`OTEL_EXPORTER_OTLP_${signal}_${what}`, `OTEL_EXPORTER_OTLP_${what}`]) {
      const text = this.text(name);
      if (text !== undefined) check(name, text);
    }
  }

  /** The value may contain a password, so no message names it. */
  #checkEndpoint(name: string, text: string): void {
    const url = URL.parse(text);
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
      throw new EnvironmentError(
        name,
        'cannot read the URL: expected http or https, such as http://collector:4318',
      );
  }

  #checkHeaders(name: string, text: string): void {
    const pairs = pairsOf(text);
    if (pairs?.every(([key, value]) => TOKEN.test(key) && VALUE.test(value)) !== true)
      throw new EnvironmentError(
        name,
        'cannot read the header fields: expected name=value,name=value, with percent-encoded values',
      );
  }

  #checkFile(name: string, text: string): void {
    try {
      accessSync(text, constants.R_OK);
    } catch (error) {
      throw new EnvironmentError(
        name,
        `cannot read ${JSON.stringify(text)}: ${failureReason(error)}`,
      );
    }
  }

  #checkProtocol(name: string, text: string): void {
    if (text === 'http/protobuf') return;
    this.ignore(
      name,
      `cannot use ${JSON.stringify(text)}: Archeio sends http/protobuf, to the collector's port for HTTP, usually 4318`,
    );
  }
}

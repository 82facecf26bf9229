import { type Prefix, makePrefix, tryParseAddr, tryParsePrefix } from '@archeio/netip';
import { routeOf } from '@archeio/redirect';
import { type ConsideredBackend, EVENT_SCHEMA } from '../../ipc/decision-event.ts';
import { FieldProblem, numberOf, numberOrNull, textOf, textOrNull } from './field-checks.ts';
import type { Recorded, RepositoryRoute } from './recorded.ts';

/** Maximum number of backends that an event considered; a request considers fewer. */
const MOST_CONSIDERED = 1000;

/** A digest for requests whose digest a summary leaves out. */
const SOME_DIGEST = `sha256:${'0'.repeat(64)}`;

/** The paths of a repository's content, by kind: the word after the name, and whether a reference follows. */
const PATHS: ReadonlyMap<string, { readonly word: string; readonly reference: boolean }> = new Map([
  ['blob', { word: 'blobs', reference: true }],
  ['manifest', { word: 'manifests', reference: true }],
  ['referrers', { word: 'referrers', reference: true }],
  ['tags', { word: 'tags', reference: false }],
]);

/** The first characters of files of gzip and Zstandard, as UTF-8 reads them. */
const COMPRESSED = ['\u001f\ufffd', '(\ufffd/\ufffd'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a line of events or of a summary.
 *
 * @param isCut whether the file ends without a line break after it
 * @returns undefined for an empty line or another line of the log; what is wrong with the line if it is neither
 */
export function readRecorded(line: string, isCut: boolean): Recorded | string | undefined {
  if (line.trim() === '') return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch {
    if (COMPRESSED.some((first) => line.startsWith(first)))
      return 'not text: decompress the file first';
    return isCut ? 'the file ends within this line' : 'not JSON: expected one event a line';
  }
  if (!isFields(fields)) return 'not an event: expected a JSON object';
  try {
    return recordedOf(fields);
  } catch (error) {
    if (error instanceof FieldProblem) return error.message;
    throw error;
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a summary lacks if it is null: not every database writes it. */
const NULLS: Fields = Object.freeze({
  host: null,
  name: null,
  reference: null,
  backend: null,
  cloud: null,
  region: null,
});

/** @throws FieldProblem */
function recordedOf(line: Fields): Recorded | undefined {
  const event = textOf(line, 'event');
  const isEvent = event === 'decision';
  if (!isEvent && event !== 'decision-summary') return undefined;
  const fields = isEvent ? line : { ...NULLS, ...line };
  if (fields['schema'] !== EVENT_SCHEMA)
    throw new FieldProblem(
      'schema',
      `${EVENT_SCHEMA}, which this version of Archeio reads`,
      fields['schema'],
    );
  const { route, isDigestUnknown } = routeIn(fields, !isEvent);
  const group = {
    host: textOrNull(fields, 'host'),
    method: textOf(fields, 'method'),
    rule: textOf(fields, 'rule'),
    name: textOrNull(fields, 'name'),
    reference: textOrNull(fields, 'reference'),
    considered: consideredIn(fields, !isEvent),
    backend: textOrNull(fields, 'backend'),
    cloud: textOrNull(fields, 'cloud'),
    region: textOrNull(fields, 'region'),
    route,
    isDigestUnknown,
  };
  if (!isEvent)
    return {
      ...group,
      from: 'summary',
      time: null,
      client: undefined,
      requests: numberOf(fields, 'requests', 0),
      bytes: numberOf(fields, 'bytes', 0),
      unknownSizes: numberOf(fields, 'unknownSizes', 0),
    };
  const weight = numberOf(fields, 'weight', 1);
  const size = numberOrNull(fields, 'bytes');
  const offset = numberOf(fields, 'rangeOffset', 0);
  const isFetched = group.method === 'GET' && route?.kind === 'blob';
  return {
    ...group,
    from: 'event',
    time: textOf(fields, 'time'),
    client: clientIn(fields),
    requests: weight,
    bytes: isFetched && size !== null ? weight * Math.max(0, size - offset) : 0,
    unknownSizes: isFetched && size === null ? weight : 0,
  };
}

/** @throws FieldProblem if kind, name and reference do not fit together */
function routeIn(
  fields: Fields,
  isSummary: boolean,
): { readonly route: RepositoryRoute | undefined; readonly isDigestUnknown: boolean } {
  const kind = textOf(fields, 'kind');
  const path = PATHS.get(kind);
  if (path === undefined) return { route: undefined, isDigestUnknown: false };
  const isDigestUnknown = isSummary && path.reference && fields['reference'] === null;
  const name = textOf(fields, 'name');
  const reference = isDigestUnknown || !path.reference ? '' : textOf(fields, 'reference');
  const last = !path.reference ? 'list' : isDigestUnknown ? SOME_DIGEST : reference;
  const target = `/v2/${name}/${path.word}/${last}`;
  const route = /[%?#]/.test(target) ? undefined : routeOf('GET', target);
  if (route === undefined || route.kind !== kind || !('name' in route) || route.name !== name)
    throw new FieldProblem('name and reference', `those of the kind "${kind}"`, [name, reference]);
  return { route, isDigestUnknown };
}

function isConsidered(entry: unknown): entry is ConsideredBackend {
  if (!isFields(entry) || typeof entry['backend'] !== 'string') return false;
  const presence = entry['presence'];
  return (
    presence === null || presence === 'present' || presence === 'absent' || presence === 'unknown'
  );
}

/**
 * The considered backends. A summary may have the list as JSON text, because not every database groups by lists.
 *
 * @throws FieldProblem
 */
function consideredIn(fields: Fields, isSummary: boolean): readonly ConsideredBackend[] {
  const value = fields['considered'];
  const list = isSummary && typeof value === 'string' ? parsed(value) : value;
  if (Array.isArray(list) && list.length <= MOST_CONSIDERED && list.every(isConsidered))
    return list;
  throw new FieldProblem(
    'considered',
    `a list of at most ${MOST_CONSIDERED} objects with backend and presence`,
    value,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws FieldProblem */
function clientIn(fields: Fields): Prefix | undefined {
  if (fields['client'] === undefined) return undefined;
  const text = textOf(fields, 'client');
  const address = tryParseAddr(text);
  if (address !== undefined) return makePrefix(address, address.family === 4 ? 32 : 128);
  const prefix = tryParsePrefix(text);
  if (prefix === undefined) throw new FieldProblem('client', 'an address or a prefix', text);
  return prefix;
}

import type { IncomingHttpHeaders } from 'node:http';
import { locatedRegions } from '@archeio/clouds';
import type { HealthCheck } from '@archeio/redirect';
import type { Log } from '../../platform/log.ts';
import { ArcheioError } from '../../platform/errors.ts';
import { METRICS_CONTENT_TYPE } from '../../metrics/render-metrics.ts';
import { formatJson } from '../../platform/print.ts';
import type { Answer } from '@archeio/request-handler';
import { type ExplainQuery, parseExplainQuery } from '../../ipc/explain-query.ts';
import { type AdminAnswer, acceptsPages, ConsoleFiles } from './console-files.ts';
import { ADMIN_PATHS, ENDPOINTS } from './endpoints.ts';
import { HISTORY_RANGES, type HistoryRange } from '../../ipc/history.ts';
import type { Status } from '../../ipc/status.ts';
import type { Crew } from '../workers/worker-processes.ts';

/** The data that the admin listener serves. */
export interface AdminSources {
  health(check: HealthCheck): boolean;
  /** Undefined before the workers have started. */
  crew(): Crew | undefined;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  status(): Promise<Status>;
  /** A value to send as JSON. Rejects with an {@link ArcheioError} if the query is invalid. */
  explain(query: ExplainQuery): Promise<unknown>;
  /** As JSON. */
  history(range: HistoryRange): Promise<string>;
  /** As JSON without secrets. */
  configuration(): Promise<string>;
  /** As JSON. */
  flows(range: HistoryRange): Promise<string>;
}

/** By path, as on the public port (R7). */
const HEALTH_CHECKS: ReadonlyMap<string, HealthCheck> = new Map<string, HealthCheck>([
  ['/livez', 'livez'],
  ['/live', 'livez'],
  ['/readyz', 'readyz'],
  ['/ready', 'readyz'],
  ['/startupz', 'startupz'],
  ['/healthz', 'healthz'],
]);

function answer(status: number, type: string, body: string, more: readonly string[] = []): Answer {
  return {
    status,
    headers: [
      'Content-Type',
      type,
      'Content-Length',
      String(Buffer.byteLength(body)),
      // The state changes all the time, and browsers must not guess another type.
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
      ...more,
    ],
    body,
  };
}

/** A value as JSON, without secrets. */
function json(status: number, value: unknown, more: readonly string[] = []): Answer {
  return answer(status, 'application/json', `${formatJson(value)}\n`, more);
}

/** A text that is JSON without secrets. */
function jsonText(text: string): Answer {
  return answer(200, 'application/json', `${text}\n`);
}

/** @throws ArcheioError if it is not a range */
function parseRange(query: string): HistoryRange {
  const range = new URLSearchParams(query).get('range') ?? 'hour';
  if (range === 'hour' || range === 'day') return range;
  const ranges = Object.keys(HISTORY_RANGES).join(' or ');
  throw new ArcheioError('usage', `cannot read range ${quoted(range)}: expected ${ranges}`);
}

/** An error, as `{error}`. */
export function fault(status: number, error: string): Answer {
  return json(status, { error }, status === 405 ? ['Allow', 'GET, HEAD'] : []);
}

/** A remark about workers that do not answer or are missing; empty if there are none. */
function remarkOn(crew: Crew | undefined): string {
  if (crew === undefined) return '';
  const { wanted, answering, silent } = crew;
  const missing = wanted - answering - silent;
  return [
    silent > 0 ? `; ${silent} of ${wanted} processes do not answer` : '',
    missing > 0 ? `; ${missing} of ${wanted} processes are missing` : '',
  ].join('');
}

/** A text in quotes, shortened for an error message. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

/** Answers the requests to the admin listener. */
export class AdminAnswers {
  readonly #sources: AdminSources;
  readonly #log: Log;
  readonly #page = new ConsoleFiles();
  #metrics: Promise<string> | undefined;

  constructor(sources: AdminSources, log: Log) {
    this.#sources = sources;
    this.#log = log;
  }

  /** @param target in origin-form. @param headers select the form of a page. Never rejects. */
  async answer(method: string, target: string, headers: IncomingHttpHeaders): Promise<AdminAnswer> {
    if (method !== 'GET' && method !== 'HEAD')
      return fault(405, `cannot use method ${quoted(method)}: expected GET or HEAD`);
    const question = target.indexOf('?');
    const path = question < 0 ? target : target.slice(0, question);
    try {
      return await this.#at(path, question < 0 ? '' : target.slice(question + 1), headers);
    } catch (error) {
      if (error instanceof ArcheioError && error.code === 'usage') return fault(400, error.message);
      const message = error instanceof Error ? error.message : String(error);
      this.#log.error('admin-failure', { path, message });
      return fault(500, 'internal error; see the log');
    }
  }

  async #at(path: string, query: string, headers: IncomingHttpHeaders): Promise<AdminAnswer> {
    const check = HEALTH_CHECKS.get(path);
    if (check !== undefined) return this.#health(check);
    switch (path) {
      case '/':
        if (!acceptsPages(headers))
          return answer(200, 'text/plain; charset=utf-8', ENDPOINTS, ['Vary', 'Accept']);
        break;
      case '/metrics':
        return answer(200, METRICS_CONTENT_TYPE, await this.#metricsOnce());
      case '/api/status':
        return json(200, await this.#sources.status());
      case '/api/explain':
        return json(200, await this.#sources.explain(parseExplainQuery(query)));
      case '/api/history':
        return jsonText(await this.#sources.history(parseRange(query)));
      case '/api/flows':
        return jsonText(await this.#sources.flows(parseRange(query)));
      case '/api/configuration':
        return jsonText(await this.#sources.configuration());
      case '/api/places':
        return json(200, { places: locatedRegions() });
    }
    return (
      (await this.#page.answer(path, headers)) ??
      fault(
        404,
        `nothing is served at ${quoted(path)}: expected /, ${ADMIN_PATHS.map(([each]) => each).join(', ')}`,
      )
    );
  }

  #health(check: HealthCheck): Answer {
    const healthy = this.#sources.health(check);
    const remark = check === 'readyz' ? remarkOn(this.#sources.crew()) : '';
    return answer(
      healthy ? 200 : 503,
      'text/plain; charset=utf-8',
      `${healthy ? 'healthy' : 'not ready, or stopping'}${remark}\n`,
    );
  }

  /** Concurrent requests share the metrics that are being gathered. */
  #metricsOnce(): Promise<string> {
    this.#metrics ??= this.#sources.metrics().finally(() => (this.#metrics = undefined));
    return this.#metrics;
  }
}

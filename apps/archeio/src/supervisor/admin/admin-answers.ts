import type { HealthCheck } from '@archeio/redirect';
import type { Log } from '../../platform/log.ts';
import { ArcheioError } from '../../platform/errors.ts';
import { METRICS_CONTENT_TYPE } from '../../metrics/render-metrics.ts';
import type { Crew } from '../../metrics/service-state.ts';
import { formatJson } from '../../platform/print.ts';
import type { Answer } from '@archeio/request-handler';
import { type ExplainQuery, parseExplainQuery } from '../../ipc/explain-query.ts';
import { ADMIN_PATHS, START_PAGE } from './start-page.ts';
import type { Status } from '../../ipc/status.ts';

/** The sources of what the admin listener answers. */
export interface AdminSources {
  health(check: HealthCheck): boolean;
  /** The processes that answer requests; undefined before they have started. */
  crew(): Crew | undefined;
  /** In the text format of Prometheus. */
  metrics(): Promise<string>;
  status(): Promise<Status>;
  /** What is sent as JSON; rejects with an {@link ArcheioError} where the query itself is at fault. */
  explain(query: ExplainQuery): Promise<unknown>;
}

function answer(status: number, type: string, body: string, more: readonly string[] = []): Answer {
  return {
    status,
    headers: [
      'Content-Type',
      type,
      'Content-Length',
      String(Buffer.byteLength(body)),
      // What is asked is the state of now; and no browser may take it for anything but what it is.
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
      ...more,
    ],
    body,
  };
}

/** Any value as JSON, without secrets. */
export function json(status: number, value: unknown, more: readonly string[] = []): Answer {
  return answer(status, 'application/json', `${formatJson(value)}\n`, more);
}

/** What went wrong, as `{error}`. */
export function fault(status: number, error: string): Answer {
  return json(status, { error }, status === 405 ? ['Allow', 'GET, HEAD'] : []);
}

const PAGE = answer(200, 'text/html; charset=utf-8', START_PAGE, [
  'Content-Security-Policy',
  "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
]);

/** What is not as it should be with the processes that answer requests. */
function remarkOn(crew: Crew | undefined): string {
  if (crew === undefined) return '';
  const { wanted, answering, silent } = crew;
  const missing = wanted - answering - silent;
  return [
    silent > 0 ? `; ${silent} of ${wanted} processes do not answer` : '',
    missing > 0 ? `; ${missing} of ${wanted} processes are missing` : '',
  ].join('');
}

/** As much of a text as an error says. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
}

/** The answers of the admin listener: method and target in, an answer out. */
export class AdminAnswers {
  readonly #sources: AdminSources;
  readonly #log: Log;
  #metrics: Promise<string> | undefined;

  constructor(sources: AdminSources, log: Log) {
    this.#sources = sources;
    this.#log = log;
  }

  /** @param target in origin-form. Never rejects. */
  async answer(method: string, target: string): Promise<Answer> {
    if (method !== 'GET' && method !== 'HEAD')
      return fault(405, `cannot use method ${quoted(method)}: expected GET or HEAD`);
    const question = target.indexOf('?');
    const path = question < 0 ? target : target.slice(0, question);
    try {
      return await this.#at(path, question < 0 ? '' : target.slice(question + 1));
    } catch (error) {
      if (error instanceof ArcheioError && error.code === 'usage') return fault(400, error.message);
      const message = error instanceof Error ? error.message : String(error);
      this.#log.error('admin-failure', { path, message });
      return fault(500, 'internal error; see the log');
    }
  }

  async #at(path: string, query: string): Promise<Answer> {
    switch (path) {
      case '/':
        return PAGE;
      case '/livez':
        return this.#health('livez');
      case '/readyz':
        return this.#health('readyz');
      case '/startupz':
        return this.#health('startupz');
      case '/healthz':
        return this.#health('healthz');
      case '/metrics':
        return answer(200, METRICS_CONTENT_TYPE, await this.#metricsOnce());
      case '/api/status':
        return json(200, await this.#sources.status());
      case '/api/explain':
        return json(200, await this.#sources.explain(parseExplainQuery(query)));
      default:
        return fault(
          404,
          `nothing is served at ${quoted(path)}: expected /, ${ADMIN_PATHS.map(([each]) => each).join(', ')}`,
        );
    }
  }

  #health(check: HealthCheck): Answer {
    const healthy = this.#sources.health(check);
    return answer(
      healthy ? 200 : 503,
      'text/plain; charset=utf-8',
      `${healthy ? 'healthy' : 'not ready, or stopping'}${check === 'readyz' ? remarkOn(this.#sources.crew()) : ''}\n`,
    );
  }

  /** Those who ask while the metrics are being gathered get the same. */
  #metricsOnce(): Promise<string> {
    this.#metrics ??= this.#sources.metrics().finally(() => (this.#metrics = undefined));
    return this.#metrics;
  }
}

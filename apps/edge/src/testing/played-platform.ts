import type { Platform, RequestContext } from '../platform.ts';

/** An answer of a backend; a missing one never comes. */
export type PlayedAnswer = Response | Error | undefined;

/** A platform whose cache is a map, and whose backends the test plays. */
export class PlayedPlatform implements Platform, RequestContext {
  readonly entries = new Map<string, Response>();
  /** Method and URL of each request to a backend, in order. */
  readonly asked: string[] = [];
  readonly lines: string[] = [];
  /** What keeps the context of a request. */
  readonly kept: Promise<unknown>[] = [];
  time = 1_800_000_000_000;
  answerOf: (url: string) => PlayedAnswer = () => new Response(null, { status: 404 });

  readonly cache = {
    match: (url: string) => Promise.resolve(this.entries.get(url)),
    put: (url: string, response: Response) => {
      this.entries.set(url, response);
      return Promise.resolve();
    },
  };

  readonly fetch = (url: string, { method, signal }: RequestInit): Promise<Response> => {
    this.asked.push(`${method} ${url}`);
    const answer = this.answerOf(url);
    if (answer instanceof Response) return Promise.resolve(answer);
    if (answer instanceof Error) return Promise.reject(answer);
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(new Error('aborted')));
    });
  };

  readonly log = (line: string): void => void this.lines.push(line);
  readonly now = (): number => this.time;

  waitUntil(promise: Promise<unknown>): void {
    this.kept.push(promise);
  }

  /** Resolves when everything that was kept has settled. */
  async settled(): Promise<void> {
    for (let at = 0; at < this.kept.length; at++) await this.kept[at];
  }
}

/** The parts of the Workers platform that are used here, so that tests can play them. */

/** The context of one request. */
export interface RequestContext {
  /** Keeps the request's context after the answer, until the promise settles (30 s at most). */
  waitUntil(promise: Promise<unknown>): void;
}

/** The cache of a data centre (`caches.default`). */
export interface PlatformCache {
  match(url: string): Promise<Response | undefined>;
  put(url: string, response: Response): Promise<void>;
}

/** Sends a request. */
export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** Writes one line to the Worker's log. */
export type WriteLog = (line: string) => void;

/** A part of the platform that may be used only while a request is answered. */
export interface Platform {
  readonly cache: PlatformCache;
  readonly fetch: Fetch;
  readonly log: WriteLog;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

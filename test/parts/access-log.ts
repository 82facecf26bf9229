import { readFileSync } from 'node:fs';
import { until } from './log-waits.ts';

/** A request that a server received. */
export interface Access {
  readonly method: string;
  /** The request target, with its query. */
  readonly path: string;
  readonly status: number;
  /** Present if the log has it. */
  readonly range?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** A server's access log, read from its file. */
export class AccessLog {
  readonly #file: string;
  readonly #read: (text: string) => Access[];
  readonly #url: string;
  #markers = 0;

  /**
   * @param read finds the accesses in the text of the log
   * @param url the server's, to send a marker request and wait for it in the log
   */
  constructor(file: string, url: string, read: (text: string) => Access[]) {
    this.#file = file;
    this.#url = url;
    this.#read = read;
  }

  /** Requests so far. */
  async mark(): Promise<number> {
    await this.#written();
    return this.#all().length;
  }

  /** Requests since then. */
  async since(mark: number): Promise<Access[]> {
    await this.#written();
    return this.#all().slice(mark);
  }

  #all(): Access[] {
    return this.#read(readFileSync(this.#file, 'utf8')).filter(
      ({ path }) => !path.includes('/log-marker-'),
    );
  }

  /** Logs are written some time after the answer: waits until a marker request appears. */
  async #written(): Promise<void> {
    const marker = `/log-marker-${this.#markers++}-`;
    await (await fetch(`${this.#url}${marker}`)).arrayBuffer();
    const written = (): boolean => readFileSync(this.#file, 'utf8').includes(marker);
    await until(`${marker} in ${this.#file}, of which ${this.#url} was asked`, written);
  }
}

/** Whether it is a client's request, not one of Archeio's checks. */
export function isByClient({ userAgent }: Pick<Access, 'userAgent'>): boolean {
  return userAgent !== 'archeio';
}

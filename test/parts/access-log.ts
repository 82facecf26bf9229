import { readFileSync } from 'node:fs';
import { until } from './log-waits.ts';

/** What a server was asked. */
export interface Access {
  readonly method: string;
  /** The request target, with its query. */
  readonly path: string;
  readonly status: number;
  /** Where the log says it. */
  readonly range?: string | undefined;
  readonly userAgent?: string | undefined;
}

/** A server's own log of what it was asked, read from the file that it writes. */
export class AccessLog {
  readonly #file: string;
  readonly #read: (text: string) => Access[];
  readonly #url: string;
  #markers = 0;

  /**
   * @param read finds the accesses in the text of the log
   * @param url the server's, to ask for something that is not there and see it in the log
   */
  constructor(file: string, url: string, read: (text: string) => Access[]) {
    this.#file = file;
    this.#url = url;
    this.#read = read;
  }

  /** How many requests it has been asked so far. */
  async mark(): Promise<number> {
    await this.#written();
    return this.#all().length;
  }

  /** What it has been asked since then. */
  async since(mark: number): Promise<Access[]> {
    await this.#written();
    return this.#all().slice(mark);
  }

  #all(): Access[] {
    return this.#read(readFileSync(this.#file, 'utf8')).filter(
      ({ path }) => !path.includes('/log-marker-'),
    );
  }

  /** Logs are written after the answer, and not at once: waits for a request of our own to be in it. */
  async #written(): Promise<void> {
    const marker = `/log-marker-${this.#markers++}-`;
    await (await fetch(`${this.#url}${marker}`)).arrayBuffer();
    const written = (): boolean => readFileSync(this.#file, 'utf8').includes(marker);
    await until(`${marker} in ${this.#file}, of which ${this.#url} was asked`, written);
  }
}

/** Whether it is not a check of archeio's. */
export function isByClient({ userAgent }: Pick<Access, 'userAgent'>): boolean {
  return userAgent !== 'archeio';
}

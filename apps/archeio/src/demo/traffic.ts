import { setTimeout as sleep } from 'node:timers/promises';
import { failureReason } from '@archeio/plain-errors';
import { CLIENTS, type DemoClient } from './demo-clients.ts';
import { type PullObserver, Pull, type Reference } from './pull.ts';

/** From the start of a client's pull to the start of its next one, in milliseconds. */
const PULL_EVERY = 1200;

/** Pulls a second while every pull is quick. */
export const PULLS_PER_SECOND = (CLIENTS.length * 1000) / PULL_EVERY;

export interface TrafficObserver extends PullObserver {
  pulled(): void;
  failed(client: DemoClient, why: string): void;
}

/** All clients, each pulling the image again and again. */
export class Traffic {
  readonly #reference: Reference;
  readonly #observer: TrafficObserver;
  /** Ends pulls at once. */
  readonly #stop: AbortSignal;
  readonly #last = new AbortController();
  #running: Promise<unknown> = Promise.resolve();

  constructor(reference: Reference, observer: TrafficObserver, stop: AbortSignal) {
    this.#reference = reference;
    this.#observer = observer;
    this.#stop = stop;
  }

  start(): void {
    const step = PULL_EVERY / CLIENTS.length;
    this.#running = Promise.all(CLIENTS.map((client, at) => this.#pullOn(client, at * step)));
  }

  /** Lets the pulls in progress end, and starts no more. */
  async finish(): Promise<void> {
    this.#last.abort();
    await this.#running;
  }

  async #pullOn(client: DemoClient, delay: number): Promise<void> {
    const signal = AbortSignal.any([this.#last.signal, this.#stop]);
    await pause(delay, signal);
    while (!signal.aborted) {
      const started = performance.now();
      await this.#pull(client);
      await pause(started + PULL_EVERY - performance.now(), signal);
    }
  }

  async #pull(client: DemoClient): Promise<void> {
    try {
      await new Pull(client, this.#reference, this.#observer, this.#stop).run();
      this.#observer.pulled();
    } catch (error) {
      if (this.#stop.aborted) return;
      this.#observer.failed(client, error instanceof Error ? error.message : failureReason(error));
    }
  }
}

/** Waits, at most until the signal. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(0, milliseconds), undefined, { signal }).catch(() => undefined);
}

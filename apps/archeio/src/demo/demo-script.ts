import type { DemoClient } from './demo-clients.ts';
import { DEFAULT, NEAR, type Origins, REGISTRY } from './demo-configuration.ts';
import type { DemoSummary } from './demo-summary.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { Narrator } from './narrator.ts';
import { type Outage, OutageWatch } from './outage.ts';
import type { Reference } from './pull.ts';
import { Tally } from './tally.ts';
import { pause, Traffic, type TrafficObserver } from './traffic.ts';

/** How long each part of the script takes at least, and the interval of the table's rows; milliseconds. */
interface Pace {
  readonly steady: number;
  readonly hang: number;
  readonly recovered: number;
  readonly row: number;
  readonly repeats: boolean;
}

export const ONCE: Pace = { steady: 5000, hang: 6000, recovered: 5000, row: 1000, repeats: false };
export const FOREVER: Pace = {
  steady: 15_000,
  hang: 20_000,
  recovered: 10_000,
  row: 5000,
  repeats: true,
};

/** How long the script waits at most until traffic has moved, or has come back; milliseconds. */
const AT_MOST = 30_000;
/** How often it looks. */
const LOOK_EVERY = 50;

/** Supplied by the caller. */
interface ScriptDependencies {
  readonly write: (line: string) => void;
  readonly site: {
    readonly origins: Origins;
    readonly nearStore: Pick<LoopbackServer, 'hang' | 'recover'>;
  };
  readonly pace: Pace;
  readonly stop: AbortSignal;
}

/**
 * The events of Archeio's log that are part of the story, and those that would be a surprise. That the shipped ranges are
 * old (`ranges-old`) is none: the demo fetches no newer ones.
 */
function storyOf(line: string): string | undefined {
  const { level, event, backend, why, saw, problem } = JSON.parse(line);
  if (event === 'backend-down') return `Archeio: ${event} ${backend} (${why}: ${saw})`;
  if (event === 'backend-up') return `Archeio: ${event} ${backend} (${why})`;
  return level === 'info' || event === 'ranges-old'
    ? undefined
    : `Archeio: ${event} ${problem ?? ''}`.trimEnd();
}

/** After this many failed pulls, only the table counts them. */
const FAILURES_TOLD = 10;

/** Steady traffic, a store that hangs, and its recovery. */
export class DemoScript {
  readonly #dependencies: ScriptDependencies;
  readonly #tally = new Tally([NEAR, DEFAULT, REGISTRY]);
  readonly #outages: Outage[] = [];
  #watch: OutageWatch | undefined;
  #narrator: Narrator | undefined;

  constructor(dependencies: ScriptDependencies) {
    this.#dependencies = dependencies;
  }

  /** Tells what Archeio logs. */
  logged(line: string): void {
    const story = storyOf(line);
    if (story !== undefined) this.#narrator?.tell(story);
  }

  /** Runs until the end of the script, or until it is stopped. */
  async run(reference: Reference): Promise<Omit<DemoSummary, 'archeio'>> {
    const { write, pace, stop } = this.#dependencies;
    const narrator = new Narrator(write, [NEAR, DEFAULT, REGISTRY]);
    this.#narrator = narrator;
    const traffic = new Traffic(reference, this.#observer(narrator), stop);
    traffic.start();
    const rows = setInterval(() => narrator.row(this.#tally), pace.row);
    try {
      do await this.#outage(narrator);
      while (pace.repeats && !stop.aborted);
      await traffic.finish();
    } finally {
      clearInterval(rows);
      this.#narrator = undefined;
    }
    narrator.row(this.#tally);
    const seconds = Math.round(narrator.seconds * 10) / 10;
    return { ...this.#tally.total, seconds, outages: this.#outages };
  }

  /** A steady time, a hang and the recovery. */
  async #outage(narrator: Narrator): Promise<void> {
    const { site, pace, stop } = this.#dependencies;
    await pause(pace.steady, stop);
    if (stop.aborted) return;
    site.nearStore.hang();
    narrator.tell(`${NEAR} hangs: it accepts requests and never answers`);
    const watch = new OutageWatch(NEAR, () => narrator.seconds);
    this.#watch = watch;
    await this.#until(() => watch.outage.movedAfterSeconds !== null, pace.hang);
    site.nearStore.recover();
    watch.recovered();
    if (!stop.aborted) narrator.tell(`${NEAR} answers again`);
    await this.#until(() => watch.outage.backAfterSeconds !== null, pace.recovered);
    this.#watch = undefined;
    // An outage that was stopped says nothing.
    if (!stop.aborted) this.#outages.push(watch.outage);
  }

  async #until(isTrue: () => boolean, atLeast: number): Promise<void> {
    const { stop } = this.#dependencies;
    const started = performance.now();
    const spent = (): number => performance.now() - started;
    await pause(atLeast, stop);
    while (!isTrue() && spent() < AT_MOST && !stop.aborted) await pause(LOOK_EVERY, stop);
  }

  #observer(narrator: Narrator): TrafficObserver {
    const { origins } = this.#dependencies.site;
    const names = new Map(Object.entries(origins).map(([name, origin]) => [origin, name]));
    const nameOf = ({ origin }: URL): string => names.get(origin) ?? origin;
    return {
      pulled: () => this.#tally.add('pulls'),
      repeated: () => this.#tally.add('repeated'),
      received: (location, bytes) => this.#tally.addBlob(nameOf(location), bytes),
      redirected: (client, kind, location) => {
        this.#tally.addRedirect(nameOf(location));
        if (kind === 'blobs') this.#sent(narrator, client, nameOf(location));
      },
      failed: (client, why) => {
        this.#tally.add('failed');
        if (this.#tally.total.failed > FAILURES_TOLD) return;
        narrator.tell(`PULL FAILED: ${client.place}: ${why}`);
      },
    };
  }

  #sent(narrator: Narrator, client: DemoClient, backend: string): void {
    if (!client.isNear || this.#watch === undefined) return;
    const change = this.#watch.sent(backend);
    if (change === undefined) return;
    const { movedAfterSeconds, backAfterSeconds } = this.#watch.outage;
    narrator.tell(
      change === 'moved'
        ? `clients of ${NEAR} get their blobs from ${backend} now, ${movedAfterSeconds?.toFixed(1)} s after it hung`
        : `clients of ${NEAR} are back, ${backAfterSeconds?.toFixed(1)} s after it recovered`,
    );
  }
}

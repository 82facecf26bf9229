import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type {
  ConsideredBackend,
  DecisionEvent,
} from '../../apps/archeio/src/ipc/decision-event.ts';

/** The configuration that the events come from: two stores, and a default. */
export const SERVED = `version: 1
clientAddress: { topology: remote }
pages: { info: https://registry.example/about, privacy: https://registry.example/privacy }
registries:
  - name: main
    upstreams: [{ name: upstream, url: https://upstream.example, usdPerGiB: 0.12 }]
stores:
  - name: paris
    url: https://paris.example
    key: '{digest}'
    near: [{ cloud: AWS, regions: [eu-west-3] }]
    usdPerGiB: { sameRegion: 0, sameCloud: 0.02, internet: 0.09 }
  - name: dublin
    url: https://dublin.example
    key: '{digest}'
    near: [{ cloud: AWS, regions: [eu-west-1] }]
    usdPerGiB: { sameRegion: 0, sameCloud: 0.02, internet: 0.09 }
  - name: cdn
    url: https://cdn.example
    key: '{digest}'
    default: true
    usdPerGiB: 0.05
stayUpstream: [{ cloud: GCP }]
`;

/** The same without the store in Dublin, and with another name for the default. */
export const CHANGED = SERVED.replace(/ {2}- name: dublin\n(?: {4}.*\n)+/, '').replace(
  'name: cdn',
  'name: edge',
);

const PLACES: readonly (readonly [cloud: string | null, region: string | null, store: string])[] = [
  ['AWS', 'eu-west-3', 'paris'],
  ['AWS', 'eu-west-1', 'dublin'],
  ['AWS', 'us-east-1', ''],
  ['GCP', 'europe-west1', ''],
  [null, null, ''],
];
const BLOBS = 20_000;
const START = Date.UTC(2026, 0, 1);

/** Marsaglia's xorshift32: the same numbers in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function digestOf(number: number): string {
  return `sha256:${number.toString(16).padStart(64, '0')}`;
}

/** The stores that have a blob depend on its number. */
function has(store: string, blob: number): boolean {
  return store === 'cdn' ? blob % 10 !== 0 : blob % 3 !== 0;
}

/** What a request for a blob considers, and the backend that serves it. */
function blobDecision(
  blob: number,
  cloud: string | null,
  near: string,
): Pick<DecisionEvent, 'rule' | 'reason' | 'considered' | 'backend'> {
  const upstream: ConsideredBackend = { backend: 'upstream', presence: null };
  if (cloud === 'GCP')
    return { rule: 'R10', reason: 'stays-upstream', considered: [upstream], backend: 'upstream' };
  const considered: ConsideredBackend[] = [];
  for (const store of near === '' ? ['cdn'] : [near, 'cdn']) {
    considered.push({ backend: store, presence: has(store, blob) ? 'present' : 'absent' });
    if (has(store, blob))
      return { rule: 'R11', reason: 'first-healthy-store', considered, backend: store };
  }
  considered.push(upstream);
  return { rule: 'R12', reason: 'stores-lack-it', considered, backend: 'upstream' };
}

/** Events as `serve` writes them with {@link SERVED}: blobs, manifests, version checks and errors. */
export function* generatedEvents(count: number, seed = 0x9e3779b9): Generator<DecisionEvent> {
  const random = randomNumbers(seed);
  for (let number = 0; number < count; number++) {
    const [cloud, region, near] = PLACES[random(PLACES.length)] ?? assertPlace();
    const what = random(100);
    const blob = random(BLOBS);
    const name = `team/app-${blob % 50}`;
    const common = {
      event: 'decision',
      schema: 1,
      time: new Date(START + number).toISOString(),
      host: 'registry.example',
      method: random(10) === 0 ? 'HEAD' : 'GET',
      durationMs: random(5000) / 1000,
      rangeOffset: 0,
      weight: random(4) === 0 ? 1 : 100,
      requestId: null,
      pullId: null,
      traceId: null,
      userAgent: 'containerd/2.1.0',
    } as const;
    const place = { cloud, region };
    if (what < 60) {
      const decision = blobDecision(blob, cloud, near);
      const bytes = random(50) === 0 ? null : 1000 * (blob + 1);
      const rangeOffset = random(20) === 0 ? random(2000) * 1000 : 0;
      const rest = { kind: 'blob', name, reference: digestOf(blob), status: 307, bytes } as const;
      yield { ...common, ...decision, ...rest, ...place, rangeOffset };
    } else if (what < 90) {
      const reference = what < 75 ? `v1.${blob % 9}` : digestOf(blob);
      const considered = [{ backend: 'upstream', presence: null }];
      const rest = { kind: 'manifest', name, reference, status: 307, bytes: null } as const;
      const decision = { rule: 'R9', reason: 'source-of-truth', backend: 'upstream' } as const;
      yield { ...common, ...decision, considered, ...rest, ...place };
    } else {
      const isBase = what < 98;
      yield {
        ...common,
        rule: isBase ? 'R4' : 'R6',
        reason: isBase ? 'api-base' : 'invalid-name',
        kind: isBase ? 'base' : 'invalid',
        name: null,
        reference: null,
        considered: [],
        backend: null,
        cloud: null,
        region: null,
        status: isBase ? 200 : 400,
        bytes: null,
      };
    }
  }
}

function assertPlace(): never {
  throw new RangeError('there is no such place');
}

/** Writes generated events to a file, with some other lines of the log in between. */
export async function writeEvents(path: string, count: number): Promise<void> {
  const file = createWriteStream(path);
  let text = '';
  let number = 0;
  for (const event of generatedEvents(count)) {
    if (number++ % 100_000 === 0)
      text += '{"time":"x","level":"info","event":"ranges-refreshed"}\n';
    text += `${JSON.stringify(event)}\n`;
    if (text.length < 1_000_000) continue;
    if (!file.write(text)) await once(file, 'drain');
    text = '';
  }
  file.end(text);
  await finished(file);
}

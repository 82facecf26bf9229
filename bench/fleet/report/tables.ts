import { deployment } from '../model/deployment.ts';
import { readable } from '../plots/axis.ts';
import { LOOKS, variantOf } from '../plots/variants.ts';
import {
  fleetDollars,
  headDollars,
  inventoryReading,
  millionHeads,
  presetDollars,
} from '../study/costs.ts';
import { FLEETS, HEADS, type Price } from '../study/prices.ts';
import type { Results } from '../study/results.ts';
import type { Timeline } from '../study/timeline.ts';
import { assumptions } from './assumptions.ts';

/** Empty if there is nothing. */
const percent = (share: number): string => (share > 0 ? `${(100 * share).toFixed(1)} %` : '');
const dollars = (usd: number): string => `$${Math.round(usd).toLocaleString('en-US')}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** One row for each variant. */
function byVariant(
  results: Results,
  columns: Readonly<Record<string, (variant: Timeline) => string>>,
): string {
  return table(
    ['', ...Object.keys(columns)],
    LOOKS.map((look) => [
      look.label,
      ...Object.values(columns).map((cell) => cell(variantOf(results, look))),
    ]),
  );
}

const most = (values: readonly number[]): string => readable(Math.max(...values));
const last = (values: readonly number[]): string => readable(values.at(-1) ?? 0);
const total = (values: readonly number[]): string =>
  readable(60 * values.reduce((sum, each) => sum + each, 0));

function sources(prices: Readonly<Record<string, Price>>): readonly (readonly string[])[] {
  return Object.entries(prices).map(([name, { what, source, read }]) => [
    name,
    what,
    `<${source}>`,
    read ? '2026-11-29' : 'no, from memory',
  ]);
}

/** The tables of docs/scale.md, by name. */
export const TABLES: Readonly<Record<string, (results: Results) => string>> = {
  assumptions: () => table(['what', 'value', 'source'], assumptions()),

  steady: (results) =>
    byVariant(results, {
      'HEADs per second': ({ steady }) => readable(steady.headsPerSecond),
      'own memory': ({ steady }) => percent(steady.own),
      'proven absent': ({ steady }) => percent(steady.proven),
      Redis: ({ steady }) => percent(steady.shared),
      store: ({ steady }) => percent(steady.store),
      'hits of Redis': ({ steady }) => percent(steady.sharedHits),
      'mean wait': ({ steady }) => `${steady.meanWait.toFixed(1)} ms`,
    }),

  events: (results) =>
    byVariant(results, {
      'cold start: first minute': ({ coldStart }) => readable(coldStart.heads[0]),
      'cold start: after an hour': ({ coldStart }) => last(coldStart.heads),
      'redeploy: highest minute': ({ redeploy }) => most(redeploy.heads),
      'scale-up: first minute, us-east4': ({ scaleUp }) => readable(scaleUp.heads[0]),
      'release: highest minute': ({ release }) => most(release.heads),
      'release: avoidable requests to the upstream': ({ release }) => total(release.avoidable),
    }),

  memory: (results) =>
    byVariant(results, {
      'most entries of an instance': ({ mostEntries }) => readable(mostEntries),
      'their memory': ({ mostEntries }) => `${((mostEntries * 60) / 1e6).toFixed(1)} MB`,
      'inventories of 33 stores': ({ inventoryBytes }) =>
        inventoryBytes > 0 ? `${((33 * inventoryBytes) / 1e6).toFixed(1)} MB` : '',
      'entries of the largest Redis': ({ largestShared }) =>
        largestShared > 0 ? readable(largestShared) : '',
    }),

  'cost of HEADs': (results) =>
    byVariant(results, {
      'million HEADs a month': (variant) => readable(millionHeads(variant)),
      'S3 and CloudFront': (variant) => dollars(presetDollars(variant)),
      ...Object.fromEntries(
        Object.keys(HEADS).map((name) => [
          `all ${name}`,
          (variant: Timeline) => dollars(headDollars(variant)[name]),
        ]),
      ),
    }),

  'cost of fleets': () =>
    table(
      ['redirectors in', '220 instances, always on', '22 small Redis, no replicas'],
      fleetDollars().map(({ cloud, instances, redis }) => [
        cloud,
        dollars(instances),
        dollars(redis),
      ]),
    ),

  'cost of inventories': (results) => {
    const variant = variantOf(results, { sharing: 'none', inventory: true });
    const stores = deployment().storeNames.length;
    return table(
      ['each instance reads', 'GiB a month', 'at $0.09 a GiB'],
      [stores, 3, 1].map((read) => {
        const { gib, usd } = inventoryReading(variant, read);
        return [
          read === stores ? `inventories of all ${read} stores` : `inventories of ${read}`,
          readable(gib),
          dollars(usd),
        ];
      }),
    );
  },

  prices: () =>
    table(
      ['', 'list price', 'page', 'quotation read'],
      [
        ...sources(HEADS),
        ...Object.values(FLEETS).flatMap(({ instance, redis }) =>
          sources({ instance, Redis: redis }),
        ),
      ],
    ),

  sensitivity: ({ sweeps }) =>
    table(
      ['', 'value', 'own memory', 'HEADs per second', 'with a Redis', 'with inventories'],
      sweeps.flatMap(({ name, unit, points }) =>
        points.map(({ value, alone, against }, at) => {
          const other = against === undefined ? '' : readable(against.headsPerSecond);
          const [redis, inventories] = name === 'absent' ? ['', other] : [other, ''];
          const heads = readable(alone.headsPerSecond);
          return [
            at === 0 ? unit : '',
            readable(value),
            percent(alone.own),
            heads,
            redis,
            inventories,
          ];
        }),
      ),
    ),
};

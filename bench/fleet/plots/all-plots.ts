import type { Results } from '../study/results.ts';
import { GROWING, type Timeline } from '../study/timeline.ts';
import { regionsPlot } from './regions-plot.ts';
import { sensitivityPlot } from './sensitivity-plot.ts';
import { timePlot, type TimePlot } from './time-plot.ts';
import { ALONE, INVENTORIES, type Look, LOOKS, REDIS, variantOf } from './variants.ts';

const HEADS = 'HEADs to stores per second';

interface Moments extends Omit<TimePlot, 'lines' | 'y'> {
  readonly y?: string;
  readonly looks?: readonly Look[];
  readonly values: (variant: Timeline) => readonly number[];
}

/** What happens to the variants, minute by minute. */
const MOMENTS: Readonly<Record<string, Moments>> = {
  'cold-start.svg': {
    heading: 'Cold start of the whole fleet, Redis empty too',
    x: 'minutes since the start',
    values: ({ coldStart }) => coldStart.heads,
  },
  'redeploy.svg': {
    heading: 'All instances replaced within a minute, Redis kept',
    x: 'minutes since the first replacement',
    values: ({ redeploy }) => redeploy.heads,
  },
  'scale-up.svg': {
    heading: `${GROWING} doubles its instances: its HEADs`,
    x: 'minutes since then',
    values: ({ scaleUp }) => scaleUp.heads,
  },
  'release.svg': {
    heading: 'Release day: new blobs become popular',
    x: 'minutes since the release',
    values: ({ release }) => release.heads,
  },
  'release-upstream.svg': {
    heading: 'Release day: blobs that a store has, and the upstream serves',
    x: 'minutes since the release',
    y: 'requests per second',
    // With inventories, a Redis changes nothing here; one for all lies between the others.
    looks: [ALONE, REDIS, INVENTORIES],
    values: ({ release }) => release.avoidable,
    namedAtHighest: true,
  },
};

/** The drawings of docs/scale.md, by file name. */
export function plots(results: Results): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const [name, { looks = LOOKS, y = HEADS, values, ...about }] of Object.entries(MOMENTS)) {
    const lines = looks.map((look) => ({ look, values: values(variantOf(results, look)) }));
    all.set(name, timePlot({ ...about, y, lines }));
  }
  const { days } = results;
  all.set(
    'two-days.svg',
    timePlot({
      heading: `Two days of ${days.region}, from a cold start`,
      x: 'hours since the start',
      y: HEADS,
      lines: [
        { look: ALONE, values: days.none },
        { look: REDIS, values: days.shared },
      ],
    }),
  );
  all.set('regions.svg', regionsPlot(results));
  if (results.sweeps.length > 0) all.set('sensitivity.svg', sensitivityPlot(results));
  return all;
}

import type { Results } from '../study/results.ts';
import { linearAxis } from './axis.ts';
import { barChart, barChartHeight } from './bar-chart.ts';
import { svgDocument } from './document.ts';
import { WIDTH } from './time-plot.ts';
import { ALONE, REDIS, variantOf } from './variants.ts';

/** HEADs of a steady hour by region, the largest first. */
export function regionsPlot(results: Results): string {
  const shared = variantOf(results, REDIS).regions;
  const bars = variantOf(results, ALONE)
    .regions.map(({ region, steady }, at) => ({
      label: region,
      values: [
        { colour: ALONE.colour, value: steady.headsPerSecond },
        { colour: REDIS.colour, value: shared[at].steady.headsPerSecond },
      ],
    }))
    .toSorted((a, b) => b.values[0].value - a.values[0].value);
  const title = 'Where the HEADs come from, in a steady hour';
  const x = linearAxis('HEADs to stores per second', bars[0].values[0].value, 7);
  const description = `${x.label} by region: ${ALONE.label}, ${REDIS.label}.`;
  return svgDocument({ width: WIDTH, height: barChartHeight({ bars }) }, { title, description }, [
    barChart({ heading: title, x, bars, names: [ALONE.label, REDIS.label] }, WIDTH),
  ]);
}

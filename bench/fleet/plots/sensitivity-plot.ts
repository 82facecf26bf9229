import type { Results } from '../study/results.ts';
import type { Swept } from '../study/sensitivity.ts';
import { axisOf, linearAxis } from './axis.ts';
import { svgDocument } from './document.ts';
import { type Line, lineChart } from './line-chart.ts';

const COLUMNS = 2;
const PANEL = { width: 430, height: 250, labels: 96 };

/** Values that grow by factors are drawn by factors. */
const LOGARITHMIC = new Set(['blobs', 'requestsPerSecond', 'lifetime', 'instances', 'entries']);

function panel({ name, unit, points }: Swept, at: number): string {
  const other = name === 'absent' ? 'inventories' : 'Redis';
  const lines: Line[] = [
    {
      label: 'alone',
      colour: 'alone',
      points: points.map(({ value, alone }) => [value, alone.headsPerSecond]),
    },
    {
      label: other,
      colour: name === 'absent' ? 'inventory' : 'shared',
      points: points.flatMap(({ value, against }) =>
        against === undefined ? [] : [[value, against.headsPerSecond] as const],
      ),
    },
  ];
  const most = Math.max(...lines.flatMap(({ points }) => points.map(([, value]) => value)));
  const ticks = points.map(({ value }) => value);
  return lineChart(
    {
      heading: '',
      x: axisOf(unit, ticks, LOGARITHMIC.has(name) ? 'log' : 'linear'),
      y: linearAxis('HEADs per second', most, 4),
      lines,
      dots: true,
    },
    {
      ...PANEL,
      left: (at % COLUMNS) * PANEL.width,
      top: 24 + Math.floor(at / COLUMNS) * PANEL.height,
    },
  );
}

/** A panel for each assumption: what it changes in one region. */
export function sensitivityPlot({ sweeps, days }: Results): string {
  const title = `HEADs of ${days.region} if one assumption is different`;
  const rows = Math.ceil(sweeps.length / COLUMNS);
  const size = { width: COLUMNS * PANEL.width, height: 24 + rows * PANEL.height };
  const description = `HEADs to stores per second, for other values of: ${sweeps.map(({ unit }) => unit).join('; ')}.`;
  const heading = `<text x="6" y="18" class="heading">${title}</text>`;
  return svgDocument(size, { title, description }, [heading, ...sweeps.map(panel)]);
}

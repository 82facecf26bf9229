import { linearAxis, timeAxis } from './axis.ts';
import { svgDocument } from './document.ts';
import { lineChart } from './line-chart.ts';
import type { Look } from './variants.ts';

export const WIDTH = 860;
const HEIGHT = 360;
const LABELS = 190;

export interface TimePlot {
  readonly heading: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly {
    readonly look: Pick<Look, 'label' | 'colour'>;
    readonly values: readonly number[];
  }[];
  readonly namedAtHighest?: boolean;
}

/** A value for each minute or hour: that of the first one is drawn at 1, when it has been counted. */
export function timePlot({ heading, x, y, lines, namedAtHighest = false }: TimePlot): string {
  const most = Math.max(1, ...lines.flatMap(({ values }) => values));
  const length = Math.max(...lines.map(({ values }) => values.length));
  const chart = lineChart(
    {
      heading,
      x: timeAxis(x, length),
      y: linearAxis(y, most),
      lines: lines.map(({ look: { label, colour }, values }) => ({
        label,
        colour,
        points: values.map((value, at) => [at + 1, value] as const),
      })),
      namedAtHighest,
    },
    { left: 0, top: 0, width: WIDTH, height: HEIGHT, labels: LABELS },
  );
  const description = `${y}, by ${x}: ${lines.map(({ look }) => look.label).join(', ')}.`;
  return svgDocument({ width: WIDTH, height: HEIGHT }, { title: heading, description }, [chart]);
}

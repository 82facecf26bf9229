import { useEffect, useRef, useState } from './lib/hooks.js';
import uPlot from './lib/uplot.js';
import { html } from './html.js';
import { latest } from './history.js';

const HEIGHT = 150;

function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** Vertical lines where a backend changed its state or a configuration was loaded. */
function marks(of) {
  return (plot) => {
    const { ctx, bbox } = plot;
    ctx.save();
    for (const { atMs, state, kind } of of()) {
      const x = plot.valToPos(atMs / 1000, 'x', true);
      if (x < bbox.left || x > bbox.left + bbox.width) continue;
      ctx.strokeStyle = ctx.fillStyle = color(state === 'down' ? 'alarm' : 'quiet');
      ctx.lineWidth = devicePixelRatio;
      ctx.setLineDash(state === 'down' ? [] : [3 * devicePixelRatio, 3 * devicePixelRatio]);
      ctx.beginPath();
      ctx.moveTo(x, bbox.top);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
      ctx.font = `${9 * devicePixelRatio}px system-ui`;
      ctx.textAlign = 'center';
      ctx.fillText(
        state === 'down' ? '▼' : state === 'up' ? '▲' : kind === 'reload' ? '↻' : '•',
        x,
        bbox.top - 2 * devicePixelRatio,
      );
    }
    ctx.restore();
  };
}

function axes(format) {
  const font = '11px system-ui, sans-serif';
  const quiet = () => color('quiet');
  const grid = { stroke: () => color('grid'), width: 1 };
  const time = (moment) => new Date(moment * 1000).toTimeString().slice(0, 5);
  return [
    {
      stroke: quiet,
      font,
      grid: { show: false },
      ticks: { show: false },
      size: 24,
      space: 64,
      values: (_, splits) => splits.map(time),
    },
    {
      stroke: quiet,
      font,
      grid,
      ticks: { show: false },
      size: 58,
      space: 34,
      values: (_, splits) => splits.map((each) => format(each)),
    },
  ];
}

function create(element, { series, format }, read, onCursor) {
  const options = {
    width: Math.max(element.clientWidth, 100),
    height: HEIGHT,
    legend: { show: false },
    padding: [14, 20, 0, 0],
    cursor: { sync: { key: 'hour' }, drag: { x: false, y: false }, points: { size: 6 }, y: false },
    scales: {
      x: { time: true, range: () => read().window },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.15 : 1] },
    },
    axes: axes(format),
    series: [
      {},
      ...series.map(({ color: name, fill }) => ({
        stroke: () => color(name),
        width: 1.5,
        ...(fill && { fill: () => `${color(name)}22` }),
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      draw: [marks(() => read().changes)],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
  return new uPlot(options, undefined, element);
}

/**
 * Values over time. All charts of a page show the same time and share a cursor.
 *
 * @param series `{ label, color, values }` for each line
 * @param window first and last second of the time shown
 */
export function Chart({ title, series, times, format, window, changes, theme, empty }) {
  const element = useRef(null);
  const plot = useRef(undefined);
  const shownNow = useRef({});
  shownNow.current = { changes, window };
  const [cursor, setCursor] = useState(null);
  const isEmpty = series.every(({ values }) =>
    values.every((value) => value === null || value === undefined),
  );
  const kind = series.map(({ label, color: name }) => `${label} ${name}`).join();
  useEffect(() => {
    if (isEmpty) return undefined;
    const created = create(element.current, { series, format }, () => shownNow.current, setCursor);
    plot.current = created;
    const observer = new ResizeObserver(([{ contentRect }]) =>
      created.setSize({ width: Math.max(contentRect.width, 100), height: HEIGHT }),
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      created.destroy();
      plot.current = undefined;
    };
  }, [isEmpty, kind, theme]);
  useEffect(() => {
    if (plot.current === undefined) return;
    plot.current.setData([times, ...series.map(({ values }) => values)]);
  }, [times, series, isEmpty, kind, theme]);
  const shown = (values) =>
    (cursor === null ? latest(values, values.length) : values[cursor]) ?? null;
  const inWords = series.map(({ label, values }) => `${label} ${format(shown(values))}`).join(', ');
  return html`<figure class="chart">
    <figcaption>
      <h3>${title}</h3>
      <ul class="key">
        ${series.map(
          ({ label, color: name, values }) =>
            html`<li key=${label}>
              <i class=${name}></i>${label} <b>${format(shown(values))}</b>
            </li>`,
        )}
      </ul>
    </figcaption>
    ${
      isEmpty
        ? html`<div class="canvas"><p class="empty">${empty}</p></div>`
        : html`<div
            class="canvas"
            ref=${element}
            role="img"
            aria-label=${`${title}: ${inWords}`}
          ></div>`
    }
  </figure>`;
}

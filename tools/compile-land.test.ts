import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LAND } from '../apps/console/web/land.js';
import { landModule, outlines, readTopology } from './compile-land.ts';
import { ROOT } from './source-files.ts';

test('the outlines in the console are those of the package', () => {
  const file = readFileSync(join(ROOT, 'apps/console/web/land.js'), 'utf8');
  assert.equal(file, landModule(readTopology()));
});

test('every outline is closed and on Earth', () => {
  assert.ok(LAND.length > 100, String(LAND.length));
  for (const ring of LAND) {
    const steps = ring.split(' ').map(Number);
    let [x, y] = [0, 0];
    const points: [number, number][] = [];
    for (let at = 0; at < steps.length; at += 2) {
      [x, y] = [x + steps[at], y + steps[at + 1]];
      points.push([x, y]);
      // A part of Siberia is beyond the 180th meridian.
      assert.ok(x >= -1900 && x <= 1905 && Math.abs(y) <= 900, `${x} ${y}`);
      assert.ok(at === 0 || Math.abs(steps[at]) < 1800, ring);
    }
    assert.deepEqual(points[0], points.at(-1));
  }
});

test('arcs are joined, those with a negative number backwards', () => {
  const topology = {
    transform: { scale: [0.1, 0.1], translate: [-10, 0] },
    arcs: [
      [
        [0, 0],
        [10, 0],
        [0, 10],
      ],
      [
        [0, 0],
        [0, 10],
        [10, 0],
      ],
    ],
    objects: { land: { geometries: [{ arcs: [[[0, -2]]] }] } },
  } as const;
  assert.deepEqual(outlines(topology), ['-100 0 10 0 0 10 -10 0 0 -10']);
});

test('a ring that crosses the 180th meridian is one piece; what is near the South Pole is left out', () => {
  const ring = (...points: [number, number][]) => ({
    transform: { scale: [1, 1], translate: [0, 0] } as const,
    arcs: [
      points.map(([x, y], index): [number, number] =>
        index === 0 ? [x, y] : [x - points[index - 1][0], y - points[index - 1][1]],
      ),
    ],
    objects: { land: { geometries: [{ arcs: [[[0]]] }] } },
  });
  const east = ring([170, 60], [-175, 60], [-175, 70], [170, 70], [170, 60]);
  assert.deepEqual(outlines(east), ['1700 600 150 0 0 100 -150 0 0 -100']);
  const west = ring([-170, 60], [175, 60], [175, 70], [-170, 70], [-170, 60]);
  assert.deepEqual(outlines(west), ['-1700 600 -150 0 0 100 150 0 0 -100']);
  assert.deepEqual(outlines(ring([0, -70], [10, -70], [10, -80], [0, -70])), []);
});

test('wrong use', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, 'tools/compile-land.ts'), '--in', 'x'],
    { encoding: 'utf8', timeout: 60_000 },
  );
  assert.equal(status, 2);
  assert.match(stderr, /^compile-land: .*--in.*; see --help\n$/s);
});

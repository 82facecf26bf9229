import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { FAMILIES, type Family } from '../../apps/archeio/src/metrics/families.ts';
import { RuntimeMetrics } from '../../apps/archeio/src/metrics/runtime-metrics.ts';
import { ROOT } from '../../tools/source-files.ts';
import { blocksOf } from '../documentation/blocks.ts';
import { unavailable } from '../parts/availability.ts';
import { must, run } from '../parts/command.ts';
import {
  alerts,
  dashboard,
  dashboardExpressions,
  expectations,
  RULE_TESTS,
  RULES,
  rules,
  textOf,
} from './monitoring-files.ts';

const GUIDE = 'docs/guides/monitor.md';

/** The queries of the guide. */
const documented = blocksOf(textOf(GUIDE))
  .filter(({ language }) => language === 'promql')
  .map(({ text }) => text.trim());

/** Every expression that Archeio ships or documents. */
const EXPRESSIONS = [...rules().map(({ expr }) => expr), ...dashboardExpressions(), ...documented];

/** Names of samples: a histogram has three. */
function samplesOf([name, { type }]: [string, Family]): string[] {
  return type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => name + end) : [name];
}

/** Labels that Prometheus adds, and that of buckets. */
const ADDED = ['job', 'instance', 'le'];

test('every metric in rules, dashboard and guide exists', async () => {
  const runtime = [...(await new RuntimeMetrics().text()).matchAll(/^# TYPE (\S+)/gm)];
  const known = new Set<string | undefined>([
    'up',
    ...Object.entries(FAMILIES).flatMap(samplesOf),
    ...runtime.map(([, name]) => name),
    ...rules().map(({ record }) => record),
  ]);
  const used = EXPRESSIONS.flatMap(
    (expr) =>
      expr
        .replaceAll(/"[^"]*"/g, '')
        .match(
          /\b(?:(?:archeio|http|process|nodejs)_[a-z0-9_]+|archeio:[a-z0-9_:]+|up)\b(?!=|!)/g,
        ) ?? [],
  );
  const names = used.filter((name) => !/^http_re(?:quest|sponse)_/.test(name));
  assert.ok(new Set(names).size > 20);
  assert.deepEqual([...new Set(names.filter((name) => !known.has(name)))], []);
});

test('every selector uses labels that its metric has', () => {
  const labels = new Map<string, readonly string[]>(
    Object.entries(FAMILIES).flatMap(([name, family]) =>
      samplesOf([name, family]).map((sample) => [sample, family.labels] as const),
    ),
  );
  let selectors = 0;
  for (const expr of EXPRESSIONS)
    for (const [, name = '', matchers = ''] of expr.matchAll(/(\w+)\{([^}]*)\}/g)) {
      const used = [...matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, label = '']) => label);
      const has = new Set([...ADDED, ...(labels.get(name) ?? [])]);
      assert.deepEqual(
        used.filter((label) => !has.has(label)),
        [],
        `${name} in ${expr}`,
      );
      selectors++;
    }
  assert.ok(selectors > 50, String(selectors));
});

suite('every alert', () => {
  for (const { alert, labels, annotations } of alerts())
    test(`${alert} has a severity, a summary, a runbook that exists and a row in the guide`, () => {
      assert.match(labels?.['severity'] ?? '', /^(?:critical|warning)$/);
      assert.match(annotations?.['summary'] ?? '', /\.$/);
      const [path = '', anchor = ''] = (annotations?.['runbook'] ?? '').split('#');
      assert.ok(path.startsWith('docs/') && existsSync(join(ROOT, path)), path);
      const headings = [...textOf(path).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
          .replaceAll(' ', '-'),
      );
      assert.ok(headings.includes(anchor), `${path} has no heading #${anchor}`);
      assert.ok(textOf(GUIDE).includes(`| \`${alert}\` `), `${GUIDE} does not list it`);
    });

  test('has rule tests in which it fires, and in which it does not', () => {
    const expected = expectations();
    const names = alerts().map(({ alert }) => alert);
    assert.deepEqual([...expected.keys()].toSorted(), names.toSorted());
    assert.deepEqual(
      names.filter((name) => !(expected.get(name)!.fires > 0 && expected.get(name)!.quiet > 1)),
      [],
    );
  });
});

test('the panels of the dashboard are told apart, described and do not overlap', () => {
  const { panels } = dashboard();
  assert.ok(panels.length >= 10);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length);
  assert.equal(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size, panels.length);
  for (const { title, description, gridPos, targets } of panels) {
    assert.ok(description !== '' && targets.length > 0, title);
    assert.ok(gridPos.x + gridPos.w <= 24, title);
  }
});

suite('promtool', { skip: unavailable(['promtool']) }, () => {
  test('accepts the rules', async () => {
    await must('promtool', ['check', 'rules', '--lint-fatal', join(ROOT, RULES)]);
  });

  test('finds that the alerts fire when they should, and only then', async () => {
    await must('promtool', ['test', 'rules', join(ROOT, RULE_TESTS)]);
  });

  const check = async (expressions: readonly string[]) => {
    const folder = mkdtempSync(join(tmpdir(), 'monitoring-'));
    try {
      const file = join(folder, 'expressions.yaml');
      const written = expressions.map((expr, at) => ({ record: `expression_${at}`, expr }));
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'expressions', rules: written }] }));
      return await run('promtool', ['check', 'rules', file]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  test('parses every expression of the dashboard and the guide', async () => {
    const { code, stdout, stderr } = await check([...dashboardExpressions(), ...documented]);
    assert.equal(code, 0, stdout + stderr);
  });

  test('would find an expression that is not PromQL', async () => {
    assert.notEqual((await check(['sum by (backend ('])).code, 0);
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { DASHBOARD, RULES, textOf } from '../monitoring/monitoring-files.ts';
import { unavailable } from '../parts/availability.ts';
import { must, run } from '../parts/command.ts';
import { SAMPLES } from './chart-values.ts';
import { configMap, ofKind } from './kubernetes-object.ts';
import { NEEDS, renderedObjects } from './rendered-chart.ts';

const PRODUCTION = SAMPLES.get('production')!;

suite('monitoring by the chart', { skip: unavailable([...NEEDS, 'promtool']) }, () => {
  test('the PrometheusRule has the rules of deploy/prometheus, and promtool accepts them', async () => {
    const [{ spec, metadata }] = ofKind(await renderedObjects(PRODUCTION), 'PrometheusRule');
    assert.deepEqual(spec, parse(textOf(RULES)));
    assert.equal(metadata.labels!['release'], 'kube-prometheus-stack');
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    try {
      const file = join(folder, 'rules.yaml');
      writeFileSync(file, stringify(spec));
      await must('promtool', ['check', 'rules', '--lint-fatal', file]);
      writeFileSync(file, stringify(spec).replace('sum by (job)', 'sum by (job'));
      assert.notEqual((await run('promtool', ['check', 'rules', file])).code, 0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('the ConfigMap for Grafana has the dashboard of deploy/grafana, and its label', async () => {
    const objects = await renderedObjects(PRODUCTION);
    const dashboard = configMap(objects, 'images-dashboard')['archeio.json'];
    assert.equal(`${dashboard.trim()}\n`, textOf(DASHBOARD));
    const { metadata } = objects.find((each) => each.metadata.name === 'images-dashboard')!;
    assert.equal(metadata.labels!['grafana_dashboard'], '1');
  });

  test('is off by default: the operator and Grafana may be missing', async () => {
    const kinds = new Set((await renderedObjects(SAMPLES.get('default')!)).map(({ kind }) => kind));
    assert.ok(!kinds.has('PrometheusRule') && !kinds.has('ServiceMonitor'));
  });
});

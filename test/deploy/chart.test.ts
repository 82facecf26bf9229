import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stringify } from 'yaml';
import { unavailable } from '../parts/availability.ts';
import { checkDocument } from '../parts/generated-document.ts';
import { SAMPLES } from './chart-values.ts';
import { refusedFields } from './closed-types.ts';
import { ofKind } from './kubernetes-object.ts';
import { NEEDS, renderedObjects, renderedText, runRenderer } from './rendered-chart.ts';

const IMAGE = { image: { repository: 'registry.example.com/archeio' } };

/** Copies of long files, which monitoring.test.ts compares. */
const COPIES = new Set(['prometheusrule.yaml', 'dashboard.yaml']);

suite('the chart', { skip: unavailable(NEEDS) }, () => {
  for (const [name, values] of SAMPLES)
    test(`renders the values ${name} as test/deploy/golden has it`, async () => {
      const documents = (await renderedText(values)).split(/^(?=---\n)/m);
      const own = documents.filter((text) => !COPIES.has(/templates\/(\S+)/.exec(text)?.[1] ?? ''));
      checkDocument(`test/deploy/golden/chart-${name}.yaml`, own.join(''));
    });

  test('has only fields that Kubernetes and the Prometheus operator know', async () => {
    for (const [name, values] of SAMPLES)
      assert.deepEqual(await refusedFields(await renderedObjects(values)), {}, name);
  });

  test('would not get away with a misspelled field, at any depth', async () => {
    const objects = await renderedObjects(SAMPLES.get('production')!);
    const misspelled = structuredClone(objects);
    const [deployment] = ofKind(misspelled, 'Deployment');
    const [monitor] = ofKind(misspelled, 'ServiceMonitor');
    const [budget] = ofKind(misspelled, 'PodDisruptionBudget');
    const [scaler] = ofKind(misspelled, 'HorizontalPodAutoscaler');
    Object.assign(deployment.spec.template.spec.containers[0], { readinesProbe: {} });
    Object.assign(monitor.spec.endpoints[0], { intervall: '15s' });
    Object.assign(budget.spec, { maxUnavailabe: 1 });
    Object.assign(scaler.spec, { minReplicas: '2' });
    const refused = await refusedFields(misspelled);
    assert.match(refused['Deployment images'][0], /"readinesProbe"' does not exist/);
    assert.match(refused['ServiceMonitor images'][0], /"intervall"' does not exist/);
    assert.match(refused['PodDisruptionBudget images'][0], /"maxUnavailabe"' does not exist/);
    assert.match(refused['HorizontalPodAutoscaler images'].join(), /'string'.*'number'/);
    assert.equal(Object.keys(refused).length, 4);
  });

  for (const [what, values, message] of [
    ['no image', {}, /image\.repository is required: no image is published/],
    [
      'an admin listener on loopback',
      { ...IMAGE, configuration: 'version: 1' },
      /listen\.admin\.host is "127\.0\.0\.1", where probes and Prometheus cannot reach it: set it to '::'/,
    ],
    [
      'a configuration that is not YAML',
      { ...IMAGE, configuration: '{ version' },
      /configuration is not YAML/,
    ],
    [
      'a mirror without a configuration',
      { ...IMAGE, mirror: { enabled: true } },
      /mirror\.configuration is required with mirror\.enabled/,
    ],
  ] as const)
    test(`refuses ${what}, and says what to do`, async () => {
      const { code, stderr } = await runRenderer(values);
      assert.equal(code, 1);
      assert.match(stderr, message);
    });

  test('is named after the release, and after itself where the release has another name', async () => {
    for (const [release, name] of [
      ['archeio', 'archeio'],
      ['archeio-eu', 'archeio-eu'],
      ['images', 'images-archeio'],
      [`a${'b'.repeat(52)}`, `a${'b'.repeat(39)}`],
    ] as const) {
      const text = await renderedText(IMAGE, ['-name', release]);
      assert.match(text, new RegExp(`kind: Deployment\nmetadata:\n  name: ${name}\n`));
    }
  });

  test('prints notes that name the Service, and say what is not set up yet', async () => {
    const notes = async (name: string): Promise<string> =>
      renderedText(SAMPLES.get(name)!, ['-notes', '-namespace', 'registry']);
    assert.match(await notes('default'), /-n registry port-forward service\/archeio 8080:80\n/);
    const tls = { certificate: '/tls/tls.crt', key: '/tls/tls.key', redirect: { port: 8081 } };
    const https = await renderedText(
      {
        ...IMAGE,
        configuration: stringify({ version: 1, listen: { admin: { host: '::' } }, tls }),
      },
      ['-notes', '-namespace', 'registry'],
    );
    assert.match(https, /port-forward service\/archeio 8443:443\n {5}curl -sik https:/);
    assert.doesNotMatch(https, /:80\n|<no value>|%!/);
    assert.match(await notes('default'), /no stores: every pull goes to the upstreams/);
    assert.doesNotMatch(await notes('production'), /no stores/);
    assert.match(await notes('mirror'), /set mirror\.firstCopy\.enabled to false/);
    assert.doesNotMatch(await notes('default'), /firstCopy|<no value>|%!/);
  });
});

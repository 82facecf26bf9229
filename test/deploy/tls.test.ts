import assert from 'node:assert/strict';
import { request } from 'node:https';
import { suite, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { RUNTIMES, startLaunched } from '../parts/archeio-process.ts';
import { unavailable } from '../parts/availability.ts';
import { TestAuthority, type TestCertificate } from '../parts/certificate.ts';
import { logged } from '../parts/log-waits.ts';
import { freePort } from '../parts/ports.ts';
import { SAMPLES } from './chart-values.ts';
import { ConfigMapVolume } from './config-map-volume.ts';
import { configMap, ofKind } from './kubernetes-object.ts';
import { NEEDS, renderedObjects } from './rendered-chart.ts';

/** A Secret of type kubernetes.io/tls. */
const secretOf = ({ chain, key }: TestCertificate) => ({ 'tls.crt': chain, 'tls.key': key });

/** Asks by https like the kubelet, which verifies no certificate. */
function ask(port: number, path: string): Promise<number | undefined> {
  const options = { host: '127.0.0.2', port, path, rejectUnauthorized: false, timeout: 20_000 };
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    })
      .once('error', reject)
      .once('timeout', () => reject(new Error(`no answer on ${port}`)))
      .end();
  });
}

suite('TLS by the chart', { skip: unavailable([...NEEDS, 'openssl']), timeout: 120_000 }, () => {
  for (const runtime of RUNTIMES)
    test(`${runtime}: readiness asks by https, http leads there, and a swapped Secret renews the certificate`, async () => {
      using authority = new TestAuthority();
      using secret = new ConfigMapVolume(secretOf(authority.issue()));
      const ports = { public: await freePort(), admin: await freePort() };
      const defaults = await renderedObjects(SAMPLES.get('default')!);
      const configuration: object = parse(configMap(defaults, 'archeio')['archeio.yaml']);
      const files = { certificate: `${secret.path}/tls.crt`, key: `${secret.path}/tls.key` };
      const tls = { ...files, redirect: { port: await freePort(), to: 443 } };
      const objects = await renderedObjects({
        ...SAMPLES.get('default'),
        ports,
        configuration: stringify({ ...configuration, tls, ranges: { refreshEvery: 'never' } }),
      });
      const [{ spec, metadata }] = ofKind(objects, 'Deployment');
      const [container] = spec.template.spec.containers;
      using volume = new ConfigMapVolume(configMap(objects, metadata.name));
      const { mountPath } = container.volumeMounts.find(({ name }) => name === 'configuration')!;
      const args = container.args.map((argument) => argument.replace(mountPath, volume.path));
      const environment = container.env.map(({ name, value = '' }) => [name, value]);
      await using archeio = await startLaunched(runtime, args, Object.fromEntries(environment));
      const numbers = new Map(container.ports!.map((port) => [port.name, port.containerPort]));
      const { path, port, scheme } = container.readinessProbe!.httpGet;
      assert.equal(scheme, 'HTTPS');
      assert.equal(await ask(numbers.get(port)!, path), 200);
      const http = ofKind(objects, 'Service')[0].spec.ports.find(({ name }) => name === 'http')!;
      const redirected = await fetch(`http://127.0.0.2:${numbers.get(http.targetPort)}/v2/`, {
        redirect: 'manual',
        signal: AbortSignal.timeout(20_000),
      });
      assert.equal(redirected.headers.get('location'), 'https://127.0.0.2/v2/');
      const from = archeio.log.length;
      secret.update(secretOf(authority.issue()));
      await logged(archeio, 'certificate-loaded', from);
      assert.equal(await ask(numbers.get(port)!, path), 200);
    });
});

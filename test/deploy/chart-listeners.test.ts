import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stringify } from 'yaml';
import { unavailable } from '../parts/availability.ts';
import { type KubernetesObject, ofKind } from './kubernetes-object.ts';
import { admits } from './network-policy.ts';
import { NEEDS, renderedObjects } from './rendered-chart.ts';

/** What the chart makes of a configuration with these keys. */
async function rendered(keys: object): Promise<{
  ports: Record<string, number>;
  service: Record<string, [number, string]>;
  readiness: object;
  objects: KubernetesObject[];
}> {
  const objects = await renderedObjects({
    image: { repository: 'registry.example.com/archeio' },
    configuration: stringify({ version: 1, listen: { admin: { host: '::' } }, ...keys }),
  });
  const [container] = ofKind(objects, 'Deployment')[0].spec.template.spec.containers;
  const [service] = ofKind(objects, 'Service');
  return {
    ports: Object.fromEntries(container.ports!.map((port) => [port.name, port.containerPort])),
    service: Object.fromEntries(
      service.spec.ports.map(({ name, port, targetPort }) => [name, [port, targetPort]]),
    ),
    readiness: container.readinessProbe!.httpGet,
    objects,
  };
}

suite('ports and readiness follow from the configuration', { skip: unavailable(NEEDS) }, () => {
  test('plain HTTP', async () => {
    const { ports, service, readiness } = await rendered({});
    assert.deepEqual(ports, { http: 8080, admin: 9090 });
    assert.deepEqual(service, { http: [80, 'http'] });
    assert.deepEqual(readiness, { path: '/readyz', port: 'http', scheme: 'HTTP' });
  });

  test('TLS: the Service has https alone, and readiness asks by https', async () => {
    const tls = { certificate: '/etc/tls/tls.crt', key: '/etc/tls/tls.key' };
    const { ports, service, readiness } = await rendered({ tls });
    assert.deepEqual(ports, { https: 8080, admin: 9090 });
    assert.deepEqual(service, { https: [443, 'https'] });
    assert.deepEqual(readiness, { path: '/readyz', port: 'https', scheme: 'HTTPS' });
  });

  test('TLS with a port that redirects: the Service has it as http, and the policy admits it', async () => {
    const redirect = { port: 8081, to: 443 };
    const tls = { certificate: '/etc/tls/tls.crt', key: '/etc/tls/tls.key', redirect };
    const { ports, service, objects } = await rendered({ tls });
    assert.deepEqual(ports, { https: 8080, admin: 9090, redirect: 8081 });
    assert.deepEqual(service, { https: [443, 'https'], http: [80, 'redirect'] });
    const [{ spec }] = ofKind(objects, 'NetworkPolicy');
    for (const port of ['https', 'redirect']) assert.ok(admits(spec.ingress, port, {}));
  });

  test('a port that redirects cannot be another port of the pod', async () => {
    for (const port of [8080, 9090]) {
      const tls = { certificate: '/etc/tls/tls.crt', key: '/etc/tls/tls.key', redirect: { port } };
      await assert.rejects(
        rendered({ tls }),
        new RegExp(`configuration: tls\\.redirect\\.port ${port} is already a port of the chart`),
      );
    }
  });

  test('a PROXY header, which the kubelet cannot send: readiness asks the admin port', async () => {
    const clientAddress = { topology: 'proxy-protocol', prefixes: ['10.0.0.0/8'] };
    const { ports, readiness } = await rendered({ clientAddress });
    assert.deepEqual(ports, { http: 8080, admin: 9090 });
    assert.deepEqual(readiness, { path: '/readyz', port: 'admin' });
  });
});

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { checkConfiguration, Marks } from '@archeio/configuration';
import { parse } from 'yaml';
import { shippedRanges } from '../../apps/archeio/src/configuration/shipped.ts';
import { ROOT } from '../../tools/source-files.ts';
import { unavailable } from '../parts/availability.ts';
import { TestAuthority } from '../parts/certificate.ts';
import { run } from '../parts/command.ts';
import { SAMPLES } from './chart-values.ts';
import {
  configMap,
  type KubernetesObject,
  type Labels,
  ofKind,
  podsOf,
  selects,
} from './kubernetes-object.ts';
import { admits } from './network-policy.ts';
import { NEEDS, renderedObjects } from './rendered-chart.ts';

/** Milliseconds that a stop needs at most, by the configuration of a Deployment. */
function longestStop(text: string): number {
  const { configuration } = checkConfiguration(parse(text), new Marks(), shippedRanges().places);
  return configuration.stop.delay + configuration.stop.timeout;
}

suite(
  'the objects of the chart fit each other',
  { skip: unavailable([...NEEDS, 'openssl']) },
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'chart-'));
    before(() => {
      using authority = new TestAuthority();
      const { chain, key } = authority.issue();
      writeFileSync(join(folder, 'tls.crt'), chain);
      writeFileSync(join(folder, 'tls.key'), key);
    });
    after(() => rmSync(folder, { recursive: true }));

    for (const [name, values] of SAMPLES) {
      const each = (
        what: string,
        check: (objects: KubernetesObject[]) => void | Promise<void>,
      ): void => {
        test(`${name}: ${what}`, async () => check(await renderedObjects(values)));
      };

      each('selectors select the pods of their own component, and no others', (objects) => {
        const [deployment] = ofKind(objects, 'Deployment');
        const served = deployment.spec.template.metadata.labels;
        const mirrors = podsOf(objects)
          .filter(([pod]) => !pod.startsWith('Deployment'))
          .map(([, { metadata }]) => metadata.labels);
        const onlyServed = (selector: Labels): void => {
          assert.ok(selects(selector, served));
          assert.ok(!mirrors.some((labels) => selects(selector, labels)));
        };
        onlyServed(deployment.spec.selector.matchLabels);
        for (const { spec } of ofKind(objects, 'Service')) onlyServed(spec.selector);
        for (const { spec } of ofKind(objects, 'PodDisruptionBudget'))
          onlyServed(spec.selector.matchLabels);
        for (const { labelSelector } of deployment.spec.template.spec.topologySpreadConstraints ??
          [])
          onlyServed(labelSelector.matchLabels);
        for (const { metadata, spec } of ofKind(objects, 'NetworkPolicy')) {
          const { matchLabels } = spec.podSelector;
          if (!metadata.name.endsWith('-mirror')) onlyServed(matchLabels);
          else assert.ok(mirrors.every((labels) => selects(matchLabels, labels)));
        }
        for (const { spec } of ofKind(objects, 'ServiceMonitor')) {
          const found = ofKind(objects, 'Service').filter((service) =>
            selects(spec.selector.matchLabels, service.metadata.labels ?? {}),
          );
          assert.deepEqual(
            found.map(({ metadata }) => metadata.name),
            [`${deployment.metadata.name}-admin`],
          );
          assert.equal(found[0].metadata.labels![spec.jobLabel], 'archeio');
          for (const { port } of spec.endpoints)
            assert.ok(found[0].spec.ports.some((offered) => offered.name === port));
        }
      });

      each('ports, ServiceAccounts, ConfigMaps and volumes that are named exist', (objects) => {
        const [deployment] = ofKind(objects, 'Deployment');
        const [container] = deployment.spec.template.spec.containers;
        const ports = new Map(container.ports!.map((port) => [port.name, port.containerPort]));
        for (const { spec } of ofKind(objects, 'Service'))
          for (const { targetPort } of spec.ports) assert.ok(ports.has(targetPort), targetPort);
        for (const probe of [
          container.startupProbe,
          container.livenessProbe,
          container.readinessProbe,
        ])
          assert.ok(ports.has(probe!.httpGet.port));
        const environment = new Map(
          container.env.map((variable) => [variable.name, variable.value]),
        );
        assert.equal(environment.get('PORT'), String(ports.get('https') ?? ports.get('http')));
        assert.equal(environment.get('ADMIN_PORT'), String(ports.get('admin')));
        const names = (kind: string): string[] =>
          objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
        for (const [, { spec }] of podsOf(objects)) {
          assert.ok(names('ServiceAccount').includes(spec.serviceAccountName));
          for (const volume of spec.volumes)
            if (volume.configMap) assert.ok(names('ConfigMap').includes(volume.configMap.name));
          const volumes = spec.volumes.map((volume) => volume.name);
          const mounted = spec.containers[0].volumeMounts.map((mount) => mount.name);
          assert.deepEqual(mounted.toSorted(), volumes.toSorted());
        }
        assert.equal(
          new Set(objects.map((o) => `${o.kind} ${o.metadata.name}`)).size,
          objects.length,
        );
      });

      each(
        'pods meet the restricted Pod Security Standard, with a read-only file system',
        (objects) => {
          for (const [pod, { spec }] of podsOf(objects)) {
            assert.deepEqual(
              spec.securityContext,
              {
                runAsNonRoot: true,
                runAsUser: 65_532,
                runAsGroup: 65_532,
                fsGroup: 65_532,
                seccompProfile: { type: 'RuntimeDefault' },
              },
              pod,
            );
            assert.equal(spec.automountServiceAccountToken, false);
            assert.equal(spec.enableServiceLinks, false);
            assert.equal(spec.containers.length, 1);
            const [container] = spec.containers;
            assert.deepEqual(container.securityContext, {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            });
            // The image's entry point is the program.
            assert.equal(container.command, undefined);
            const allowed = new Set(['configMap', 'secret', 'emptyDir', 'name']);
            for (const volume of spec.volumes)
              assert.ok(Object.keys(volume).every((key) => allowed.has(key)));
          }
        },
      );

      each(
        'a changed configuration restarts nothing: it is a directory, without a checksum',
        (objects) => {
          const [deployment] = ofKind(objects, 'Deployment');
          const { metadata, spec } = deployment.spec.template;
          const mount = spec.containers[0].volumeMounts.find(
            (one) => one.name === 'configuration',
          )!;
          assert.equal(mount.subPath, undefined);
          assert.deepEqual(spec.containers[0].args.slice(-2), [
            '--config',
            `${mount.mountPath}/${Object.keys(configMap(objects, deployment.metadata.name)).join()}`,
          ]);
          assert.ok(!Object.keys(metadata.annotations ?? {}).some((key) => /checksum/i.test(key)));
        },
      );

      each('pods have time to stop, and fail readiness before the port closes', (objects) => {
        const [deployment] = ofKind(objects, 'Deployment');
        const text = configMap(objects, deployment.metadata.name)['archeio.yaml'];
        const { terminationGracePeriodSeconds: grace, containers } = deployment.spec.template.spec;
        assert.ok(longestStop(text) + 5000 <= grace! * 1000);
        const { periodSeconds, failureThreshold } = containers[0].readinessProbe!;
        const { configuration } = checkConfiguration(
          parse(text),
          new Marks(),
          shippedRanges().places,
        );
        assert.ok(periodSeconds * failureThreshold * 1000 <= configuration.stop.delay);
      });

      each('autoscaler and disruption budget agree', (objects) => {
        const [deployment] = ofKind(objects, 'Deployment');
        const [scaler] = ofKind(objects, 'HorizontalPodAutoscaler');
        const [budget] = ofKind(objects, 'PodDisruptionBudget');
        if (scaler === undefined) assert.ok(deployment.spec.replicas! > 0);
        else {
          assert.equal(deployment.spec.replicas, undefined);
          assert.equal(scaler.spec.scaleTargetRef.name, deployment.metadata.name);
          assert.ok(scaler.spec.minReplicas < scaler.spec.maxReplicas);
        }
        // With as many as there are, a drain could take all at once.
        const fewest = scaler?.spec.minReplicas ?? deployment.spec.replicas!;
        if (budget !== undefined) assert.ok(budget.spec.maxUnavailable < fewest);
      });

      each('the network policies admit what is needed, and nothing else', (objects) => {
        for (const policy of ofKind(objects, 'NetworkPolicy')) {
          const { spec, metadata } = policy;
          assert.deepEqual(spec.policyTypes, ['Ingress', 'Egress']);
          const isMirror = metadata.name.endsWith('-mirror');
          const [service] = ofKind(objects, 'Service');
          for (const { targetPort } of service.spec.ports)
            assert.equal(admits(spec.ingress, targetPort, { prefix: '192.0.2.0/24' }), !isMirror);
          assert.equal(admits(spec.ingress, 'admin', { namespace: 'monitoring' }), !isMirror);
          assert.equal(admits(spec.ingress, 'admin', { namespace: 'default' }), false);
          assert.equal(admits(spec.ingress, 'admin', { prefix: '192.0.2.0/24' }), false);
          for (const [port, protocol] of [
            [53, 'UDP'],
            [53, 'TCP'],
            [443, 'TCP'],
          ] as const)
            assert.ok(admits(spec.egress, port, {}, protocol), `${port} ${protocol}`);
          assert.ok(!admits(spec.egress, 25, {}));
          const urls = Object.values(
            isMirror
              ? configMap(objects, metadata.name)
              : configMap(objects, ofKind(objects, 'Deployment')[0].metadata.name),
          ).flatMap((text) => [...text.matchAll(/\bhttps?:\/\/[^\s'"}]+/g)].map(([url]) => url));
          assert.ok(urls.length > 0);
          for (const url of urls) {
            const { port, protocol } = new URL(url);
            const number = Number(port || (protocol === 'https:' ? 443 : 80));
            assert.ok(admits(spec.egress, number, {}), url);
          }
        }
      });

      each('archeio config check accepts every configuration inside', async (objects) => {
        const configurations = objects
          .filter(
            ({ kind, metadata }) => kind === 'ConfigMap' && !metadata.name.endsWith('-dashboard'),
          )
          .flatMap(({ metadata }) => Object.values(configMap(objects, metadata.name)));
        assert.equal(configurations.length, name === 'mirror' ? 2 : 1);
        for (const [at, text] of configurations.entries()) {
          const file = join(folder, `${name}-${at}.yaml`);
          // It reads the certificate, which is in a Secret.
          writeFileSync(file, text.replaceAll('/etc/archeio-tls', folder));
          const archeio = join(ROOT, 'apps/archeio/bin/archeio');
          const args = ['config', 'check', '--strict', file];
          const { code, stdout, stderr } = await run(archeio, args, { NODE_OPTIONS: undefined });
          assert.equal(code, 0, stdout + stderr);
        }
      });
    }

    test('the first copy gives each worker an index, and the CronJob waits for it', async () => {
      const objects = await renderedObjects(SAMPLES.get('mirror')!);
      const [job] = ofKind(objects, 'Job');
      const [cronJob] = ofKind(objects, 'CronJob');
      const { completionMode, completions, parallelism, template } = job.spec;
      assert.deepEqual([completionMode, completions, parallelism], ['Indexed', 4, 4]);
      const [{ args, env }] = template.spec.containers;
      // The kubelet replaces $(SHARD): the image has no shell.
      assert.deepEqual(args.slice(-2), ['--shard-index', '$(SHARD)/4']);
      assert.ok(env.some(({ name }) => name === 'SHARD'));
      assert.equal(cronJob.spec.suspend, true);
      assert.equal(cronJob.spec.concurrencyPolicy, 'Forbid');
      const [{ args: whole }] = cronJob.spec.jobTemplate.spec.template.spec.containers;
      assert.deepEqual(whole, args.slice(0, -2));
    });

    test('another configuration, image or number of workers makes another first copy', async () => {
      const values = SAMPLES.get('mirror')! as { mirror: Record<string, unknown> };
      const jobName = async (changed: object): Promise<string> =>
        ofKind(await renderedObjects({ ...values, ...changed }), 'Job')[0].metadata.name;
      const { mirror } = values;
      const names = await Promise.all([
        jobName({}),
        jobName({ mirror: { ...mirror, firstCopy: { enabled: true, shards: 8 } } }),
        jobName({ mirror: { ...mirror, configuration: `${String(mirror['configuration'])}\n#` } }),
        jobName({ image: { repository: 'registry.example.com/archeio', tag: '0.2.0' } }),
      ]);
      assert.equal(new Set(names).size, 4);
      assert.equal(await jobName({ replicas: 7 }), names[0]);
    });
  },
);

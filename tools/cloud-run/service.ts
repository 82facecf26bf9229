import type { Deployment } from './deployment.ts';

/** The port of every container image of Archeio; Cloud Run passes it on as PORT. */
const PORT = 8080;
const CONFIGURATION = '/etc/archeio';
const COLLECTOR_CONFIGURATION = '/etc/otelcol';

function variables(values: Readonly<Record<string, string>>): object[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}

/** OpenTelemetry's variables: there is one public port, so metrics are pushed. */
function telemetry(
  { metrics, project, service, revision }: Deployment,
  region: string,
): Record<string, string> {
  if (metrics === undefined) return {};
  const endpoint = 'endpoint' in metrics ? metrics.endpoint : 'http://localhost:4318';
  return {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: `cloud.provider=gcp,cloud.platform=gcp_cloud_run,cloud.account.id=${project},cloud.region=${region},service.version=${revision}`,
  };
}

/** The container that serves. Its probes avoid paths that end in "z", which Cloud Run may answer itself. */
function archeio(deployment: Deployment, region: string, upstream: string): object {
  const { image, environment, configuration } = deployment;
  return {
    name: 'archeio',
    image,
    args: ['serve', ...(configuration ? ['--config', `${CONFIGURATION}/archeio.yaml`] : [])],
    ports: [{ name: 'http1', containerPort: PORT }],
    env: variables({
      UPSTREAM_REGISTRY_ENDPOINT: upstream,
      ...telemetry(deployment, region),
      ...environment,
    }),
    resources: { limits: { cpu: '1', memory: '512Mi' } },
    startupProbe: {
      httpGet: { path: '/ready', port: PORT },
      periodSeconds: 1,
      timeoutSeconds: 1,
      failureThreshold: 30,
    },
    livenessProbe: {
      httpGet: { path: '/live', port: PORT },
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    ...(configuration && {
      volumeMounts: [{ name: 'configuration', mountPath: CONFIGURATION }],
    }),
  };
}

function secretVolume(
  name: string,
  { secret, version }: { secret: string; version: string },
  path: string,
): object {
  return { name, secret: { secretName: secret, items: [{ key: version, path }] } };
}

/** The Knative Service of a region. */
export function cloudRunService(deployment: Deployment, region: string, upstream: string): object {
  const { project, service, revision, serviceAccount, scaling, configuration, metrics, traffic } =
    deployment;
  const collector = metrics && 'collector' in metrics ? metrics.collector : undefined;
  const volumes = [
    ...(configuration ? [secretVolume('configuration', configuration, 'archeio.yaml')] : []),
    ...(collector ? [secretVolume('collector', collector.configuration, 'config.yaml')] : []),
  ];
  const named = (name: string): string => `${service}-${name}`;
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: service,
      namespace: project,
      labels: { 'cloud.googleapis.com/location': region },
      // Only the load balancer, and the project's own network, reach the service.
      annotations: { 'run.googleapis.com/ingress': 'internal-and-cloud-load-balancing' },
    },
    spec: {
      template: {
        metadata: {
          name: named(revision),
          annotations: {
            'autoscaling.knative.dev/minScale': String(scaling.min),
            'autoscaling.knative.dev/maxScale': String(scaling.max),
            // Canaries, ranges and late answers of stores need the CPU between requests.
            'run.googleapis.com/cpu-throttling': 'false',
            'run.googleapis.com/startup-cpu-boost': 'true',
          },
        },
        spec: {
          containerConcurrency: 800,
          timeoutSeconds: 60,
          serviceAccountName: serviceAccount,
          containers: [
            archeio(deployment, region, upstream),
            ...(collector
              ? [
                  {
                    name: 'collector',
                    image: collector.image,
                    args: [`--config=${COLLECTOR_CONFIGURATION}/config.yaml`],
                    resources: { limits: { cpu: '500m', memory: '256Mi' } },
                    volumeMounts: [{ name: 'collector', mountPath: COLLECTOR_CONFIGURATION }],
                  },
                ]
              : []),
          ],
          ...(volumes.length > 0 && { volumes }),
        },
      },
      traffic: traffic?.map(({ revision: name, percent, tag }) => ({
        revisionName: named(name),
        percent,
        ...(tag !== undefined && { tag }),
      })) ?? [{ latestRevision: true, percent: 100 }],
    },
  };
}

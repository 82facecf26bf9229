import { ConfigMapVolume } from '../deploy/config-map-volume.ts';
import { dockerOptions } from '../deploy/docker-options.ts';
import { configMap, ofKind } from '../deploy/kubernetes-object.ts';
import { renderedObjects, type Values } from '../deploy/rendered-chart.ts';
import { freePort } from '../parts/ports.ts';
import type { Container, ImageScene } from './image-scene.ts';

/** The container of the chart's pod, as Docker runs it on this machine's network. */
export interface Pod extends Container {
  readonly port: number;
}

/** Starts what the chart's Deployment describes, with these values and free ports. */
export async function startPod({ start }: ImageScene, values: Values): Promise<Pod> {
  const ports = { public: await freePort(), admin: await freePort() };
  const objects = await renderedObjects({ ...values, ports });
  const [deployment] = ofKind(objects, 'Deployment');
  const { template } = deployment.spec;
  const { name } = deployment.metadata;
  const volume = new ConfigMapVolume(configMap(objects, name));
  try {
    const options = dockerOptions(template, { [name]: volume.path });
    const container = await start(
      ['--network=host', ...options],
      template.spec.containers[0].args,
      `127.0.0.1:${ports.public}`,
    );
    return {
      docker: container.docker,
      port: ports.public,
      async [Symbol.asyncDispose]() {
        await container[Symbol.asyncDispose]();
        volume[Symbol.dispose]();
      },
    };
  } catch (error) {
    volume[Symbol.dispose]();
    throw error;
  }
}

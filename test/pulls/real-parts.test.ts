import { after, before, describe } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { pullsByAddress } from './by-address.ts';
import { pullsByHeader } from './by-header.ts';
import { Findings } from './findings.ts';
import { refusedPush } from './refused-push.ts';
import { COMMANDS, type Scene, startScene } from './scene.ts';

const CLIENTS = [
  ...['skopeo', 'podman', 'buildah', 'docker', 'ctr', "the kubelet's way"],
  ...['a pull-through cache', 'curl'],
];

describe('real clients', { skip: unavailable(COMMANDS, 'root') }, () => {
  let scene: Scene;
  const findings = new Findings();
  before(async () => {
    scene = await startScene();
  });
  after(() => scene[Symbol.asyncDispose]());

  refusedPush(() => scene);
  pullsByHeader(() => scene, CLIENTS, findings);
  pullsByAddress(() => scene, CLIENTS, findings);
  after(() => {
    for (const {client, pull, cost} of findings.pulls) console.log(client, JSON.stringify(pull), JSON.stringify(cost));
  });
});

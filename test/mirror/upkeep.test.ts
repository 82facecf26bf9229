import { join } from 'node:path';
import { after, before, describe } from 'node:test';
import { unavailable } from '../parts/availability.ts';
import { Bucket } from './bucket.ts';
import { Directory, type Place } from './place.ts';
import { pushImage, type PushedImage } from './pushed-images.ts';
import { COMMANDS, type Scene, startScene } from './scene.ts';
import { besideSyncCases } from './upkeep/beside-sync-cases.ts';
import { gcCases } from './upkeep/gc-cases.ts';
import { severalSourcesCases } from './upkeep/several-sources-cases.ts';
import { verifyCases } from './upkeep/verify-cases.ts';

/** The same upkeep of directories and of S3; the servers are started once, and each case has a place of its own. */

/** More than S3 lists, or deletes, at once. */
const MANY = 1100;

describe('upkeep of what is mirrored', { skip: unavailable(COMMANDS), concurrency: 2 }, () => {
  let scene: Scene;
  let images: readonly PushedImage[];
  let places = 0;

  const KINDS: Readonly<Record<string, () => Promise<Place>>> = {
    'a directory': async () => new Directory(join(scene.folder, `place-${places++}`)),
    S3: async () => {
      const name = `place-${places++}`;
      await scene.radosgw.makeBucket(name, 'private');
      return new Bucket(scene.radosgw.url, name);
    },
  };

  before(async () => {
    scene = await startScene();
    const push = (tag: string) => pushImage(scene.registry.host, scene.folder, 'app', tag);
    images = [await push('v1'), await push('v2')];
  });
  after(() => scene?.[Symbol.asyncDispose]());

  for (const [kind, makePlace] of Object.entries(KINDS)) {
    describe(kind, { concurrency: 2 }, () => {
      const surroundings = () => ({ folder: scene.folder, makePlace });
      verifyCases(surroundings, () => ({ url: scene.registry.url, images }));
      gcCases(surroundings, kind === 'S3' ? MANY : 2);
      besideSyncCases(surroundings);
      severalSourcesCases(surroundings);
    });
  }
});

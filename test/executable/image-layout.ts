import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '../parts/command.ts';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly architecture: string; readonly os: string };
}

/** A file, folder or link in a layer. */
export interface Entry {
  readonly path: string;
  readonly mode: string;
  readonly owner: string;
  readonly size: number;
  readonly date: string;
}

/** An image in an OCI layout. */
export interface LaidOutImage {
  /** Of the manifest. */
  readonly digest: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly config: {
    readonly architecture: string;
    readonly os: string;
    readonly created: string;
    readonly config: {
      readonly User: string;
      readonly Entrypoint: readonly string[];
      readonly Cmd: readonly string[];
      readonly Env: readonly string[];
      readonly Labels: Readonly<Record<string, string>>;
    };
  };
  /** The file of its only layer. */
  readonly layer: string;
}

/** The images of a layout, by architecture. */
export function imagesOf(layout: string): ReadonlyMap<string, LaidOutImage> {
  const fileOf = ({ digest }: Descriptor): string =>
    join(layout, 'blobs/sha256', digest.slice('sha256:'.length));
  const read = (descriptor: Descriptor) => JSON.parse(readFileSync(fileOf(descriptor), 'utf8'));
  const top: readonly Descriptor[] = JSON.parse(
    readFileSync(join(layout, 'index.json'), 'utf8'),
  ).manifests;
  const manifests = top.flatMap((descriptor): readonly Descriptor[] =>
    descriptor.mediaType.includes('index') ? read(descriptor).manifests : [descriptor],
  );
  return new Map(
    manifests.map((descriptor) => {
      const { annotations, config, layers } = read(descriptor);
      assert.equal(layers.length, 1);
      const image = {
        digest: descriptor.digest,
        annotations,
        config: read(config),
        layer: fileOf(layers[0]),
      };
      return [image.config.architecture, image];
    }),
  );
}

/** What a layer contains, sorted by path. */
export async function entriesOf({ layer }: LaidOutImage): Promise<Entry[]> {
  const listing = await must('tar', ['--numeric-owner', '--utc', '-tvzf', layer]);
  return listing
    .trim()
    .split('\n')
    .map((line) => {
      const [mode = '', owner = '', size, date = '', , ...path] = line.split(/\s+/);
      return { mode, owner, size: Number(size), date, path: `/${path.join(' ')}` };
    })
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

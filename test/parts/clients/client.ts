import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PartSurroundings } from '../part-process.ts';
import { type Descriptor, type OciImage, ownPlatform } from '../oci-image.ts';

/** What to pull, and from where. */
export interface Source {
  /** Host and port of the registry, over plain HTTP. */
  readonly host: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
  /** The expected image. */
  readonly image: OciImage;
}

/** A program that pulls images. */
export interface Client {
  readonly name: string;
  /** Its command line, for the report. */
  readonly asked: string;
  /** Whether it pulls every architecture of an image or only this machine's. */
  readonly takes: 'every architecture' | 'its own architecture';
  /** The version it reports. */
  version(surroundings: PartSurroundings): Promise<string>;
  /**
   * Pulls into empty storage, and verifies the image.
   *
   * @param surroundings a folder for this pull alone
   * @throws Error with the client's message if it fails
   */
  pull(source: Source, surroundings: PartSurroundings): Promise<void>;
}

/** An image's name in Docker's notation. */
export function nameOf({ host, repository, reference }: Source): string {
  return `${host}/${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
}

/** The blobs of an image that a client pulls. */
export function blobsFor({ takes }: Pick<Client, 'takes'>, image: OciImage): readonly Descriptor[] {
  if (takes === 'every architecture') return image.blobs;
  const { config, layers } = ownPlatform(image);
  return [config, ...layers];
}

/** @throws Error unless the file has the digest that it is named for */
export async function verifyFile(
  folder: string,
  { digest }: Pick<Descriptor, 'digest'>,
): Promise<void> {
  const hex = digest.slice('sha256:'.length);
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(folder, hex)), hash);
  if (hash.digest('hex') !== hex)
    throw new Error(`${join(folder, hex)} has other bytes than its name says`);
}

/** @throws Error unless the image that arrived has this machine's configuration, which names all of its layers */
export function verifyConfiguration(image: OciImage, id: string): void {
  const { digest } = ownPlatform(image).config;
  if (`sha256:${id.trim().replace('sha256:', '')}` !== digest)
    throw new Error(`the image that arrived is ${id.trim()}, expected ${digest}`);
}

/** The first version number in a program's output, major and minor. */
export function versionIn(text: string): string {
  const version = /\d+\.\d+/.exec(text)?.[0];
  if (version === undefined) throw new Error(`cannot read a version in ${JSON.stringify(text)}`);
  return version;
}

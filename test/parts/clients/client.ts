import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PartSurroundings } from '../part-process.ts';
import { type Descriptor, type OciImage, ownPlatform } from '../oci-image.ts';

/** What is to be pulled, and from where. */
export interface Source {
  /** Host and port of the registry that is asked, over plain HTTP. */
  readonly host: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
  /** The image that has to arrive. */
  readonly image: OciImage;
}

/** A program that pulls images. */
export interface Client {
  readonly name: string;
  /** How it is asked, for people to read. */
  readonly asked: string;
  /** Whether it takes every architecture of an image, or this machine's. */
  readonly takes: 'every architecture' | 'its own architecture';
  /** What it says of its version. */
  version(surroundings: PartSurroundings): Promise<string>;
  /**
   * Pulls into a place where nothing is yet, and verifies what arrived.
   *
   * @param surroundings a folder of this pull's own
   * @throws Error with what the client says, if it cannot
   */
  pull(source: Source, surroundings: PartSurroundings): Promise<void>;
}

/** An image's name as docker and its kind write it. */
export function nameOf({ host, repository, reference }: Source): string {
  return `${host}/${repository}${reference.includes(':') ? '@' : ':'}${reference}`;
}

/** The blobs that a client takes of an image. */
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

/** The first version number in what a program prints, major and minor. */
export function versionIn(text: string): string {
  const version = /\d+\.\d+/.exec(text)?.[0];
  if (version === undefined) throw new Error(`cannot read a version in ${JSON.stringify(text)}`);
  return version;
}

import type { KeyTemplate } from './key-template.ts';

/** A registry that is a source of truth. */
export interface Upstream {
  readonly kind: 'upstream';
  /** The number under which the state of this backend is kept. */
  readonly index: number;
  readonly name: string;
  readonly url: string;
  /** Where its API begins: the URL, then `/v2/`. */
  readonly base: string;
  /** The names that it adds before a repository's name, with a slash at its end; empty where it adds none. */
  readonly path: string;
}

/** Object storage with copies of blobs. */
export interface Store {
  readonly kind: 'store';
  readonly index: number;
  readonly name: string;
  readonly url: string;
  readonly checkUrl: string;
  readonly key: KeyTemplate;
}

/** What can be redirected to. */
export type Backend = Upstream | Store;

import type { Clock } from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import type { UrlSigner } from './url-signer.ts';
import { type CredentialSource, StandingCredentials } from './standing-credentials.ts';
import { type SignedMethod, SignedUrls } from './signed-urls.ts';

/** A store whose redirects are signed: as the configuration has it. */
export type PresignedStore = Pick<Configuration['stores'][number], 'name' | 'presign'>;

/** Signs redirects to private S3 buckets, and the checks of what is in them. */
export interface Presigner {
  /** Why the store's URLs cannot be signed now, undefined where they can. Never waits. */
  trouble(store: PresignedStore): string | undefined;
  /** A signed URL that is remembered and good for long enough, undefined where there is none. Never waits. */
  signNow(store: PresignedStore, url: string, method: SignedMethod): string | undefined;
  /**
   * The URL with a signature in its query; undefined where there are no credentials. Never rejects, and never waits
   * for credentials.
   *
   * @param url of the blob: the store's URL, a slash and the key
   */
  sign(store: PresignedStore, url: string, method: SignedMethod): Promise<string | undefined>;
  /** Ends the refreshing of credentials. */
  close(): void;
}

/** What the outside hands in. */
export interface PresignerParts {
  /** For what is due later; its origin is its own. */
  readonly clock: Clock;
  /** The time of day: milliseconds since 1970, as signatures name it. */
  readonly timeOfDay: () => number;
  /** Where credentials come from, by the profile's name: the AWS SDK's standard chain by default. */
  readonly credentials?: (profile: string | undefined) => CredentialSource;
  /** How long to wait for credentials, in milliseconds: 10 s by default. Later ones are used as they come. */
  readonly patience?: number | undefined;
  /** Hears of each change: there are no credentials (any longer), or there are some again. */
  readonly onChange?: (change: CredentialChange) => void;
}

/** Credentials were lost or found. */
export interface CredentialChange {
  readonly stores: readonly string[];
  /** Why there are none; undefined where there are some (again). */
  readonly trouble: string | undefined;
}

async function standardChain(): Promise<(profile: string | undefined) => CredentialSource> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return (profile) => defaultProvider(profile === undefined ? {} : { profile });
}

/** What one store's URLs are signed with. */
interface Signer {
  readonly credentials: StandingCredentials;
  readonly urls: SignedUrls;
  readonly signer: UrlSigner;
}

const NOTHING_TO_SIGN: Presigner = Object.freeze({
  trouble: (store: PresignedStore) =>
    `the store ${JSON.stringify(store.name)} is not one whose URLs are signed`,
  signNow: () => undefined,
  sign: () => Promise.resolve(undefined),
  close() {},
});

/** Waits for all of them, but no longer than `patience` milliseconds. */
async function started(
  standing: Iterable<StandingCredentials>,
  { patience, clock }: PresignerParts,
): Promise<void> {
  const all = Promise.all(Array.from(standing, (each) => each.start()));
  if (patience === undefined) {
    await all;
    return;
  }
  const waited = Promise.withResolvers<void>();
  const cancel = clock.after(patience, waited.resolve);
  await Promise.race([all, waited.promise]);
  cancel();
}

/**
 * Makes a presigner for the stores that say `presign`, and looks for their credentials, at most 10 s. Rejects for no
 * lack of credentials: `trouble` says it, and they are looked for again. The libraries are loaded only where a store
 * needs them.
 */
export async function createPresigner(
  stores: readonly PresignedStore[],
  parts: PresignerParts,
): Promise<Presigner> {
  const signed = stores.filter(({ presign }) => presign !== undefined);
  if (signed.length === 0) return NOTHING_TO_SIGN;
  const { clock, timeOfDay, onChange } = parts;
  const [sourceOf, { UrlSigner: SignerOfUrls }] = await Promise.all([
    parts.credentials ?? standardChain(),
    import('./url-signer.ts'),
  ]);

  const standing = new Map<string | undefined, StandingCredentials>();
  const signers = new Map<string, Signer>();
  for (const { name, presign } of stores) {
    if (presign === undefined) continue;
    const { profile } = presign;
    const users = signed.filter((each) => each.presign?.profile === profile);
    const credentials =
      standing.get(profile) ??
      new StandingCredentials({
        source: sourceOf(profile),
        clock,
        timeOfDay,
        onChange: (trouble) => onChange?.({ stores: users.map((each) => each.name), trouble }),
      });
    standing.set(profile, credentials);
    const urls = new SignedUrls(presign.expires);
    signers.set(name, { credentials, urls, signer: new SignerOfUrls(presign) });
  }
  await started(standing.values(), parts);

  return {
    trouble(store) {
      const found = signers.get(store.name);
      return found === undefined ? NOTHING_TO_SIGN.trouble(store) : found.credentials.trouble();
    },
    signNow(store, url, method) {
      const found = signers.get(store.name);
      const credentials = found?.credentials.current();
      return credentials && found?.urls.get(credentials, url, method, timeOfDay());
    },
    async sign(store, url, method) {
      const found = signers.get(store.name);
      const credentials = found?.credentials.current();
      if (found === undefined || credentials === undefined) return undefined;
      const now = timeOfDay();
      const known = found.urls.get(credentials, url, method, now);
      if (known !== undefined) return known;
      const made = await found.signer.sign(credentials, url, method, now);
      found.urls.put(credentials, url, method, now, made);
      return made;
    },
    close() {
      for (const each of standing.values()) each.close();
    },
  };
}

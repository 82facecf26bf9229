import type { Clock } from '@archeio/presence';
import type { Configuration } from '@archeio/configuration';
import type { Log } from '../../platform/log.ts';
import type { UrlSigner } from './url-signer.ts';
import { type CredentialSource, StandingCredentials } from './standing-credentials.ts';
import { type SignedMethod, SignedUrls } from './signed-urls.ts';

/** The part of a store's configuration that decides how its URLs are signed. */
export type PresignedStore = Pick<Configuration['stores'][number], 'name' | 'presign'>;

/** Dependencies of {@link createPresigner}. */
export interface PresignerDependencies {
  /** For timers; its origin is arbitrary. */
  readonly clock: Clock;
  /** The time of day in signatures, in milliseconds since 1970. */
  readonly timeOfDay: () => number;
  /** The credentials of a profile; the AWS SDK's standard chain by default. */
  readonly credentials?: (profile: string | undefined) => CredentialSource;
  /** How long to wait for credentials, in milliseconds; 10 s by default. Later ones are used as they come. */
  readonly patience?: number | undefined;
  /** Called when stores lose their credentials, with the reason, and when they have some again. */
  readonly onChange?: (change: {
    readonly stores: readonly string[];
    readonly trouble: string | undefined;
  }) => void;
}

/** What signs the URLs of one store. */
interface Signer {
  readonly credentials: StandingCredentials;
  readonly urls: SignedUrls;
  readonly signer: UrlSigner;
}

/** Signs redirects to private S3 buckets, and the checks of their objects. */
export class Presigner {
  /** By the name of the store. */
  readonly #signers: ReadonlyMap<string, Signer>;
  readonly #timeOfDay: () => number;

  constructor(signers: ReadonlyMap<string, Signer>, timeOfDay: () => number) {
    this.#signers = signers;
    this.#timeOfDay = timeOfDay;
  }

  /** Why the store's URLs cannot be signed now; undefined if they can. Never waits, and asks for no credentials. */
  trouble({ name }: PresignedStore): string | undefined {
    const signer = this.#signers.get(name);
    return signer === undefined
      ? `the store ${JSON.stringify(name)} is not one whose URLs are signed`
      : signer.credentials.trouble();
  }

  /** A remembered signed URL that is valid for long enough; undefined if there is none. Never waits. */
  signNow({ name }: PresignedStore, url: string, method: SignedMethod): string | undefined {
    const signer = this.#signers.get(name);
    const credentials = signer?.credentials.current();
    return credentials && signer?.urls.get(credentials, url, method, this.#timeOfDay());
  }

  /**
   * The URL with a signature in its query; undefined without credentials. Never rejects, and never waits for credentials.
   * A URL with a query is not remembered, because that of each request differs (`rid`).
   *
   * @param url of the blob: the store's URL, a slash and the key, optionally with a query
   */
  async sign(
    { name }: PresignedStore,
    url: string,
    method: SignedMethod,
  ): Promise<string | undefined> {
    const signer = this.#signers.get(name);
    const credentials = signer?.credentials.current();
    if (signer === undefined || credentials === undefined) return undefined;
    const now = this.#timeOfDay();
    const isReused = !url.includes('?');
    const known = isReused ? signer.urls.get(credentials, url, method, now) : undefined;
    if (known !== undefined) return known;
    const signed = await signer.signer.sign(credentials, url, method, now);
    if (isReused) signer.urls.put(credentials, url, method, now, signed);
    return signed;
  }

  /** Stops refreshing credentials. */
  close(): void {
    for (const { credentials } of this.#signers.values()) credentials.close();
  }
}

async function standardChain(): Promise<(profile: string | undefined) => CredentialSource> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  return (profile) => defaultProvider(profile === undefined ? {} : { profile });
}

/**
 * Creates a presigner for the stores with `presign`, and looks for their credentials. Missing credentials are no error:
 * `trouble` reports them, and they are looked for again. The libraries are loaded only if a store needs them.
 */
export async function createPresigner(
  stores: readonly PresignedStore[],
  { clock, timeOfDay, credentials: source, patience, onChange }: PresignerDependencies,
): Promise<Presigner> {
  const signers = new Map<string, Signer>();
  const signed = stores.flatMap(({ name, presign }) => (presign ? [{ name, presign }] : []));
  if (signed.length === 0) return new Presigner(signers, timeOfDay);
  const [sourceOf, { UrlSigner: SignerOfUrls }] = await Promise.all([
    source ?? standardChain(),
    import('./url-signer.ts'),
  ]);

  const standing: StandingCredentials[] = [];
  for (const [profile, users] of Map.groupBy(signed, ({ presign }) => presign.profile)) {
    const names = users.map(({ name }) => name);
    const credentials = new StandingCredentials({
      source: sourceOf(profile),
      clock,
      timeOfDay,
      onChange: (trouble) => onChange?.({ stores: names, trouble }),
    });
    standing.push(credentials);
    for (const { name, presign } of users) {
      const urls = new SignedUrls(presign.expires);
      signers.set(name, { credentials, urls, signer: new SignerOfUrls(presign) });
    }
  }
  const started = Promise.all(standing.map((each) => each.start()));
  if (patience === undefined) await started;
  else {
    const waited = Promise.withResolvers<void>();
    const cancel = clock.after(patience, waited.resolve);
    await Promise.race([started, waited.promise]);
    cancel();
  }
  return new Presigner(signers, timeOfDay);
}

/** Identifies the configuration of a presigner: a different key needs another presigner. */
export function presignedKey(stores: readonly PresignedStore[]): string {
  return JSON.stringify(stores.flatMap(({ name, presign }) => (presign ? [[name, presign]] : [])));
}

/** Creates a presigner that logs when credentials are missing, and when they are found again. */
export function presignerFor(
  stores: readonly PresignedStore[],
  clock: Clock,
  log: Pick<Log, 'info' | 'warn'>,
  patience?: PresignerDependencies['patience'],
): Promise<Presigner> {
  return createPresigner(stores, {
    clock,
    patience,
    timeOfDay: Date.now,
    onChange: ({ stores: names, trouble }) =>
      trouble === undefined
        ? log.info('credentials-found', { stores: names })
        : log.warn('credentials-missing', { stores: names, trouble }),
  });
}

import { fieldOf, shown } from '@archeio/content-checks';
import type { Configuration } from '@archeio/configuration';
import type { Answer } from './ask.ts';
import { bad, good, type CheckResult, warning } from './finding.ts';
import { isObjectStorage, serverIn } from './object-storage.ts';
import { rememberedBy } from './remembered-answer.ts';
import type { AskStore } from './signed-asking.ts';
import { unreachable } from './unreachable.ts';

/** A configured store. */
export type OnlineStore = Configuration['stores'][number];

/** S3 explains a refusal in an error document, which only the body of a GET has. */
function codeIn(body: string): string | undefined {
  return /<Code>(\w+)<\/Code>/.exec(body)?.[1];
}

const IGNORANT = 'this store cannot answer checks: try check: range, or set check: none';

/** Advice if object storage refuses to serve an object. */
export const READ_OBJECTS =
  'allow everyone to read objects (s3:GetObject), or sign redirects (presign)';
/** Advice if a web server refuses to serve a file. */
export const READ_FILES =
  'the web server cannot read the file, or its rules deny access: check the modes of files and directories (mirror.destinations[].mode) and its access rules';

/** Reason why S3 refused a signed request; undefined if it only hides a missing key. */
async function refusalOf(url: string, askStore: AskStore): Promise<CheckResult | undefined> {
  const told = await askStore(url, 'GET');
  const code = told.kind === 'answer' ? codeIn(told.body) : undefined;
  return code === undefined || code === 'AccessDenied' || code === 'NoSuchKey'
    ? undefined
    : bad(
        `the store refuses the signed request: ${code}`,
        'check the credentials, presign.region and the clock: clients would be refused every blob',
      );
}

/** @param refused whether the store answers 403 for the probe as well */
function forbidden(
  { forbidden: meaning, presign }: OnlineStore,
  { headers }: Answer,
  refused: boolean,
): CheckResult {
  const isStorage = presign !== undefined || isObjectStorage(headers);
  if (refused)
    return bad(
      'the store answers 403 for a missing key and for the probe: it refuses every request',
      `${isStorage ? READ_OBJECTS : READ_FILES}; with forbidden: absent, every blob would count as absent`,
    );
  if (!isStorage)
    return meaning === 'absent'
      ? warning(
          `the store (${serverIn(headers)}) answers 403 for a missing key, which counts as absent`,
          'a web server also answers 403 for a file that it cannot read: make it answer 404 for a missing file, and remove forbidden',
        )
      : bad(`the store (${serverIn(headers)}) answers 403 for a missing key`, READ_FILES);
  if (meaning === 'absent')
    return good('the store answers 403 for a missing key, which counts as absent');
  return bad(
    'the store answers 403 for a missing key, as S3 does if the reader may not list the bucket',
    'set forbidden: absent, or allow the reader to list the bucket; until then, missing blobs are not remembered as absent',
  );
}

async function judge(
  store: OnlineStore,
  url: string,
  answered: Answer,
  askStore: AskStore,
  refused: boolean,
): Promise<CheckResult> {
  const { status } = answered;
  if (status === 404 || status === 410)
    return good(`the store answers ${status} for a missing key`);
  if (store.presign !== undefined && (status === 400 || status === 403)) {
    const refusal = await refusalOf(url, askStore);
    if (refusal !== undefined) return refusal;
  }
  if (status === 403) return forbidden(store, answered, refused);
  const message = `the store answers ${status} for a missing key`;
  if (status === 200 || status === 206)
    return bad(
      `${message}: it claims to have every blob`,
      'clients would be redirected to missing blobs: set checkUrl to the origin, or fix the error page',
    );
  if (status >= 300 && status < 400) {
    const region = fieldOf(answered.headers, 'x-amz-bucket-region');
    // S3 sends no Location, only the region.
    if (region !== undefined)
      return bad(
        `${message}: the bucket is in region ${shown(region)}`,
        'set url to the endpoint of that region, and presign.region to the region',
      );
    return warning(
      message,
      'a redirect does not tell whether the blob is present: set url or checkUrl to its target',
    );
  }
  // 501: of the method (RFC 9110 §15.6.2).
  if (status === 501) return bad(message, IGNORANT);
  if (status === 429 || status >= 500)
    return bad(message, 'try again later: a working store answers 404');
  return bad(message, IGNORANT);
}

/**
 * Requests the same blob, which cannot exist, twice: the store must report absence, and no cache in front of
 * it may remember the answer.
 *
 * @param url URL of the blob for checks
 * @param refused whether the store answers 403 for a blob that it has
 */
export async function checkMissingKey(
  store: OnlineStore,
  url: string,
  askStore: AskStore,
  refused: boolean,
): Promise<{ readonly results: CheckResult[]; readonly date: string | undefined }> {
  const asking = store.check === 'range' ? 'RANGE' : 'HEAD';
  const first = await askStore(url, asking);
  if (first.kind === 'failure') return { results: [unreachable(first)], date: undefined };
  const { date } = first.headers;
  const results = [await judge(store, url, first, askStore, refused)];
  const second = await askStore(url, asking);
  const by = second.kind === 'answer' ? rememberedBy(first.headers, second.headers) : undefined;
  if (by !== undefined)
    results.push(
      warning(
        `a cache in front of the store caches a missing key (${by})`,
        `a blob would look absent long after its upload: set checkUrl to the origin${asking === 'HEAD' ? ', or try check: range' : ''}`,
      ),
    );
  return { results, date };
}

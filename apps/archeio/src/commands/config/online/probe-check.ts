import { claimsOf, flawOf } from '@archeio/content-checks';
import type { Answer } from './ask.ts';
import { bad, good, type CheckResult } from './finding.ts';
import { READ_FILES, READ_OBJECTS } from './missing-key-check.ts';
import { isObjectStorage } from './object-storage.ts';
import type { AskStore } from './signed-asking.ts';
import { unreachable } from './unreachable.ts';

/** What is wrong with a successful answer for the probe: it cannot be that blob, or cannot be read. */
function checkFlaw(by: string, { status, headers }: Answer, digest: string): CheckResult[] {
  if (status !== 200 && status !== 206) return [];
  const flaw = flawOf(claimsOf(status, headers), digest);
  if (flaw === undefined) return [];
  return [
    bad(
      `the store answers ${status} to ${by} of the probe, but ${flaw.why}`,
      flaw.state === 'absent'
        ? 'every blob with such an answer counts as absent: check the object at its key, or set check: range if only HEAD is wrong'
        : 'every blob with such an answer counts as unknown, and clients get it from the upstream: make the store serve the bytes unchanged',
    ),
  ];
}

const KEY_HINT =
  'compare the key template with the location of the blob, or check the digest of probe';

/** S3 answers 400 to an unsigned request for a KMS-encrypted object, and to a signature for another region. */
const UNSIGNED =
  'object storage rejects the request: KMS-encrypted objects need signed requests (presign, with the region of the bucket)';

function refusal({ headers }: Answer): string {
  return isObjectStorage(headers)
    ? `${READ_OBJECTS}; a missing object looks the same to readers that may not list the bucket: ${KEY_HINT}`
    : READ_FILES;
}

/**
 * Requests a blob that the store must have, by HEAD and by GET of its first byte, since clients use both.
 *
 * @returns findings, and whether the store answers 403 for it
 */
export async function checkProbe(
  url: string,
  digest: string,
  askStore: AskStore,
): Promise<{ readonly results: CheckResult[]; readonly refused: boolean }> {
  const head = await askStore(url, 'HEAD');
  if (head.kind === 'failure') return { results: [unreachable(head)], refused: false };
  const range = await askStore(url, 'RANGE');
  if (range.kind === 'failure') return { results: [unreachable(range)], refused: false };
  return { results: judge(head, range, digest), refused: range.status === 403 };
}

function judge(head: Answer, range: Answer, digest: string): CheckResult[] {
  if (range.status !== 200 && range.status !== 206)
    return [
      bad(
        `the store answers ${range.status} for the probe`,
        range.status === 403
          ? refusal(range)
          : range.status === 400 && isObjectStorage(range.headers)
            ? UNSIGNED
            : KEY_HINT,
      ),
    ];
  const results: CheckResult[] = [];
  if (head.status !== 200)
    results.push(
      bad(
        `the store answers ${head.status} to HEAD and ${range.status} to GET of the probe`,
        'set check: range',
      ),
    );
  if (range.status === 200)
    results.push(
      bad(
        'the store ignores Range: it answers 200 to bytes=0-0',
        'clients resume interrupted downloads with Range: use storage that supports it',
      ),
    );
  else if (!/^bytes 0-0\/\d+$/.test(range.headers['content-range'] ?? ''))
    results.push(
      bad(
        `the answer to a Range request is wrong: Content-Range is ${JSON.stringify(range.headers['content-range'] ?? '')}`,
        'expected "bytes 0-0/" and the size of the blob',
      ),
    );
  const flaws = [
    ...checkFlaw('HEAD', head, digest),
    ...(results.length > 0 ? [] : checkFlaw('GET', range, digest)),
  ];
  if (flaws.length > 0) return [...results, ...flaws];
  const said = claimsOf(head.status, head.headers).size;
  const served = claimsOf(range.status, range.headers).size;
  if (said !== -1 && served !== -1 && said !== served && head.status === 200)
    results.push(
      bad(
        `HEAD reports ${said} bytes for the probe, GET ${served}`,
        'something in between changes the blob: clients verify blobs and would reject this one',
      ),
    );
  return results.length > 0
    ? results
    : [good(`the probe is present (${served} bytes), and Range works`)];
}

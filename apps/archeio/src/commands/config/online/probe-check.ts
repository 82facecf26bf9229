import { claimsOf, flawOf } from '../../../backends/client/index.ts';
import type { AskOutcome } from './ask.ts';
import { bad, good, type CheckResult } from './finding.ts';
import { READ_FILES, READ_OBJECTS } from './missing-key-check.ts';
import { isObjectStorage } from './object-storage.ts';
import type { AskStore } from './signed-asking.ts';
import { unreachable } from './unreachable.ts';

type Answered = Extract<AskOutcome, { kind: 'answer' }>;

/** What is wrong with an answer that says that the probe is there: it cannot be that blob, or cannot be read. */
function checkFlaw(by: string, { status, headers }: Answered, digest: string): CheckResult[] {
  if (status !== 200 && status !== 206) return [];
  const flaw = flawOf(claimsOf(status, headers), digest);
  if (flaw === undefined) return [];
  return [
    bad(
      `the probe is answered ${status} by ${by}, but ${flaw.why}`,
      flaw.state === 'absent'
        ? 'every blob that is answered so counts as absent: check what lies at its key, or say check: range where HEAD alone is wrong'
        : 'every blob that is answered so counts as unknown, and comes from the upstream: make the store serve the bytes as they are',
    ),
  ];
}

const KEY_HINT = 'check the key template against where the blob lies, or the digest of probe';

/** S3 answers 400 to an unsigned request for an object that is encrypted by KMS, and to a signature for another region. */
const UNSIGNED =
  'object storage does not accept the request: objects that are encrypted by KMS need signed ones (presign, with the region of the bucket)';

function refusal({ headers }: Answered): string {
  return isObjectStorage(headers)
    ? `${READ_OBJECTS}; to readers that may not list the bucket a missing object looks the same: ${KEY_HINT}`
    : READ_FILES;
}

/** What is to be said of the probe. */
export interface CheckedProbe {
  readonly results: CheckResult[];
  /** Whether it is answered 403. */
  readonly refused: boolean;
}

/** Asks for a blob that is known to be there, by HEAD and by GET of its first byte: clients use both. */
export async function checkProbe(
  url: string,
  digest: string,
  askStore: AskStore,
): Promise<CheckedProbe> {
  const head = await askStore(url, 'HEAD');
  if (head.kind === 'failure') return { results: [unreachable(head)], refused: false };
  const range = await askStore(url, 'RANGE');
  if (range.kind === 'failure') return { results: [unreachable(range)], refused: false };
  return { results: judge(head, range, digest), refused: range.status === 403 };
}

function judge(head: Answered, range: Answered, digest: string): CheckResult[] {
  const results: CheckResult[] = [];
  if (range.status !== 200 && range.status !== 206)
    return [
      bad(
        `the probe is answered ${range.status}`,
        range.status === 403
          ? refusal(range)
          : range.status === 400 && isObjectStorage(range.headers)
            ? UNSIGNED
            : KEY_HINT,
      ),
    ];
  if (head.status !== 200)
    results.push(
      bad(
        `the probe is answered ${head.status} by HEAD and ${range.status} by GET`,
        'say check: range',
      ),
    );
  if (range.status === 200)
    results.push(
      bad(
        'a Range is ignored: the probe is answered 200 to bytes=0-0',
        'clients go on with a cut blob by Range; use storage that serves one',
      ),
    );
  else if (!/^bytes 0-0\/\d+$/.test(range.headers['content-range'] ?? ''))
    results.push(
      bad(
        `a Range is answered wrongly: Content-Range is ${JSON.stringify(range.headers['content-range'] ?? '')}`,
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
        `HEAD says that the probe has ${said} bytes, and GET ${served}`,
        'something between changes it; clients verify blobs and would refuse this one',
      ),
    );
  return results.length > 0
    ? results
    : [good(`the probe is there, ${served} bytes, and Range works`)];
}

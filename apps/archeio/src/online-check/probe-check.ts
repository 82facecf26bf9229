import { blobSize } from '../check/blob-size.ts';
import type { Answer } from './ask.ts';
import { bad, good, type Sight } from './finding.ts';
import type { AskStore } from './signed-asking.ts';
import { unreachable } from './unreachable.ts';

function sizeIn({ status, headers }: Extract<Answer, { kind: 'answer' }>): number {
  return blobSize(status, {
    contentLength: headers['content-length'],
    contentRange: headers['content-range'],
  });
}

/** Asks for a blob that is known to be there, by HEAD and by GET of its first byte: clients use both. */
export async function checkProbe(url: string, askStore: AskStore): Promise<Sight[]> {
  const head = await askStore(url, 'HEAD');
  if (head.kind === 'failure') return [unreachable(head)];
  const range = await askStore(url, 'RANGE');
  if (range.kind === 'failure') return [unreachable(range)];
  const sights: Sight[] = [];
  if (range.status !== 200 && range.status !== 206)
    return [
      bad(
        `the probe is answered ${range.status}`,
        'check the key template against where the blob lies, or the digest of probe',
      ),
    ];
  if (head.status !== 200)
    sights.push(
      bad(
        `the probe is answered ${head.status} by HEAD and ${range.status} by GET`,
        'say check: range',
      ),
    );
  if (range.status === 200)
    sights.push(
      bad(
        'a Range is ignored: the probe is answered 200 to bytes=0-0',
        'clients go on with a cut blob by Range; use storage that serves one',
      ),
    );
  else if (!/^bytes 0-0\/\d+$/.test(range.headers['content-range'] ?? ''))
    sights.push(
      bad(
        `a Range is answered wrongly: Content-Range is ${JSON.stringify(range.headers['content-range'] ?? '')}`,
        'expected "bytes 0-0/" and the size of the blob',
      ),
    );
  const [said, served] = [sizeIn(head), sizeIn(range)];
  if (said !== -1 && served !== -1 && said !== served && head.status === 200)
    sights.push(
      bad(
        `HEAD says that the probe has ${said} bytes, and GET ${served}`,
        'something between changes it; clients verify blobs and would refuse this one',
      ),
    );
  return sights.length > 0
    ? sights
    : [good(`the probe is there, ${served} bytes, and Range works`)];
}

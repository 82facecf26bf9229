import type { Configuration } from '@archeio/configuration';
import { type Answer, ask, type AskOptions } from './ask.ts';
import { bad, good, type CheckResult, warning } from './finding.ts';
import { unreachable } from './unreachable.ts';

/** A repository that need not exist: only whether a token is required matters. */
const ANY_REPOSITORY = 'archeio-online-check';

function wantsToken({ headers }: Answer, what: string): CheckResult {
  const challenge = headers['www-authenticate'];
  const asked = challenge === undefined ? '' : ` (WWW-Authenticate: ${challenge})`;
  return bad(
    `requires a token: it answers 401 for ${what}${asked}`,
    'redirects to it cannot work: clients drop Authorization when they follow a redirect to another host; use a registry that allows pulls without a token',
  );
}

/** Finding about an answer for `/v2/` other than 200 and 401. */
function otherwise(status: number): CheckResult {
  const message = `it answers ${status} for /v2/`;
  if (status >= 500 || status === 429)
    return bad(message, 'try again later: a working registry answers 200 or 401');
  if (status >= 300 && status < 400)
    return warning(
      message,
      'clients would follow an extra redirect on every request: set url to its target instead',
    );
  return bad(message, 'no registry answers there: check the host of its URL');
}

/**
 * Requests `/v2/` and, if that requires a token, a repository below the upstream's path: Artifact Registry answers 401 at
 * the top even if everyone may pull.
 */
export async function checkUpstream(
  { url, path }: Pick<Configuration['registries'][number]['upstreams'][number], 'url' | 'path'>,
  options: AskOptions,
): Promise<CheckResult[]> {
  const top = await ask(`${url}/v2/`, 'GET', options);
  if (top.kind === 'failure') return [unreachable(top)];
  if (top.status === 200) return [good('it answers 200 for /v2/')];
  if (top.status !== 401) return [otherwise(top.status)];
  const name = path === '' ? ANY_REPOSITORY : `${path}/${ANY_REPOSITORY}`;
  const target = `/v2/${name}/tags/list`;
  const below = await ask(`${url}${target}?n=1`, 'GET', options);
  if (below.kind === 'failure') return [unreachable(below)];
  const { status } = below;
  if (status === 401) return [wantsToken(below, target)];
  if (status === 403 || status === 429 || status >= 500)
    return [
      bad(
        `it answers 401 for /v2/, and ${status} for ${target}`,
        'Archeio cannot tell whether it allows pulls without a token: pull an image from it to find out',
      ),
    ];
  return [good(`it answers 401 for /v2/, and ${status} for ${target} without a token`)];
}

import type { Configuration } from '@archeio/configuration';
import { type AskOutcome, ask, type AskOptions } from './ask.ts';
import { bad, good, type CheckResult, warning } from './finding.ts';
import { unreachable } from './unreachable.ts';

/** An upstream, or where signatures are. */
export type OnlineUpstream = Pick<
  Configuration['registries'][number]['upstreams'][number],
  'url' | 'path'
>;

/** A repository that need not be there: what matters is whether a token is wanted. */
const ANY_REPOSITORY = 'archeio-online-check';

function wantsToken(
  { headers }: Extract<AskOutcome, { kind: 'answer' }>,
  what: string,
): CheckResult {
  const challenge = headers['www-authenticate'];
  const asked = challenge === undefined ? '' : ` (WWW-Authenticate: ${challenge})`;
  return bad(
    `wants a token: ${what} is answered 401${asked}`,
    'redirects cannot serve it: clients drop Authorization when they are sent to another host; use a registry that allows pulls without a token',
  );
}

/** What is to be said of `/v2/` where it is neither 200 nor 401. */
function otherwise(status: number): CheckResult {
  const message = `/v2/ is answered ${status}`;
  if (status >= 500 || status === 429)
    return bad(message, 'ask again later: a registry that works answers 200 or 401');
  if (status >= 300 && status < 400)
    return warning(
      message,
      'clients follow one redirect more on each request; name where it leads instead',
    );
  return bad(message, 'no registry answers there: check the host of its URL');
}

/**
 * Asks `/v2/`, and a repository below the upstream's path where that wants a token: Artifact Registry answers 401 at
 * the top even where everyone may pull.
 */
export async function checkUpstream(
  { url, path }: OnlineUpstream,
  options: AskOptions,
): Promise<CheckResult[]> {
  const top = await ask(`${url}/v2/`, 'GET', options);
  if (top.kind === 'failure') return [unreachable(top)];
  if (top.status === 200) return [good('/v2/ is answered 200')];
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
        `/v2/ is answered 401, and ${target} ${status}`,
        'whether it allows pulls without a token cannot be told: try a pull of an image there',
      ),
    ];
  return [good(`/v2/ is answered 401, and ${target} ${status} without a token`)];
}

import type { Credentials } from '../../packages/mirror/src/source/credentials/docker-credentials.ts';
import { Pacer } from '../../packages/mirror/src/pacer.ts';
import { RegistryClient } from '../../packages/mirror/src/source/registry/registry-client.ts';
import { MACHINE_TIMING, type Timing } from '../../packages/mirror/src/timing.ts';
import {
  type ScriptedAnswer,
  type ScriptedRequest,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts';

/** Scripted registries that require authentication. */

export const PASSWORD: Credentials = { kind: 'password', user: 'user', password: 'secret' };
export const BASIC = `Basic ${Buffer.from('user:secret').toString('base64')}`;
export const IDENTITY: Credentials = { kind: 'identity-token', token: 'identity' };

/** Does not wait. */
export const IMPATIENT: Timing = { ...MACHINE_TIMING, sleep: () => Promise.resolve() };

/** A client with these credentials for every repository. */
export function clientOf(
  registry: { readonly url: string },
  credentials?: Credentials,
  timing: Timing = IMPATIENT,
): RegistryClient {
  return new RegistryClient({
    origin: registry.url,
    credentials: () => credentials,
    pacer: new Pacer(timing, 0),
    timing,
    silence: 2000,
  });
}

/** Requests the tags of a repository, or `_catalog`; resolves to the answer. */
export const ask = async (client: RegistryClient, name: string): Promise<string> => {
  const scope = name === '_catalog' ? 'registry:catalog:*' : `repository:${name}:pull`;
  const target = name === '_catalog' ? '/v2/_catalog' : `/v2/${name}/tags/list`;
  return (await client.request(target, { scope })).response.text();
};

export const refusal = (challenge?: string | string[], status = 401): ScriptedAnswer => ({
  status,
  headers: challenge === undefined ? {} : { 'www-authenticate': challenge },
  body: { errors: [{ code: 'UNAUTHORIZED' }] },
});
export const GIVEN: ScriptedAnswer = { body: 'given' };

/** Issues tokens that state what they are for: `SERVICE|SCOPES|user`. */
export const startTokens = (name = ''): Promise<ScriptedServer> =>
  startScriptedServer(({ url, authorization, body }) => {
    const asked = body === '' ? url.searchParams : new URLSearchParams(body);
    const who = authorization === BASIC ? 'user' : (asked.get('refresh_token') ?? 'anonymous');
    const scopes = asked.getAll('scope').join('+').replaceAll(' ', '+');
    return { body: { token: `${name}|${asked.get('service') ?? ''}|${scopes}|${who}` } };
  });

/** Refuses all but one value of `Authorization`. */
export const guarded =
  (wanted: string, challenge: string | string[], status = 401) =>
  ({ authorization }: ScriptedRequest): ScriptedAnswer =>
    authorization === wanted ? GIVEN : refusal(challenge, status);

import type { IncomingHttpHeaders } from 'node:http';
import { parseConfiguration } from '@archeio/configuration';
import { httpStore } from '../../../../backends/client/testing/fake-store.ts';
import { createPresigner } from '../../../../backends/signing/presigner.ts';
import type { Credentials } from '../../../../backends/signing/standing-credentials.ts';
import { checkStore } from '../store-check.ts';

/** A request to a fake store. */
export interface PlayedRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
}

/** What it answers. */
export interface PlayedAnswer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A digest that no store has, and one that the fake store may have. */
export const MISSING = `sha256:${'00'.repeat(32)}`;
export const PROBE = `sha256:${'ab'.repeat(32)}`;

/** The current time in these tests. */
export const TODAY = Date.UTC(2026, 6, 24);

const KEY: Credentials = { accessKeyId: 'A', secretAccessKey: 'S' };

/** Findings for a store with these answers, as `severity message`, and the requests that it got. */
export async function seen(
  play: (request: PlayedRequest) => PlayedAnswer,
  options: Record<string, unknown> = {},
  credentials: () => Promise<Credentials> = () => Promise.resolve(KEY),
): Promise<{ said: string[]; hints: string[]; asked: PlayedRequest[] }> {
  const asked: PlayedRequest[] = [];
  await using server = await httpStore(({ method = '', url: target = '', headers }, response) => {
    const request = { method, target, headers };
    asked.push(request);
    const { status, headers: fields = {}, body = '' } = play(request);
    response.sendDate = false;
    response.writeHead(status, fields).end(body);
  });
  const { stores } = parseConfiguration({
    version: 1,
    pages: { info: 'https://info.example', privacy: 'https://privacy.example' },
    registries: [{ name: 'r', upstreams: [{ name: 'u', url: 'https://registry.example' }] }],
    stores: [
      { name: 'store', url: `${server.origin}/b`, key: '{digest}', default: true, ...options },
    ],
  });
  const presigner = await createPresigner(stores, {
    clock: { now: () => 0, after: () => () => {} },
    timeOfDay: () => TODAY,
    credentials: () => credentials,
  });
  const dependencies = { timeout: 2000, missing: MISSING, timeOfDay: () => TODAY, presigner };
  const results = await checkStore(stores[0], dependencies);
  return {
    said: results.map(({ severity, message }) => `${severity} ${message}`),
    hints: results.map(({ hint }) => hint),
    asked,
  };
}

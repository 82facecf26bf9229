import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requestedInWords } from './requested.ts';

test('describes requests of every kind of route', () => {
  const of = (kind: Parameters<typeof requestedInWords>[0]['kind']): string =>
    requestedInWords({
      method: 'GET',
      path: '/',
      registry: null,
      kind,
      name: 'team/app',
      reference: 'v1',
    });
  assert.deepEqual(
    (
      [
        'blob',
        'manifest',
        'tags',
        'referrers',
        'base',
        'catalog',
        'invalid',
        'page',
        'health',
        'method',
        'elsewhere',
      ] as const
    ).map(of),
    [
      'blob v1 of team/app',
      'manifest v1 of team/app',
      'the tags of team/app',
      'the referrers of v1 in team/app',
      'the API version check',
      'the list of all repositories, which is not served',
      'not a valid request of the registry API',
      'one of the configured pages',
      'a health check',
      'an unsupported method: only GET and HEAD are supported',
      'a path outside the registry API, which begins at /v2/',
    ],
  );
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextPage } from './next-page.ts';

const PAGE = 'https://registry.test:8443/v2/_catalog?n=1000';

for (const [field, expected] of [
  [null, undefined],
  ['', undefined],
  ['nonsense', undefined],
  ['</v2/_catalog?last=a&n=1>; rel="prev"', undefined],
  // Without a relation: followed within the list, as other clients do.
  ['</v2/_catalog?last=a>', '/v2/_catalog?last=a'],
  ['</v2/_catalog?last=a>; rel=""; title=x', '/v2/_catalog?last=a'],
  ['</v2/_catalog?last=a>, </v2/_catalog?last=b>; rel=next', '/v2/_catalog?last=b'],
  ['</v2/_catalog?n=1000>', undefined],
  ['</style.css>; as=style', undefined],
  ['<https://elsewhere.test/v2/_catalog?last=a>', undefined],
  ['<http://[>', undefined],
  ['</v2/_catalog?last=a>; title="; rel=next"; rel=prev', undefined],
  ['</v2/_catalog?last=a>; rel=next-page', undefined],
  // Without angle brackets.
  ['/v2/_catalog?last=a,b; rel="next"', '/v2/_catalog?last=a,b'],
  ['/v2/_catalog?last=a&n=1', '/v2/_catalog?last=a&n=1'],
  ['/v2/_catalog?last=a; rel=prev', undefined],
  ['</v2/_catalog?last=a>; rel=prev, /v2/_catalog?last=b; rel=next', '/v2/_catalog?last=b'],
  ['</v2/_catalog?last=a%2Fb&n=1>; rel="next"', '/v2/_catalog?last=a%2Fb&n=1'],
  ['</v2/_catalog?last=a>;rel=next', '/v2/_catalog?last=a'],
  ['<?last=a,b;c>; title="x; y, \\"z\\""; REL = "prev NEXT"', '/v2/_catalog?last=a,b;c'],
  ['<_catalog?last=a>; rel="next"', '/v2/_catalog?last=a'],
  ['</first>; rel=first, </second>; rel=next', '/second'],
  [', , </first>; rel=first,, </second>; rel=next,', '/second'],
  ['</v2/a/tags/list/2>; rel="next"', '/v2/a/tags/list/2'],
  ['<?last=b>; rel="next"', '/v2/_catalog?last=b'],
  ['<http://registry.test/v2/_catalog?last=a>; rel="next"', '/v2/_catalog?last=a'],
] as const) {
  test(`${field} leads to ${expected}`, () => {
    const url = expected && `https://registry.test:8443${expected}`;
    assert.equal(nextPage(field, PAGE), url);
  });
}

for (const target of ['https://elsewhere.test/v2/_catalog', '//elsewhere.test/', 'http://[']) {
  test(`${target} is not followed`, () => {
    assert.throws(() => nextPage(`<${target}>; rel="next"`, PAGE), {
      name: 'RangeError',
      message: `cannot follow Link "${target}": expected a page of registry.test`,
    });
  });
}

const TAGS = 'https://registry.test/v2/docker/team/app/tags/list?n=1000';

// renovatebot/renovate#20745 (Artifactory), sonatype/nexus-public#1011
for (const [target, expected] of [
  ['/v2/team/app/tags/list?last=b&n=1000', '/v2/docker/team/app/tags/list?last=b&n=1000'],
  [
    'http://registry.test:5002/repository/docker/v2/team/app/tags/list?n=1000&last=b',
    '/v2/docker/team/app/tags/list?n=1000&last=b',
  ],
  ['/v2/docker/team/app/tags/next?last=b', '/v2/docker/team/app/tags/next?last=b'],
  ['/v2/_catalog?last=b', '/v2/_catalog?last=b'],
] as const) {
  for (const relation of ['; rel="next"', ''])
    test(`${target}${relation} is a page of the same list if it ends like it`, () => {
      const isSame = expected.startsWith('/v2/docker/team/app/tags/list');
      const url = isSame || relation !== '' ? `https://registry.test${expected}` : undefined;
      assert.equal(nextPage(`<${target}>${relation}`, TAGS), url);
    });
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allAbilities, type S3Ability, withAbilities } from './s3-abilities.ts';

const failure = (httpStatusCode: number, name = 'Unknown', message = '') =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

const PUT = ['checksums', 'conditionalPut'] as const;

/** A server that refuses unknown features with `refusal`; records the features of each request. */
function serverWithout(unknown: readonly S3Ability[], refusal: () => Error) {
  const asked: string[] = [];
  return {
    asked,
    send: async (used: ReadonlySet<S3Ability>) => {
      asked.push([...used].join('+'));
      if (unknown.some((each) => used.has(each))) throw refusal();
      return 'done';
    },
  };
}

const REFUSALS: Readonly<Record<string, () => Error>> = {
  '400 without a name': () => failure(400),
  // iterate-ch/cyberduck#16107, io7m-com/exfilac#35
  '400 InvalidArgument': () => failure(400, 'InvalidArgument', 'Unsupported header'),
  '501 without a name': () => failure(501),
  '501 NotImplemented': () => failure(501, 'NotImplemented', 'A header is not implemented'),
};

for (const [kind, refusal] of Object.entries(REFUSALS)) {
  for (const unknown of [['checksums'], ['conditionalPut'], [...PUT]] as const) {
    test(`unsupported features are detected: ${unknown.join(' and ')}, ${kind}`, async () => {
      const abilities = allAbilities();
      const { asked, send } = serverWithout(unknown, refusal);
      assert.equal(await withAbilities(abilities, PUT, send), 'done');
      for (const each of PUT) assert.equal(abilities[each], !unknown.some((one) => one === each));
      assert.ok(abilities.conditionalCompletion && abilities.manyDeletions);
      const before = asked.length;
      await withAbilities(abilities, PUT, send);
      const left = PUT.filter((each) => abilities[each]).join('+');
      assert.deepEqual(asked.slice(before), [left]);
    });
  }
}

test('the feature that the message names is tried first', async () => {
  for (const [unknown, message] of [
    ['checksums', "Unsupported header 'x-amz-checksum-sha256' received for this API call."],
    ['conditionalPut', 'A header you provided implies functionality: If-None-Match'],
  ] as const) {
    const abilities = allAbilities();
    const { asked, send } = serverWithout([unknown], () =>
      failure(400, 'InvalidArgument', message),
    );
    await withAbilities(abilities, PUT, send);
    assert.equal(asked.length, 2);
    assert.equal(abilities[unknown], false);
  }
});

test('a server that reports an existing object supports the condition: it refused the checksum', async () => {
  const abilities = allAbilities();
  const send = async (used: ReadonlySet<S3Ability>): Promise<void> => {
    throw used.has('checksums') ? failure(501) : failure(412, 'PreconditionFailed');
  };
  await assert.rejects(withAbilities(abilities, PUT, send), { name: 'PreconditionFailed' });
  assert.deepEqual([abilities.checksums, abilities.conditionalPut], [false, true]);
});

test('a failure for another reason disables no feature', async () => {
  for (const [status, name] of [
    [400, 'BadDigest'],
    [400, 'XAmzContentSHA256Mismatch'],
    [400, 'ExpiredToken'],
    [400, 'EntityTooLarge'],
    [400, 'RequestTimeout'],
    [403, 'AccessDenied'],
    [403, 'Unknown'],
    [404, 'NoSuchUpload'],
    [409, 'ConditionalRequestConflict'],
    [412, 'PreconditionFailed'],
    [500, 'InternalError'],
    [503, 'SlowDown'],
  ] as const) {
    const abilities = allAbilities();
    const { asked, send } = serverWithout(['checksums'], () => failure(status, name));
    await assert.rejects(withAbilities(abilities, PUT, send), { name });
    assert.deepEqual([asked.length, abilities], [1, allAbilities()]);
  }
});

test('if no subset works, the first error is reported and no feature is disabled', async () => {
  const abilities = allAbilities();
  let asked = 0;
  const send = async (): Promise<void> => {
    throw failure(400, 'InvalidRequest', `number ${++asked}`);
  };
  await assert.rejects(withAbilities(abilities, PUT, send), { message: 'number 1' });
  assert.deepEqual([asked, abilities], [4, allAbilities()]);
  const other = async (used: ReadonlySet<S3Ability>): Promise<void> => {
    throw used.size === PUT.length ? failure(400) : failure(500, 'InternalError');
  };
  await assert.rejects(withAbilities(abilities, PUT, other), { name: 'InternalError' });
  assert.deepEqual(abilities, allAbilities());
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ManualClock, settlePromises } from '@archeio/presence/testing';
import { createPresigner, type PresignedStore } from './presigner.ts';

const NOON = Date.UTC(2013, 4, 24);
/** The example of AWS: "Authenticating Requests: Using Query Parameters". */
const EXAMPLE = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

const PRIVATE: PresignedStore = {
  name: 'private',
  presign: { region: 'us-east-1', expires: 300_000 },
};
const OPEN: PresignedStore = { name: 'open' };
const BLOB = 'https://examplebucket.s3.amazonaws.com/images/sha256:ab';

function parts() {
  const clock = new ManualClock();
  return {
    clock,
    timeOfDay: () => NOON + clock.now(),
    credentials: () => () => Promise.resolve(EXAMPLE),
  };
}

test('a signed URL leads to the same host and key, and says what it is signed for', async () => {
  const presigner = await createPresigner([OPEN, PRIVATE], parts());
  const signed = new URL((await presigner.sign(PRIVATE, BLOB, 'GET')) ?? '');
  assert.equal(signed.origin + signed.pathname, BLOB.replace(':ab', '%3Aab'));
  assert.deepEqual(
    Object.fromEntries([...signed.searchParams].filter(([name]) => name !== 'X-Amz-Signature')),
    {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request',
      'X-Amz-Date': '20130524T000000Z',
      'X-Amz-Expires': '300',
      'X-Amz-SignedHeaders': 'host',
    },
  );
  assert.match(signed.searchParams.get('X-Amz-Signature') ?? '', /^[0-9a-f]{64}$/);
});

test('each method has a signature of its own; a session token goes along', async () => {
  const presigner = await createPresigner([PRIVATE], {
    ...parts(),
    credentials: () => () => Promise.resolve({ ...EXAMPLE, sessionToken: 'a/b+c=' }),
  });
  const get = await presigner.sign(PRIVATE, BLOB, 'GET');
  const head = await presigner.sign(PRIVATE, BLOB, 'HEAD');
  assert.notEqual(get, head);
  assert.match(get ?? '', /\?X-Amz-Security-Token=a%2Fb%2Bc%3D&/);
});

test('a URL that was signed lately is there without waiting, for a quarter of its life', async () => {
  const { clock, ...rest } = parts();
  const presigner = await createPresigner([PRIVATE], { clock, ...rest });
  assert.equal(presigner.signNow(PRIVATE, BLOB, 'GET'), undefined);
  const signed = await presigner.sign(PRIVATE, BLOB, 'GET');
  assert.equal(presigner.signNow(PRIVATE, BLOB, 'GET'), signed);
  assert.equal(await presigner.sign(PRIVATE, BLOB, 'GET'), signed);
  await clock.advance(75_000);
  assert.equal(presigner.signNow(PRIVATE, BLOB, 'GET'), undefined);
  assert.notEqual(await presigner.sign(PRIVATE, BLOB, 'GET'), signed);
});

test('a query is signed with the rest, and such a URL is not remembered', async () => {
  const presigner = await createPresigner([PRIVATE], parts());
  const signatures = new Set<string | null>();
  for (const rid of ['a', 'b', undefined]) {
    const url = rid === undefined ? BLOB : `${BLOB}?rid=${rid}`;
    const { searchParams } = new URL((await presigner.sign(PRIVATE, url, 'GET')) ?? '');
    assert.equal(searchParams.get('rid'), rid ?? null);
    signatures.add(searchParams.get('X-Amz-Signature'));
    assert.equal(presigner.signNow(PRIVATE, url, 'GET') === undefined, rid !== undefined);
  }
  assert.equal(signatures.size, 3);
});

test('without credentials a store cannot be used, and says why; nothing is thrown', async () => {
  const changes: unknown[] = [];
  const presigner = await createPresigner([PRIVATE, { ...PRIVATE, name: 'other' }], {
    ...parts(),
    credentials: () => () =>
      Promise.reject(new Error('Could not load credentials from any providers')),
    onChange: (change) => changes.push(change),
  });
  assert.equal(presigner.trouble(PRIVATE), 'no credentials were found');
  assert.equal(await presigner.sign(PRIVATE, BLOB, 'GET'), undefined);
  assert.equal(presigner.signNow(PRIVATE, BLOB, 'GET'), undefined);
  assert.deepEqual(changes, [
    { stores: ['private', 'other'], trouble: 'no credentials were found' },
  ]);
  presigner.close();
});

test('a start that is not to wait goes on without credentials, which are used once they come', async () => {
  const { clock, ...rest } = parts();
  const late = Promise.withResolvers<typeof EXAMPLE>();
  const changes: unknown[] = [];
  const creating = createPresigner([PRIVATE], {
    ...rest,
    clock,
    patience: 250,
    credentials: () => () => late.promise,
    onChange: (change) => changes.push(change),
  });
  await settlePromises();
  await clock.advance(250);
  const presigner = await creating;
  assert.match(presigner.trouble(PRIVATE) ?? '', /has not answered yet/);
  assert.equal(presigner.signNow(PRIVATE, BLOB, 'GET'), undefined);
  assert.equal(await presigner.sign(PRIVATE, BLOB, 'GET'), undefined);
  assert.deepEqual(changes, []);
  late.resolve(EXAMPLE);
  await settlePromises();
  assert.equal(presigner.trouble(PRIVATE), undefined);
  assert.match((await presigner.sign(PRIVATE, BLOB, 'GET')) ?? '', /X-Amz-Signature=/);
  presigner.close();
  assert.equal(clock.timers, 0);
});

test('each profile has credentials of its own', async () => {
  const asked: (string | undefined)[] = [];
  const r2: PresignedStore = {
    name: 'r2',
    presign: { region: 'auto', expires: 1000, profile: 'cloudflare' },
  };
  const presigner = await createPresigner([PRIVATE, r2], {
    ...parts(),
    credentials: (profile) => {
      asked.push(profile);
      return profile === undefined
        ? () => Promise.resolve(EXAMPLE)
        : () => Promise.reject(new Error('Profile cloudflare was not found.'));
    },
  });
  assert.deepEqual(asked, [undefined, 'cloudflare']);
  assert.equal(presigner.trouble(PRIVATE), undefined);
  assert.equal(
    presigner.trouble(r2),
    'the profile is not in the AWS configuration files, or has no credentials',
  );
});

test('where no store is signed for, nothing is loaded or looked for', async () => {
  const presigner = await createPresigner([OPEN], {
    ...parts(),
    credentials: () => () => assert.fail('looked for'),
  });
  assert.equal(await presigner.sign(OPEN, BLOB, 'GET'), undefined);
  assert.equal(presigner.signNow(OPEN, BLOB, 'GET'), undefined);
  assert.equal(presigner.trouble(OPEN), 'the store "open" is not one whose URLs are signed');
  presigner.close();
});

test('a store that is signed for and one that is not are told apart', async () => {
  const presigner = await createPresigner([PRIVATE, OPEN], parts());
  assert.equal(await presigner.sign(OPEN, BLOB, 'GET'), undefined);
  assert.equal(presigner.trouble(OPEN), 'the store "open" is not one whose URLs are signed');
});

test('by default credentials are found as the AWS SDK finds them', async () => {
  const keys = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE', 'AWS_SESSION_TOKEN'];
  const before = keys.map((key) => [key, process.env[key]] as const);
  for (const key of keys) delete process.env[key];
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 'secret' });
  try {
    const { clock, timeOfDay } = parts();
    const presigner = await createPresigner([PRIVATE], { clock, timeOfDay });
    assert.match((await presigner.sign(PRIVATE, BLOB, 'GET')) ?? '', /X-Amz-Credential=AKENV%2F/);
    presigner.close();
  } finally {
    for (const [key, value] of before)
      if (value === undefined) delete process.env[key];
      else process.env[key] = value;
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onAnyAddress } from './any-address.ts';

test('an IPv6 wildcard on a machine without IPv6 becomes the IPv4 wildcard; another address does not', async () => {
  const asked: string[] = [];
  const withoutIpv6 = (host: string): Promise<string> => {
    asked.push(host);
    return host.includes(':')
      ? Promise.reject(
          Object.assign(new Error('none'), { code: 'EAFNOSUPPORT', syscall: 'listen' }),
        )
      : Promise.resolve(host);
  };
  assert.equal(await onAnyAddress('::', withoutIpv6), '0.0.0.0');
  await assert.rejects(onAnyAddress('::1', withoutIpv6), { code: 'EAFNOSUPPORT' });
  assert.deepEqual(asked, ['::', '0.0.0.0', '::1']);
});

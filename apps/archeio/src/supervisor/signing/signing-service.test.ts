import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settlePromises } from '@archeio/presence/testing';
import type { ConfigurationSource } from '@archeio/configuration';
import { parseServed } from '../../configuration/testing/parse-served.ts';
import { SOURCE } from '../../worker/testing/assembled.ts';
import { SigningService } from './signing-service.ts';
import { supervisorRig, RANGES } from '../testing/supervisor-rig.ts';

// This file has a process of its own.
process.env['AWS_ACCESS_KEY_ID'] = 'AKIDEXAMPLE';
process.env['AWS_SECRET_ACCESS_KEY'] = 'secret';
process.env['AWS_EC2_METADATA_DISABLED'] = 'true';

const URL = 'https://bucket.s3.eu-west-3.amazonaws.com/archeio/inventory';

/** A private bucket, its credentials from the environment or from a profile that there is not. */
function privately(name: string, profile?: string): ConfigurationSource {
  const store = {
    name,
    url: 'https://bucket.s3.eu-west-3.amazonaws.com',
    key: '{digest}',
    default: true,
    presign: { region: 'eu-west-3', ...(profile !== undefined && { profile }) },
    public: true,
  };
  return { ...SOURCE, stores: [store] };
}

test('it signs for the stores of the last adopted generation, and logs once what is missing', async () => {
  const { supervisor, clock, log, events, lines } = supervisorRig();
  const signing = new SigningService({ clock, log });
  supervisor.add(signing);
  const serve = async (source: ConfigurationSource) => {
    const configuration = parseServed(source);
    await supervisor.apply({ configuration, ranges: RANGES });
    return configuration.stores[0];
  };
  const nobody = await serve(privately('private', 'nobody'));
  await assert.rejects(signing.sign(nobody, URL), /no credentials were found/);
  // Nothing about the bucket has changed: nothing is looked for or said again.
  await serve({ ...privately('private', 'nobody'), presence: { absentFor: '1m' } });
  await assert.rejects(signing.sign(nobody, URL), /no credentials were found/);
  assert.deepEqual(events(), ['credentials-missing']);
  assert.deepEqual(lines[0]['stores'], ['private']);

  const found = await serve(privately('renamed'));
  assert.match(await signing.sign(found, URL), /\?.*X-Amz-Signature=[0-9a-f]{64}/);
  await assert.rejects(
    signing.sign(nobody, URL),
    /the store "private" is not one whose URLs are signed/,
  );
  assert.deepEqual(events(), ['credentials-missing', 'credentials-found']);
  await serve(SOURCE);
  await assert.rejects(signing.sign(found, URL), /is not one whose URLs are signed/);
  supervisor.close();
  await settlePromises();
  assert.equal(clock.timers, 0);
});

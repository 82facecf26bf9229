import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationOf } from '../configuration/load-configuration.ts';
import { shippedRanges } from '../configuration/shipped.ts';
import { configurationText } from './demo-configuration.ts';
import { makeImage } from './demo-image.ts';

test('the configuration of the demo has no warnings', () => {
  const origin = 'http://127.0.0.1:1';
  const image = makeImage();
  const [probe] = image.blobs.keys();
  const origins = { 'aws-paris': origin, cdn: origin, registry: origin };
  const { warnings } = configurationOf(
    { text: configurationText(origins, image, probe, '/ranges'), name: 'demo' },
    { kind: 'file', path: 'demo' },
    { environment: {} },
    () => shippedRanges().places,
  );
  assert.deepEqual(warnings, []);
});

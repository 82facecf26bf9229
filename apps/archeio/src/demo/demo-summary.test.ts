import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DemoSummary, isGood, summaryText } from './demo-summary.ts';

const SUMMARY: DemoSummary = {
  pulls: 77,
  failed: 0,
  repeated: 12,
  blobs: { near: 69, cdn: 162, registry: 0 },
  bytes: 3 * 1024 * 1024,
  redirects: { near: 81, cdn: 162, registry: 154 },
  seconds: 16.1,
  outages: [{ store: 'near', hungSeconds: 6, movedAfterSeconds: 2.2, backAfterSeconds: 1 }],
  archeio: { decisions: {}, backends: { near: 81, cdn: 162, registry: 154 } },
};

test('a summary has a line for each question', () => {
  assert.deepEqual(summaryText(SUMMARY).split('\n'), [
    'pulls      77 in 16 s, 0 failed',
    'blobs      near 69, cdn 162, registry 0: 3.00 MiB, each digest verified',
    'outage     near hung for 6.0 s: traffic moved after 2.2 s and came back 1.0 s after the recovery',
    'repeated   12 requests, because the store did not answer',
    "redirects  near 81, cdn 162, registry 154; Archeio's metrics agree",
  ]);
  assert.ok(isGood(SUMMARY));
});

test('a failed pull, and traffic that stays, are not good', () => {
  assert.ok(!isGood({ ...SUMMARY, failed: 1 }));
  const [outage] = SUMMARY.outages;
  for (const change of [{ movedAfterSeconds: null }, { backAfterSeconds: null }])
    assert.ok(!isGood({ ...SUMMARY, outages: [{ ...outage, ...change }] }));
  const stays = { ...outage, movedAfterSeconds: null, backAfterSeconds: null };
  assert.match(
    summaryText({ ...SUMMARY, outages: [stays] }),
    /: traffic did not move and did not come back$/m,
  );
});

test('many outages are one line', () => {
  const [outage] = SUMMARY.outages;
  const outages = [outage, { ...outage, movedAfterSeconds: 3.4 }, outage, outage];
  assert.match(
    summaryText({ ...SUMMARY, outages }),
    /^outages {4}4: traffic moved after 2\.2 to 3\.4 s; it came back after 1\.0 to 1\.0 s$/m,
  );
  const stays = outages.map((each, at) => (at === 0 ? each : { ...each, backAfterSeconds: null }));
  assert.match(
    summaryText({ ...SUMMARY, outages: stays }),
    /it came back after 1\.0 to 1\.0 s, 3 times never$/m,
  );
  const none = outages.map((each) => ({ ...each, movedAfterSeconds: null }));
  assert.match(summaryText({ ...SUMMARY, outages: none }), /traffic moved never;/);
});

test("redirects of other clients are seen in Archeio's own counts", () => {
  const archeio = { decisions: {}, backends: { near: 82 } };
  assert.match(
    summaryText({ ...SUMMARY, repeated: 0, archeio }),
    /^repeated {3}0 requests\nredirects .*; Archeio's metrics, with all other clients: near 82$/m,
  );
});

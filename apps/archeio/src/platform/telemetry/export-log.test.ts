import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExportLog, type ExportResult } from './export-log.ts';

test('logs when exports begin to fail, why, and when they succeed again', () => {
  const lines: unknown[] = [];
  const log = {
    info: (event: string, fields?: object) => lines.push([event, fields]),
    warn: (event: string, fields?: object) => lines.push([event, fields]),
  };
  const exports = new ExportLog('traces', log);
  const exported: unknown[] = [];
  const results: ExportResult[] = [];
  let next: ExportResult = { code: 0 };
  const exporter = {
    export: (_batch: string, done: (result: ExportResult) => void) => done(next),
  };
  exports.watch(exporter, (batch, isExported) => exported.push([batch, isExported]));
  const send = (batch: string, result: ExportResult): void => {
    next = result;
    exporter.export(batch, (each) => results.push(each));
  };

  send('a', { code: 0 });
  assert.equal(exports.fails, false);
  send('b', { code: 1, error: Object.assign(new Error('Bearer secret'), { code: 401 }) });
  assert.equal(exports.fails, true);
  send('c', { code: 1 });
  send('d', { code: 0 });
  send('e', { code: 1, error: new Error('Request timed out') });
  send('f', { code: 0 });
  send('g', { code: 1, error: new Error('Export failed with retryable status') });
  send('h', { code: 0 });
  send('i', { code: 1, error: Object.assign(new Error('10.0.0.1'), { code: 'ECONNREFUSED' }) });
  send('j', { code: 0 });
  send('k', { code: 1 });

  const failed = (problem: string) => ['telemetry-not-exported', { signal: 'traces', problem }];
  const again = ['telemetry-exported', { signal: 'traces' }];
  assert.deepEqual(lines, [
    failed('the collector answered 401'),
    again,
    failed('no answer in time'),
    again,
    failed('the collector answered 429, 502, 503 or 504'),
    again,
    failed('connection refused (ECONNREFUSED)'),
    again,
    failed('an unexpected failure'),
  ]);
  assert.deepEqual(
    exported,
    Array.from('abcdefghijk', (batch, at) => [batch, [0, 3, 5, 7, 9].includes(at)]),
  );
  assert.equal(results.length, 11, 'every result is passed on');
});

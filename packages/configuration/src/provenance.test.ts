import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProvenance, type Provenance } from './provenance.ts';

test('formats the origin of a value', () => {
  const words: readonly (readonly [Provenance, string])[] = [
    [{ kind: 'flag', name: '--port' }, 'flag --port'],
    [{ kind: 'environment', variable: 'PORT' }, 'environment PORT'],
    [{ kind: 'file', file: 'archeio.yaml', line: 12, column: 3 }, 'archeio.yaml:12'],
    [{ kind: 'preset', file: 'preset', line: 12, column: 3 }, 'preset:12'],
    [{ kind: 'default' }, 'default'],
  ];
  for (const [provenance, text] of words) assert.equal(formatProvenance(provenance), text);
});

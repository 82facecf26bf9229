import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT, sourceFiles } from '../../tools/source-files.ts';

const CALL = /\b\w*[lL]og(?:\(\))?\??\.(?:debug|info|warn|error|last)\(\s*(?:'([^']*)'|([^),]*))/g;
/** A log that passes an event on to another log. */
const HANDED_ON = 'event';

/** The events that the sources log. */
function loggedEvents(): ReadonlySet<string> {
  const events = new Set<string>();
  for (const { path, text } of sourceFiles('{apps,packages}/*/src/**/*.ts')) {
    for (const [call, event, other] of text.matchAll(CALL)) {
      if (event !== undefined) events.add(event);
      else assert.equal(other, HANDED_ON, `${path}: ${call}: expected the event as text`);
    }
  }
  return events;
}

/** The events in the first column of the tables of docs/reference/log-events.md that begin with "event". */
function documentedEvents(): ReadonlySet<string> {
  const events = new Set<string>();
  let isInTable = false;
  for (const line of readFileSync(join(ROOT, 'docs/reference/log-events.md'), 'utf8').split('\n')) {
    if (!line.startsWith('|')) isInTable = false;
    else if (/^\| event +\|/.test(line)) isInTable = true;
    else if (isInTable)
      for (const [, event] of (line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)) events.add(event);
  }
  return events;
}

test('docs/reference/log-events.md has every event of the log, and no other', () => {
  const logged = loggedEvents();
  assert.ok(logged.size > 30 && logged.has('started'), [...logged].join());
  assert.deepEqual([...documentedEvents()].toSorted(), [...logged].toSorted());
});

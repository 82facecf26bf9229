import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationError, formatProblem, type Problem, problemJson } from './problem.ts';

const problem: Problem = {
  file: 'a.yaml',
  line: 3,
  column: 7,
  key: 'listen.port',
  message: 'cannot read "many": expected a number',
  severity: 'error',
};
const nowhere: Problem = { ...problem, file: undefined, line: undefined, column: undefined };

test('a problem is one line, whatever its message quotes', () => {
  assert.equal(
    formatProblem(problem),
    'a.yaml:3:7: listen.port: cannot read "many": expected a number',
  );
  assert.equal(
    formatProblem({ ...nowhere, key: '', message: 'a\nb', severity: 'warning' }),
    'warning: a b',
  );
  assert.equal(
    formatProblem({ ...problem, line: undefined, message: 'x' }),
    'a.yaml: listen.port: x',
  );
});

test('a problem in JSON has every part, null if missing', () => {
  assert.deepEqual(problemJson(problem), { ...problem });
  assert.deepEqual(problemJson(nowhere), { ...nowhere, file: null, line: null, column: null });
});

test('an error has all problems, one per line', () => {
  assert.equal(new ConfigurationError([problem, nowhere]).message.split('\n').length, 2);
});

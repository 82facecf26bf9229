import assert from 'node:assert/strict';
import { checkConfiguration } from '../configuration.ts';
import { Marks } from '../marks.ts';
import { ConfigurationError, formatProblem } from '../problem.ts';

const PLACES = [
  { cloud: 'AWS', region: 'eu-west-3' },
  { cloud: 'AWS', region: 'us-east-1' },
  { cloud: 'GCP', region: 'europe-west9' },
];

/** Every problem of a small configuration with more keys; warnings begin with the word. */
export function found(more: Record<string, unknown>): string[] {
  const source = {
    version: 1,
    pages: { info: 'https://info.example', privacy: 'https://info.example/privacy' },
    registries: [{ name: 'one', upstreams: [{ name: 'up', url: 'https://up.example' }] }],
    ...more,
  };
  try {
    return checkConfiguration(source, new Marks(), PLACES).warnings.map(formatProblem);
  } catch (error) {
    assert.ok(error instanceof ConfigurationError);
    return error.problems.map(formatProblem);
  }
}

/** A store with more keys. */
export const store = (more: Record<string, unknown>) => ({
  name: 's',
  url: 'https://s.example',
  key: '{digest}',
  ...more,
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigurationValues } from './configuration-values.ts';

const FILE = { kind: 'file', path: 'a.yaml' } as const;
const read = (text: string) => ({ content: { text, name: 'a.yaml' }, warnings: [] });

test('values are listed once for each configuration, and again after a failure', async () => {
  const listed: string[] = [];
  let fails = false;
  const values = new ConfigurationValues(
    { ...read('one'), location: FILE },
    { environment: {} },
    ({ text }) => {
      listed.push(text);
      return fails ? Promise.reject(new Error('out of memory')) : Promise.resolve(`"${text}"`);
    },
  );
  assert.deepEqual(listed, []);
  assert.deepEqual(await Promise.all([values.text(), values.text()]), ['"one"', '"one"']);
  const warning = {
    file: undefined,
    line: undefined,
    column: undefined,
    key: '',
    message: 'odd',
    severity: 'warning',
  } as const;
  values.use({ ...read('two'), warnings: [warning] });
  assert.deepEqual(values.warnings, [warning]);
  fails = true;
  const failed = values.text();
  values.use(read('three'));
  fails = false;
  const good = values.text();
  await assert.rejects(failed, /out of memory/);
  assert.equal(await good, '"three"');
  assert.equal(values.text(), good);
  fails = true;
  values.use(read('four'));
  await assert.rejects(values.text(), /out of memory/);
  fails = false;
  assert.equal(await values.text(), '"four"');
  assert.deepEqual(listed, ['one', 'two', 'three', 'four', 'four']);
});

test('by default, they are those of the text', async () => {
  const values = new ConfigurationValues(
    { ...read('version: 1'), location: FILE },
    { environment: { PORT: '81' } },
  );
  const [version] = JSON.parse(await values.text()).values;
  assert.equal(version.key, 'version');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatPrefix } from '@archeio/netip';
import { readAzure } from './azure.ts';

const name = 'azure-service-tags.json';

function tag(tagName: string, region: string | undefined, ...addressPrefixes: string[]): object {
  return { name: tagName, id: tagName, properties: { region, platform: 'Azure', addressPrefixes } };
}

function fileOf(...values: unknown[]): object {
  return { changeNumber: 382, cloud: 'Public', values };
}

function read(file: object): readonly (readonly [string, string])[] {
  return readAzure(JSON.stringify(file), name).prefixes.map(([prefix, region]) => [
    formatPrefix(prefix),
    region,
  ]);
}

function refuses(file: unknown, message: string | RegExp): void {
  const text = typeof file === 'string' ? file : JSON.stringify(file);
  assert.throws(() => readAzure(text, name), { name: 'SyntaxError', message });
}

const valid = fileOf(
  tag('ActionGroup', '', '4.145.74.52/30'),
  tag('AzureCloud', '', '4.144.0.0/12'),
  tag('AzureCloud.westus2', 'westus2', '4.144.0.0/17', '2603:1030:c00::/48'),
  tag('Storage.WestUS2', 'westus2', '13.66.176.16/28'),
  tag('AzureCloud.centralfrance', '', '4.176.0.0/16'),
  tag('AzureCloud.chilec', undefined, '4.200.0.0/16'),
);

test('only tags of regions are read; the region comes from the properties, or else from the name', () => {
  assert.deepEqual(read(valid), [
    ['4.144.0.0/17', 'westus2'],
    ['2603:1030:c00::/48', 'westus2'],
    ['4.176.0.0/16', 'centralfrance'],
    ['4.200.0.0/16', 'chilec'],
  ]);
});

test('the file has a number and no date', () => {
  const source = readAzure(JSON.stringify(valid), name);
  assert.deepEqual([source.cloud, source.date, source.version], ['Azure', null, '382']);
});

test('a malformed file is refused with the place', () => {
  refuses('', 'cannot read azure-service-tags.json: expected JSON: the file is empty');
  refuses(
    JSON.stringify(valid).slice(0, 90),
    /^cannot read azure-service-tags\.json: expected JSON: ./,
  );
  refuses(
    { ...valid, changeNumber: '7' },
    'cannot read azure-service-tags.json: changeNumber: expected an integer, got "7"',
  );
  refuses(
    { ...valid, values: {} },
    'cannot read azure-service-tags.json: values: expected a list, got an object',
  );
  refuses(
    fileOf({}),
    'cannot read azure-service-tags.json: values[0].name: expected a non-empty string, got nothing',
  );
  refuses(
    fileOf({ name: 'AzureCloud.x' }),
    'cannot read azure-service-tags.json: values[0].properties: expected an object, got nothing',
  );
  refuses(
    fileOf({ name: 'AzureCloud.x', properties: { region: 'x' } }),
    'cannot read azure-service-tags.json: values[0].properties.addressPrefixes: expected a list, got nothing',
  );
  refuses(
    fileOf({ name: 'AzureCloud.x', properties: { region: 5, addressPrefixes: [] } }),
    'cannot read azure-service-tags.json: values[0].properties.region: expected a non-empty string, got 5',
  );
  refuses(
    fileOf(tag('AzureCloud.x', 'x', '1.0.0.0/8'), tag('AzureCloud.y', 'y', '2.0.0.0/8', 'oops')),
    'cannot read azure-service-tags.json: values[1].properties.addressPrefixes[1]: cannot read prefix "oops": expected address/length, such as 192.0.2.0/24',
  );
  refuses(
    fileOf(tag('AzureCloud.', '', '1.0.0.0/8')),
    'cannot read azure-service-tags.json: values[0].name: expected a region after "AzureCloud."',
  );
});

test('a list without a prefix of a region is refused', () => {
  const message =
    'cannot read azure-service-tags.json: values: expected at least one prefix in a tag AzureCloud.<region>';
  refuses(fileOf(), message);
  refuses(fileOf(tag('AzureCloud', '', '1.0.0.0/8'), tag('AzureCloud.x', 'x')), message);
});

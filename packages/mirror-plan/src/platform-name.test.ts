import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalPlatform, parsePlatform } from './platform-name.ts';

const spelled = (os: string, architecture: string, variant?: string): string => {
  const normal = normalPlatform({ os, architecture, ...(variant !== undefined && { variant }) });
  return `${normal.os}/${normal.architecture}/${normal.variant}`;
};

test('each platform has one spelling, as in containerd', () => {
  for (const [os, architecture, variant, expected] of [
    ['linux', 'arm64', undefined, 'linux/arm64/v8'],
    ['linux', 'arm64', 'v8', 'linux/arm64/v8'],
    ['linux', 'arm64', '8', 'linux/arm64/v8'],
    ['linux', 'arm64', 'v8.0', 'linux/arm64/v8'],
    ['linux', 'arm64', '9.0', 'linux/arm64/v9'],
    ['linux', 'arm64', 'v9', 'linux/arm64/v9'],
    ['linux', 'arm64', 'v8.2', 'linux/arm64/v8.2'],
    ['linux', 'aarch64', undefined, 'linux/arm64/v8'],
    ['linux', 'AArch64', 'V8', 'linux/arm64/v8'],
    ['linux', 'amd64', undefined, 'linux/amd64/v1'],
    ['linux', 'amd64', 'v1', 'linux/amd64/v1'],
    ['linux', 'amd64', 'v3', 'linux/amd64/v3'],
    ['linux', 'x86_64', undefined, 'linux/amd64/v1'],
    ['linux', 'x86-64', 'v2', 'linux/amd64/v2'],
    ['linux', 'arm', undefined, 'linux/arm/v7'],
    ['linux', 'arm', '', 'linux/arm/v7'],
    ['linux', 'arm', '7', 'linux/arm/v7'],
    ['linux', 'arm', '6', 'linux/arm/v6'],
    ['linux', 'arm', 'v5', 'linux/arm/v5'],
    ['linux', 'armhf', 'v6', 'linux/arm/v7'],
    ['linux', 'armel', undefined, 'linux/arm/v6'],
    ['linux', 'i386', 'v1', 'linux/386/'],
    ['linux', '386', undefined, 'linux/386/'],
    ['linux', 'riscv64', undefined, 'linux/riscv64/'],
    ['linux', 'ppc64le', 'power9', 'linux/ppc64le/power9'],
    ['macOS', 'arm64', undefined, 'darwin/arm64/v8'],
    ['Windows', 'AMD64', undefined, 'windows/amd64/v1'],
    ['constructor', 'toString', 'valueOf', 'constructor/tostring/valueof'],
  ] as const)
    assert.equal(spelled(os, architecture, variant), expected);
});

test('a name matches any variant unless it names one', () => {
  for (const [name, isAnyVariant] of [
    ['linux/arm', true],
    ['linux/arm/v7', false],
    ['linux/armhf', false],
    ['linux/i386', true],
    ['linux/aarch64', true],
    ['linux/x86-64', true],
    ['Linux/AMD64/V2', false],
  ] as const)
    assert.equal(parsePlatform(name).isAnyVariant, isAnyVariant, name);
});

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { unavailable } from '../parts/availability.ts';
import { startStore } from '../parts/store-server.ts';
import { startWith } from '../parts/archeio-process.ts';
import { axeScript, type Browser, type Page, startBrowser } from './browser.ts';
import { type FakeAdmin, startFakeAdmin } from './fake-admin.ts';

const BLOB = `/v2/team/app/blobs/sha256:${'7'.repeat(64)}`;
/** Every view, and what appears when it has all that it shows. */
const PAGES = [
  ['#/', '.charts canvas'],
  ['#/map?by=bytes', '.world .land'],
  ['#/backends?open=aws-eu-west-3', '.details'],
  [`#/explain?path=${BLOB}&ip=35.180.1.1`, '.story'],
  ['#/ranges', 'table.ranges'],
  ['#/configuration', 'table.values'],
] as const;

/** A page that is ready, and what must stay empty: errors, and requests to other places. */
interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly faults: string[];
}

describe('the console in Chromium', { skip: unavailable(['chromium']) }, () => {
  let browser: Browser;
  before(async () => void (browser = await startBrowser()));
  after(async () => await browser[Symbol.asyncDispose]());

  async function open(url: string, hash: string, options: object = {}): Promise<Opened> {
    const context = await browser.newContext({
      viewport: { width: 1024, height: 800 },
      ...options,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(15_000);
    const faults: string[] = [];
    page.on('console', (message: { type(): string; text(): string }) => {
      if (['error', 'warning'].includes(message.type())) faults.push(message.text());
    });
    page.on('pageerror', (error: Error) => faults.push(String(error.stack)));
    page.on('request', (request: { url(): string }) => {
      if (!request.url().startsWith(url)) faults.push(request.url());
    });
    await page.goto(url + hash);
    await page.waitForSelector('main h1');
    return { page, faults, [Symbol.asyncDispose]: () => context[Symbol.asyncDispose]() };
  }
  /** Asked again and again from outside: the page's policy forbids to evaluate text inside it. */
  async function until(page: Page, expression: string): Promise<void> {
    const deadline = performance.now() + 20_000;
    while ((await page.evaluate(expression)) !== true) {
      assert.ok(performance.now() < deadline, `never true: ${expression}`);
      await setTimeout(50);
    }
  }
  const says = (page: Page, selector: string, text: string) =>
    until(
      page,
      `document.querySelector(${JSON.stringify(selector)})?.innerText.includes(${JSON.stringify(text)}) ?? false`,
    );

  test('numbers move, and a store turns down and up again', async () => {
    await using admin = await startFakeAdmin();
    await using opened = await open(admin.url, '#/');
    const { page, faults } = opened;
    await says(page, '.sentence', 'every backend is healthy');
    const before = await page.innerText('.figures');
    admin.step();
    await until(page, `document.querySelector('.figures').innerText !== ${JSON.stringify(before)}`);
    admin.played.turn('aws-eu-west-3', 'down');
    admin.step();
    await says(page, '.sentence.alarm', 'aws-eu-west-3 has been down for');
    await says(page, '.changes', 'aws-eu-west-3 is down');
    assert.match(String(await page.evaluate('document.title')), /^▼ 1 down/);
    admin.played.turn('aws-eu-west-3', 'up');
    admin.step();
    await says(page, '.sentence.calm', 'every backend is healthy');
    assert.deepEqual(faults, []);
  });

  test('explain tells every candidate, keeps its link, and renders nothing that is typed', async () => {
    await using admin = await startFakeAdmin();
    await using opened = await open(admin.url, '#/explain');
    const { page, faults } = opened;
    const hostile = `/v2/<img src=x onerror=alert(1)>/blobs/'x`;
    await page.fill('[name=path]', hostile);
    // What is typed stays when the page is refreshed.
    await setTimeout(2500);
    await page.fill('[name=ip]', '35.180.1.1');
    assert.equal(await page.evaluate(`document.querySelector('[name=path]').value`), hostile);
    await page.click('.primary');
    await says(page, '.story', hostile);
    await says(page, '.answer', '307 from aws-us-east-1');
    for (const text of [
      'AWS eu-west-3',
      '35.180.0.0/16',
      'not near this client',
      'taken',
      `archeio explain --config images.yaml --ip 35.180.1.1 '`,
    ])
      await says(page, '.story', text);
    assert.equal(await page.evaluate(`document.querySelectorAll('.story img').length`), 0);
    assert.match(String(await page.evaluate('location.hash')), /^#\/explain\?path=%2Fv2/);
    await page.fill('[name=ip]', 'nonsense');
    await page.click('.primary');
    await says(page, '.problem', 'cannot read ip "nonsense"');
    assert.deepEqual(
      faults.filter((each) => !each.includes('400')),
      [],
    );
  });

  test('keys, filter and sorting', async () => {
    await using admin = await startFakeAdmin(1000);
    await using opened = await open(admin.url, '#/');
    const { page, faults } = opened;
    await page.keyboard.press('g');
    await page.keyboard.press('b');
    await says(page, 'main h1', 'Backends');
    await says(page, '.more', '901 more');
    await page.keyboard.press('/');
    await page.keyboard.type('kind:store eu-');
    await until(page, `document.querySelectorAll('table.backends tbody tr').length === 2`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.waitForSelector('#keys[open]');
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('r');
    await says(page, 'main h1', 'Ranges');
    assert.deepEqual(faults, []);
  });

  test('a lost connection is told, keeps the values, and recovers', async () => {
    await using admin = await startFakeAdmin();
    await using opened = await open(admin.url, '#/');
    await says(opened.page, '.sentence', 'every backend is healthy');
    admin.suspend();
    await says(opened.page, '.lost', 'Connection lost');
    await says(opened.page, '.sentence', 'every backend is healthy');
    admin.resume();
    await until(opened.page, `document.querySelector('.lost') === null`);
  });

  for (const colorScheme of ['light', 'dark'])
    for (const width of [390, 1024, 1440])
      test(`every view: ${colorScheme}, ${width} pixels, no serious accessibility fault`, async () => {
        await using admin: FakeAdmin = await startFakeAdmin();
        admin.played.turn('aws-eu-west-3', 'down', 252_000);
        admin.played.refuse();
        const viewport = { width, height: 900 };
        await using opened = await open(admin.url, '#/', { colorScheme, viewport });
        const { page, faults } = opened;
        // Evaluated by the debugger, as the page's own policy forbids other scripts.
        await page.evaluate(axeScript());
        for (const [hash, drawn] of PAGES) {
          await page.goto(admin.url + hash);
          await page.waitForSelector(drawn);
          assert.equal(
            await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
            true,
            `${hash} overflows`,
          );
          const found = await page.evaluate(
            `axe.run().then(({ violations }) => violations.filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`,
          );
          assert.deepEqual([found, faults], [[], []], hash);
        }
      });

  test('the map: a node filters the page, clouds are filtered, the day is asked for', async () => {
    await using admin = await startFakeAdmin(1000);
    await using opened = await open(admin.url, '#/');
    const { page, faults } = opened;
    await page.keyboard.press('g');
    await page.keyboard.press('m');
    await page.waitForSelector('.world .land');
    await until(page, `document.querySelector('.world').textContent.includes('988 more')`);
    await says(page, 'table.flows', 'unknown network');
    const paris = `'.world a[aria-label^="Clients in AWS eu-west-3, Paris"]'`;
    await page.evaluate(`document.querySelector(${paris}).focus()`);
    await says(page, '.hint', 'Clients in AWS eu-west-3, Paris: ');
    await page.keyboard.press('Enter');
    await until(page, `document.querySelectorAll('table.flows tbody tr').length === 2`);
    assert.equal(
      await page.evaluate(`document.querySelector('[data-filter]').value`),
      'cloud:aws client:eu-west-3',
    );
    await page.fill('[data-filter]', 'cloud:gcp');
    await until(page, `document.querySelectorAll('table.flows tbody tr').length === 6`);
    await page.click('.choice button[aria-pressed=false]');
    await until(page, `location.hash.includes('by=bytes')`);
    await page.fill('[data-filter]', 'nothing-like-this');
    await says(page, '.empty', 'No flow matches the filter');
    assert.deepEqual(faults, []);
  });

  test('the configuration: what was refused and where, and where each value comes from', async () => {
    await using admin = await startFakeAdmin();
    await using opened = await open(admin.url, '#/configuration');
    const { page, faults } = opened;
    await says(page, 'table.values', 'environment ADMIN_PORT');
    await page.fill('[data-filter]', 'from:flag');
    await until(page, `document.querySelectorAll('table.values tbody tr').length === 1`);
    admin.played.refuse();
    admin.step();
    await says(page, 'main', 'The last reload was refused');
    await says(page, '.problems', 'images.yaml:12:7');
    await says(page, 'main', 'Restart needed');
    await page.fill('[data-filter]', '');
    const count = `document.querySelectorAll('table.values tbody tr').length`;
    const hidden = Number(await page.evaluate(count));
    await page.click('.choice button[aria-pressed=false]');
    await until(page, `${count} > ${hidden}`);
    assert.deepEqual(faults, []);
  });

  test('a view that cannot read its data says so, and reads it when the server answers', async () => {
    await using admin = await startFakeAdmin(6, false);
    await using opened = await open(admin.url, '#/map');
    await says(opened.page, '.problem', 'The flows cannot be read');
    await says(opened.page, 'main', 'Asking again every minute');
  });

  test('without history and events, the status is enough', async () => {
    await using admin = await startFakeAdmin(6, false);
    await using opened = await open(admin.url, '#/');
    await says(opened.page, '.sentence', 'every backend is healthy');
    admin.step();
    admin.played.turn('aws-eu-west-3', 'down');
    await says(opened.page, '.sentence', 'aws-eu-west-3 has been down');
    await says(opened.page, '.sentence', 'Serving');
    assert.deepEqual(
      opened.faults.filter((each) => !each.includes('404')),
      [],
    );
  });

  test('a real server: traffic is seen, and explain answers', async () => {
    await using store = await startStore();
    await using server = await startWith('node', {
      version: 1,
      listen: { host: '127.0.0.1', port: 0 },
      pages: { info: 'https://example.com/', privacy: 'https://example.com/' },
      clientAddress: { topology: 'remote' },
      registries: [{ name: 'images', upstreams: [{ name: 'registry', url: store.url }] }],
    });
    const url = `http://127.0.0.1:${server.adminPort}/`;
    await using opened = await open(url, '#/');
    const { page, faults } = opened;
    await says(page, '.sentence', 'every backend is healthy');
    const ask = setInterval(
      () => void fetch(`http://127.0.0.1:${server.port}/v2/a/manifests/b`, { redirect: 'manual' }),
      100,
    );
    try {
      await says(page, '.sentence', 'Serving');
    } finally {
      clearInterval(ask);
    }
    await page.goto(`${url}#/explain?path=/v2/a/manifests/b&ip=192.0.2.1`);
    await says(page, '.story', 'an unknown network');
    await says(page, '.answer', '307 from registry');
    await page.goto(`${url}#/map`);
    await says(page, 'table.flows', 'registry');
    await page.goto(`${url}#/configuration`);
    await says(page, 'table.values', 'https://example.com/');
    assert.deepEqual(
      faults.filter((each) => !each.includes('404')),
      [],
    );
  });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileStore } from './compile-backend.ts';
import type { Store } from './backend.ts';
import { MOST_CONSIDERED, Share } from './share.ts';

const store = (name: string, weight: number) =>
  compileStore(0, { name, url: `https://${name}.example`, key: '{digest}', weight });
const share = (weights: Readonly<Record<string, number>>) =>
  new Share(Object.entries(weights).map(([name, weight]) => store(name, weight)));
const digest = (number: number) => `sha256:${number.toString(16).padStart(64, '0')}`;
const namesOf = (list: Share, blob: string) => list.orderFor(blob).map(({ name }) => name);

/** Number of 20,000 blobs that go to each store first. */
function firsts(list: Share): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let number = 0; number < 20_000; number++) {
    const [{ name }] = list.orderFor(digest(number));
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

test('the shares of the blobs follow the weights', () => {
  for (const weights of [
    { a: 1, b: 1 },
    { a: 1, b: 3 },
    { a: 5, b: 2, c: 1.5, d: 1.5 },
  ]) {
    const sum = Object.values(weights).reduce((total, weight) => total + weight);
    const counts = firsts(share(weights));
    for (const [name, weight] of Object.entries(weights)) {
      const expected = (20_000 * weight) / sum;
      // five standard deviations of a binomial count
      const tolerance = 5 * Math.sqrt(expected * (1 - weight / sum));
      assert.ok(Math.abs(counts[name] - expected) < tolerance, `${name}: ${counts[name]}`);
    }
  }
});

test('stores with weight 0 come after the others, in order', () => {
  const list = share({ z: 0, a: 1, y: 0, b: 1 });
  for (let number = 0; number < 100; number++)
    assert.deepEqual(namesOf(list, digest(number)).slice(2), ['z', 'y']);
});

test('if all stores have weight 0, all are used, in order', () => {
  assert.deepEqual(namesOf(share({ z: 0, y: 0, a: 0 }), digest(1)), ['z', 'y', 'a']);
});

const weights = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.constantFrom(0, 0.001, 0.5, 1, 2, 1000), {
    minKeys: 2,
    maxKeys: 6,
    noNullPrototype: true,
  })
  .filter((each) => Object.values(each).some((weight) => weight > 0));
const blob = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);

test('the order contains all stores, and is the same each time', () => {
  fc.assert(
    fc.property(weights, fc.array(blob, { minLength: 1 }), (each, blobs) => {
      const list = share(each);
      const orders = blobs.map((digestOf) => namesOf(list, digestOf));
      for (const order of orders) assert.deepEqual(order.toSorted(), Object.keys(each).toSorted());
      assert.deepEqual(
        blobs.map((digestOf) => namesOf(share(each), digestOf)),
        orders,
      );
    }),
  );
});

test('if a store goes away, only its own blobs move, in whatever order the others are configured', () => {
  fc.assert(
    fc.property(weights, blob, (each, digestOf) => {
      const order = namesOf(share(each), digestOf);
      const positive = order.filter((name) => each[name] > 0);
      for (const gone of positive) {
        const rest = Object.entries(each).filter(([name]) => name !== gone);
        const left = namesOf(share(Object.fromEntries(rest.toReversed())), digestOf);
        assert.deepEqual(
          left.filter((name) => each[name] > 0),
          positive.filter((name) => name !== gone),
        );
      }
    }),
  );
});

test('the considered stores are the first of the whole order', () => {
  const many = Array.from({ length: 500 }, (_, index) => store(`s${index}`, 1 + (index % 3)));
  const few = new Share(many);
  for (let number = 0; number < 50; number++) {
    const order = namesOf(few, digest(number));
    assert.equal(order.length, MOST_CONSIDERED);
    // The slow twin: any two stores have the same order as in a share of only these two.
    for (let at = 1; at < order.length; at++) {
      const pair = new Share(many.filter(({ name }) => order.slice(at - 1, at + 1).includes(name)));
      assert.deepEqual(namesOf(pair, digest(number)), order.slice(at - 1, at + 1));
    }
    const last = order[order.length - 1];
    for (const { name } of many.filter((each) => !order.includes(each.name)).slice(0, 20)) {
      const pair = new Share(many.filter((each) => [last, name].includes(each.name)));
      assert.equal(namesOf(pair, digest(number))[0], last);
    }
  }
});

test('ordering 8,500 stores takes about one step per store', () => {
  let steps = 0;
  const counted = (each: Store): Store =>
    Object.defineProperty({ ...each }, 'weight', {
      get() {
        steps++;
        return 1;
      },
    });
  const many = new Share(
    Array.from({ length: 8500 }, (_, index) => counted(store(`s${index}`, 1))),
  );
  assert.equal(many.orderFor(digest(1)).length, MOST_CONSIDERED);
  assert.equal(steps, 8500);
});

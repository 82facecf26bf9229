import { repositoriesOf } from '../list-repositories.ts';

/** Lists once, for tests on another runtime. Arguments: method, URL and path. */
const [, , method, url = '', path = ''] = process.argv;
const list = repositoriesOf('archeio/test');
try {
  const names = await list(
    method === 'google' ? 'google' : 'catalog',
    { name: 'upstream', url, path },
    new AbortController().signal,
  );
  console.log(JSON.stringify({ names: [...names].toSorted() }));
} catch (error) {
  console.log(JSON.stringify({ problem: error instanceof Error ? error.message : error }));
}

export { repositoriesOf } from './list-repositories.ts';
export type { ListingMethod, ListRepositories } from './list-repositories.ts';
export type { ListedUpstream } from './lister.ts';
export { RepositoryLists } from '../../backends/repositories/repository-lists.ts';
export type { ListState } from '../../backends/repositories/repository-lists.ts';
export { RepositoryRefresh } from './repository-refresh.ts';
export type { RepositoryRefreshOptions } from './repository-refresh.ts';

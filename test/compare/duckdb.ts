import { installLocked } from '../parts/locked-packages.ts';

/** The part of the client of DuckDB that is used here. */
export interface Connection {
  runAndReadAll(sql: string): Promise<{ getRowObjectsJson(): Record<string, unknown>[] }>;
  closeSync(): void;
}

/** The package, as far as it is used here. */
interface DuckDb {
  readonly DuckDBInstance: {
    create(path: string, options: object): Promise<{ connect(): Promise<Connection> }>;
  };
}

/**
 * Opens a database in memory.
 *
 * @param folder for what does not fit into its memory
 */
export async function openDuckDb(folder: string): Promise<Connection> {
  const packages = await installLocked('compare');
  const { DuckDBInstance } = (await packages.load('@duckdb/node-api')) as DuckDb;
  const options = { memory_limit: '1GB', threads: '2', temp_directory: folder };
  return (await DuckDBInstance.create(':memory:', options)).connect();
}

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../../tools/source-files.ts';
import { mustClean } from '../parts/clean-command.ts';
import { answersHttp, type Part, startPart } from '../parts/part-process.ts';
import { freePort } from '../parts/ports.ts';
import { blocksOf } from './blocks.ts';

/** The folder of the documents. */
const FOLDER = '/tmp/archeio';
const PORT = /\b(?:5000|8080|8081|9090)\b/g;

/** The port on which each command that keeps running listens. */
const LISTENS = new Map([
  ['docker-registry', '5000'],
  ['nginx', '8081'],
  ['npm', '8080'],
]);

/**
 * Follows documents word for word: writes their files and runs their `sh` blocks, in order. Replaces only folder and
 * ports.
 */
export class WalkThrough implements AsyncDisposable {
  readonly folder: string;
  readonly #ports: ReadonlyMap<string, string>;
  readonly #change: (text: string) => string;
  readonly #environment: Record<string, string>;
  readonly #started: Part[] = [];

  private constructor(ports: ReadonlyMap<string, string>, change: (text: string) => string) {
    this.folder = mkdtempSync(join(tmpdir(), 'walk-through-'));
    // A web server reads the store as another user.
    chmodSync(this.folder, 0o755);
    this.#ports = ports;
    this.#change = change;
    this.#environment = {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env['PATH']}`,
      PORT: ports.get('8080')!,
      ADMIN_PORT: ports.get('9090')!,
    };
  }

  /** @param change further replacements in the text of a document */
  static async begin(change = (text: string): string => text): Promise<WalkThrough> {
    const ports = new Map<string, string>();
    for (const port of ['5000', '8080', '8081', '9090']) ports.set(port, String(await freePort()));
    return new WalkThrough(ports, change);
  }

  /** @returns what each command of the document printed */
  async follow(document: string): Promise<string[]> {
    const printed: string[] = [];
    const text = this.#change(readFileSync(join(ROOT, document), 'utf8'))
      .replaceAll(FOLDER, this.folder)
      .replaceAll(PORT, (port) => this.#ports.get(port)!);
    // A variable applies to all later lines.
    let variables = '';
    for (const block of blocksOf(text)) {
      if (block.language !== 'sh') {
        if (block.file.startsWith(this.folder)) this.#write(block.file, block.text);
        continue;
      }
      for (const line of block.text.trim().split('\n')) {
        if (/^\w+=/.test(line)) variables += `${line};`;
        else if (line.endsWith('&')) await this.#start(line.slice(0, -1));
        else printed.push(await mustClean(this.#shell(variables + line), this.#surroundings()));
      }
    }
    return printed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of this.#started.toReversed()) await part[Symbol.asyncDispose]();
    rmSync(this.folder, { recursive: true });
  }

  #write(file: string, text: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async #start(line: string): Promise<void> {
    const name = `part${this.#started.length}`;
    const part = startPart(name, this.#shell(line), this.#surroundings());
    this.#started.push(part);
    const port = LISTENS.get(line.split(' ')[0]);
    if (port !== undefined)
      await part.until(() => answersHttp(`http://127.0.0.1:${this.#ports.get(port)}/livez`));
  }

  #shell(line: string): readonly string[] {
    return ['sh', '-c', `cd '${ROOT}' && ${line}`];
  }

  #surroundings() {
    return { folder: this.folder, environment: this.#environment };
  }
}

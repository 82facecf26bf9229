import { parsePrefix, type Prefix } from '@archeio/netip';

/** A short description of a value, for error messages. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Deepest nesting to parse: the lists are nested four deep, and a million levels would take gigabytes. */
const DEEPEST = 64;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How deep JSON is nested; brackets in strings do not count. */
function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth--;
  }
  return deepest;
}

/** A value in a JSON file with its place, for error messages. */
export class JsonNode {
  readonly file: string;
  /** `prefixes[17].ip_prefix`; empty for the whole file. */
  readonly path: string;
  readonly value: unknown;

  private constructor(file: string, path: string, value: unknown) {
    this.file = file;
    this.path = path;
    this.value = value;
  }

  /** @throws SyntaxError if the text is not JSON */
  static parse(text: string, file: string): JsonNode {
    if (nestingOf(text) > DEEPEST)
      throw new SyntaxError(
        `cannot read ${file}: expected JSON that is nested ${DEEPEST} deep at most`,
      );
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      // The engine's own message quotes the text.
      const reason = text.trim() === '' ? 'the file is empty' : 'it is truncated or malformed';
      throw new SyntaxError(`cannot read ${file}: expected JSON: ${reason}`, { cause: error });
    }
    return new JsonNode(file, '', value);
  }

  /** Throws a SyntaxError that names this place. */
  refuse(reason: string): never {
    const place = this.path === '' ? '' : `${this.path}: `;
    throw new SyntaxError(`cannot read ${this.file}: ${place}${reason}`);
  }

  /** Whether this is an object with that key. */
  has(key: string): boolean {
    return typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, key);
  }

  /** The value of a key. A missing key is refused only when its value is read. */
  get(key: string): JsonNode {
    const { value } = this;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return this.refuse(`expected an object, got ${describe(value)}`);
    }
    const path = this.path === '' ? key : `${this.path}.${key}`;
    const entry: unknown = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
    return new JsonNode(this.file, path, entry);
  }

  list(): JsonNode[] {
    if (!Array.isArray(this.value)) {
      return this.refuse(`expected a list, got ${describe(this.value)}`);
    }
    return this.value.map(
      (item: unknown, index) => new JsonNode(this.file, `${this.path}[${index}]`, item),
    );
  }

  /** A string of at least one character. */
  text(): string {
    if (typeof this.value !== 'string' || this.value === '') {
      return this.refuse(`expected a non-empty string, got ${describe(this.value)}`);
    }
    return this.value;
  }

  wholeNumber(): number {
    if (!Number.isSafeInteger(this.value)) {
      this.refuse(`expected an integer, got ${describe(this.value)}`);
    }
    return Number(this.value);
  }

  prefix(): Prefix {
    const text = this.text();
    try {
      return parsePrefix(text);
    } catch (error) {
      return this.refuse(messageOf(error));
    }
  }
}

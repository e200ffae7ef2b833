/**
 * The file of --config (YAML): what stands at its top level is for every service, what stands under the name of a service for
 * that one, and goes before the other.
 */
import { readFileSync, statSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';
import { readValue } from './file-value.ts';
import type { FileValue } from './file-value.ts';
import { UsageError } from './usage-error.ts';

/** Services, and what a streamer is with --rooms and with --publish. */
export const SECTIONS = ['signaling', 'front', 'streamer', 'rooms', 'ingest'] as const;
export type Section = (typeof SECTIONS)[number];

/** Settings of most services, which may stand at the top level although not every one has them. */
export const SHARED_KEYS: readonly string[] = ['signaling-host'];

const MAX_FILE_BYTES = 1024 * 1024;
const READABLE_BY_OTHERS = 0o004;

const READ_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
};

export interface FileSetting {
  /** As an error names it: `front.http-port`. */
  readonly key: string;
  readonly value: FileValue;
  /** `sipcast.yaml:12`. */
  readonly where: string;
}

type Nodes = YAMLMap;

export class SettingsFile {
  readonly path: string;
  /** Whether every user of this machine may read it. */
  readonly readableByAll: boolean;
  readonly #document: Document;
  readonly #lines: LineCounter;

  private constructor(path: string, readableByAll: boolean, document: Document, lines: LineCounter) {
    this.path = path;
    this.readableByAll = readableByAll;
    this.#document = document;
    this.#lines = lines;
  }

  /** @throws UsageError that names the file, for one that cannot be read or is no YAML */
  static open(path: string): SettingsFile {
    const { text, mode } = read(path);
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${path} is no YAML: ${(error.message.split('\n', 1)[0] ?? '').replace(/:$/, '')}`, { cause: error });
    if (document.contents !== null && !isMap(document.contents)) throw new UsageError(`${path}: expected settings, such as "log-level: warn"`);
    return new SettingsFile(path, process.platform !== 'win32' && (mode & READABLE_BY_OTHERS) !== 0, document, lines);
  }

  /** Settings at the top level by their name. @throws UsageError */
  topLevel(): Map<string, FileSetting> {
    const sections: readonly string[] = SECTIONS;
    // `rooms: true` is the flag of that name.
    return this.#settings(this.#top().filter((pair) => !sections.includes(nameOf(pair)) || isSwitch(pair)), '');
  }

  /** Settings of one section by their name. @throws UsageError */
  section(section: Section): Map<string, FileSetting> {
    const pair = this.#top().find((each) => nameOf(each) === section);
    if (pair === undefined || isSwitch(pair) || (isScalar(pair.value) && pair.value.value === null)) return new Map();
    if (!isMap(pair.value)) throw new UsageError(`${this.path}: ${section} is a part of the file: put its settings under it, indented, one a line`);
    return this.#settings(pair.value.items, `${section}.`);
  }

  /** What it says of the first of these keys that it has, under the name of a service or for all. @throws UsageError */
  textOf(section: Section, ...keys: string[]): string | undefined {
    const settings = [this.section(section), this.topLevel()];
    return keys.flatMap((key) => settings.flatMap((each) => each.get(key)?.value.text ?? [])).at(0);
  }

  #top(): readonly Pair[] {
    return (this.#document.contents as Nodes | null)?.items ?? [];
  }

  #settings(pairs: readonly Pair[], prefix: string): Map<string, FileSetting> {
    const settings = new Map<string, FileSetting>();
    for (const pair of pairs) {
      const name = nameOf(pair);
      const key = prefix + name;
      if (prefix === '' && isMap(pair.value)) throw new UsageError(`${this.path}: ${key} is no part of the file: there are ${SECTIONS.join(', ')}`);
      settings.set(name, { key, value: this.#valueOf(pair, key), where: `${this.path}:${this.#lineOf(pair)}` });
    }
    return settings;
  }

  #valueOf(pair: Pair, key: string): FileValue {
    try {
      return readValue(pair.value, this.#document);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      throw new UsageError(`${this.path}: ${key}: ${error.message}`, { cause: error });
    }
  }

  #lineOf({ key }: Pair): number {
    const [begin = 0] = isScalar(key) ? (key.range ?? []) : [];
    return this.#lines.linePos(begin).line;
  }
}

function isSwitch({ value }: Pair): boolean {
  return isScalar(value) && typeof value.value === 'boolean';
}

function nameOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : 'a list or a part';
}

function read(path: string): { text: string; mode: number } {
  try {
    const { size, mode } = statSync(path);
    if (size > MAX_FILE_BYTES) throw new UsageError(`${path} is no file of settings: it has more than ${MAX_FILE_BYTES} bytes`);
    return { text: readFileSync(path, 'utf8'), mode };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new UsageError(`the settings in ${path} cannot be read: ${READ_ERRORS[code] ?? message}`, { cause: error });
  }
}

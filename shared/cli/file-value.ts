/** A value of a file of settings as the text that an option of the same name would get, so that one parser reads both. */
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, Node } from 'yaml';
import type { Parameter } from './parameter.ts';
import { UsageError } from './usage-error.ts';

/** A value as it was written. */
export interface FileValue {
  readonly kind: 'text' | 'number' | 'boolean' | 'list';
  readonly text: string;
}

/** What separates the entries of a list on a command line. */
const SEPARATOR = ',';

/** @throws UsageError for what is neither one value nor a list of such */
export function readValue(node: unknown, document: Document): FileValue {
  const target = isAlias(node) ? node.resolve(document) : (node as Node | null);
  if (isMap(target)) throw new UsageError('expected a value, not further settings');
  if (isSeq(target)) return { kind: 'list', text: target.items.map((item) => entryOf(item, document)).join(SEPARATOR) };
  if (!isScalar(target) || target.value === null) throw new UsageError('has no value: give it one, or leave it out');
  const { value, source } = target;
  // As it was written: 0123 may be a password, and would be another one as a number.
  if (typeof value === 'number') return { kind: 'number', text: source ?? String(value) };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value) };
  if (typeof value === 'string') return { kind: 'text', text: value };
  throw new UsageError('expected a text, a number, true or false');
}

/** The text that the parser of `parameter` reads. @throws UsageError for a value of another kind than it takes */
export function textFor({ kind: sort, parse }: Parameter, { kind, text }: FileValue): string {
  if (kind === 'list' && parse.list !== true) throw new UsageError('expected one value, not a list');
  if (kind !== 'boolean' || sort === 'flag') return text;
  if (parse.choices?.includes('yes') === true) return text === 'true' ? 'yes' : 'no';
  throw new UsageError(`expected a text or a number: put "${text}" in quotes if it is meant as a text`);
}

function entryOf(node: unknown, document: Document): string {
  const { kind, text } = readValue(node, document);
  if (kind === 'list' || text.includes(SEPARATOR)) throw new UsageError('expected a list of single values, without commas');
  return text;
}

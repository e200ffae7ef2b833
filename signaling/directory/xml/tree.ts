/** A parsed XML document as elements with text and children; the only file that knows fast-xml-parser's shapes. */

import { XMLParser } from 'fast-xml-parser';
import { unescapeText } from './text.ts';
import { xmlFault } from './well-formed.ts';

const TEXT = '#text';
const ENCODING = '@_encoding';

/** The text is no well-formed XML document, or not one that this daemon could have written. */
export class XmlSyntaxError extends Error {
  override name = 'XmlSyntaxError';
}

const parser = new XMLParser({
  ignoreAttributes: (name) => name !== 'encoding',
  trimValues: false,
  parseTagValue: false,
  // References are resolved by unescapeText: characters only, so that no entity ever expands.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

/** One element of the document. */
export class XmlElement {
  readonly name: string;
  readonly #value: unknown;

  constructor(name: string, value: unknown) {
    this.name = name;
    this.#value = value;
  }

  /** The child elements of that name, in document order. */
  children(name: string): XmlElement[] {
    if (!isRecord(this.#value) || !Object.hasOwn(this.#value, name)) return [];
    const value = this.#value[name];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.map((child) => new XmlElement(name, child));
  }

  /** The first child element of that name. */
  child(name: string): XmlElement | undefined {
    return this.children(name)[0];
  }

  /** The element's own text, references resolved; empty where it has none. @throws XmlSyntaxError for an encoding that does not decode */
  get text(): string {
    if (typeof this.#value === 'string') return unescapeText(this.#value);
    if (!isRecord(this.#value)) return '';
    const raw = this.#value[TEXT];
    const text = typeof raw === 'string' ? unescapeText(raw) : '';
    const encoding = this.#value[ENCODING];
    return encoding === undefined ? text : decode(text, encoding, this.name);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decode(text: string, encoding: unknown, name: string): string {
  let value: unknown;
  try {
    value = encoding === 'json' ? JSON.parse(text) : undefined;
  } catch (cause) {
    throw new XmlSyntaxError(`the JSON text in <${name}> does not decode`, { cause });
  }
  if (typeof value !== 'string') throw new XmlSyntaxError(`<${name}> has an encoding that is unknown or holds no string`);
  return value;
}

/**
 * Parses a whole document.
 * @returns its root element
 * @throws XmlSyntaxError for anything but one well-formed root element without a document type
 */
export function parseXml(text: string): XmlElement {
  const fault = xmlFault(text);
  if (fault !== undefined) throw new XmlSyntaxError(`it is not well-formed XML: ${fault}`);
  let document: unknown;
  try {
    document = parser.parse(text);
  } catch (cause) {
    throw new XmlSyntaxError('it cannot be parsed as XML', { cause });
  }
  const roots = isRecord(document) ? Object.entries(document).filter(([name]) => name !== TEXT) : [];
  const [root] = roots;
  if (root === undefined) throw new XmlSyntaxError('it has no root element');
  return new XmlElement(root[0], root[1]);
}

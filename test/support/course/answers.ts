/**
 * Answers that stay true when the captures are made anew: in a line of an answer
 * - `‹name›` stands for any one value, the same wherever that name stands, and another one for each other name;
 * - `≈0.5` for a number near it;
 * - `…` for any text;
 * and the rest for itself. Tabs and spaces are all one.
 */

/** A busy machine sends later than it should, never sooner. */
const NEAR_BELOW = 0.9;
const NEAR_ABOVE = 1.5;

const PIECE = /‹([^›]+)›|≈(\d+(?:\.\d+)?)|…/g;

/** What is wrong with the printed lines; undefined when they are as the answer says. */
export function difference(answer: readonly string[], printed: readonly string[]): string | undefined {
  if (printed.length !== answer.length) return `${printed.length} lines instead of ${answer.length}`;
  const values = new Map<string, string>();
  for (const [index, line] of answer.entries()) {
    const found = printed[index] ?? '';
    if (!fits(line, found.trim().split(/\s+/).join(' '), values)) return `line ${index + 1} is “${found}” instead of “${line}”`;
  }
  return new Set(values.values()).size === values.size ? undefined : `two names have one value: ${[...values].map((pair) => pair.join(' = ')).join(', ')}`;
}

function fits(line: string, printed: string, values: Map<string, string>): boolean {
  const pieces = [...line.matchAll(PIECE)];
  let end = 0;
  let pattern = '';
  for (const { 0: text, 1: name, index } of pieces) {
    pattern += `${escaped(line.slice(end, index))}(${name === undefined ? '.*' : '[^\\s,]+'})`;
    end = index + text.length;
  }
  const match = new RegExp(`^${pattern}${escaped(line.slice(end))}$`).exec(printed);
  return match !== null && pieces.every(([, name, number], index) => agrees(name, number, match[index + 1] ?? '', values));
}

function agrees(name: string | undefined, number: string | undefined, value: string, values: Map<string, string>): boolean {
  if (number !== undefined) return Number(value) >= Number(number) * NEAR_BELOW && Number(value) <= Number(number) * NEAR_ABOVE;
  if (name === undefined) return true;
  if (!values.has(name)) values.set(name, value);
  return values.get(name) === value;
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}

/** Turns the text of an argument, option or environment variable into a value, or says why it is none. */
import { parseHostPort } from '../sip/message/host.ts';
import { UsageError } from './usage-error.ts';

export interface Parser<Value> {
  (text: string): Value;
  /** How a default is written in the help text, where that is not how it is kept. */
  show?(value: Value): string;
  /** What was given may hold a secret: neither an error message nor --print-config repeats it. */
  secret?: true;
  /** Likewise of a part of it: how the rest may be shown. */
  conceal?(text: string): string;
  /** Several values, separated by commas: a file of settings may write them as a list. */
  list?: true;
  /** The words that it takes, where it takes no others. */
  choices?: readonly string[];
}

const MAX_PORT = 65_535;
const MAX_HOST_CHARACTERS = 253;
const MAX_TEXT_CHARACTERS = 4096;

/** A UDP or TCP port; 0 lets the system choose one. Throws UsageError. */
export const parsePort: Parser<number> = integerBetween(0, MAX_PORT);

/** A decimal whole number within limits. The parser throws UsageError. */
export function integerBetween(min: number, max: number): Parser<number> {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text.trim()) || value < min || value > max) {
      throw new UsageError(`expected a whole number from ${min} to ${max}`);
    }
    return value;
  };
}

/** Seconds, fractions allowed, as milliseconds. The parser throws UsageError. */
export function secondsBetween(min: number, max: number): Parser<number> {
  const parse: Parser<number> = (text) => {
    const seconds = Number(text);
    if (!/^\d+(\.\d+)?$/.test(text.trim()) || seconds < min || seconds > max) {
      throw new UsageError(`expected a number of seconds from ${min} to ${max}`);
    }
    return Math.round(seconds * 1000);
  };
  parse.show = (milliseconds) => String(milliseconds / 1000);
  return parse;
}

/** A host name or an IP address. Throws UsageError. */
export const parseHost: Parser<string> = (text) => {
  const host = text.trim().replace(/^\[(.*)\]$/, '$1');
  if (host === '' || host.length > MAX_HOST_CHARACTERS || !/^[\w.:%-]+$/.test(host)) {
    throw new UsageError('expected a host name or an IP address');
  }
  return host;
};

/** A host, and a port where one follows it: `10.0.0.1`, `cast.example:5060`, `[::1]:5060`. Throws UsageError. */
export const parseHostAndPort: Parser<{ host: string; port?: number | undefined }> = (text) => {
  const address = parseHostPort(text.trim());
  if (address === undefined) throw new UsageError('expected an address, or an address and a port');
  return address;
};

/** Any text that is not empty and not absurdly long. Throws UsageError. */
export const parseText: Parser<string> = (text) => {
  if (text === '') throw new UsageError('expected some text');
  if (text.length > MAX_TEXT_CHARACTERS) throw new UsageError(`expected at most ${MAX_TEXT_CHARACTERS} characters`);
  return text;
};

/** Such a text that nobody is to see. Throws UsageError. */
export const parseSecret: Parser<string> = (text) => parseText(text);
parseSecret.secret = true;

/** Words separated by commas or blanks. */
export const parseList: Parser<string[]> = (text) => text.split(/[ ,]+/).filter((entry) => entry !== '');
parseList.list = true;

/** One word out of a few. The parser throws UsageError. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]): Parser<Choice> {
  const parse: Parser<Choice> = (text) => {
    const found = choices.find((choice) => choice === text);
    if (found === undefined) throw new UsageError(`expected one of ${choices.join(', ')}`);
    return found;
  };
  parse.choices = choices;
  return parse;
}

/** What an environment variable says of a flag. Throws UsageError. */
export const parseFlag: Parser<boolean> = (text) => {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new UsageError('expected true or false');
};

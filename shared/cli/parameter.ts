/** How a service declares what can be set: positional arguments, options and flags, each also an environment variable. */
import { parseFlag } from './parsers.ts';
import type { Parser } from './parsers.ts';

export interface Parameter<Key extends string = string, Value = unknown> {
  readonly kind: 'argument' | 'option' | 'flag';
  /** The name under which the value is found in the settings. */
  readonly key: Key;
  /** What stands for the value in the help text; for an argument, its name. */
  readonly placeholder: string;
  readonly description: string;
  readonly parse: Parser<Value>;
  readonly fallback: Value;
  readonly environment: string;
}

/** The settings that a list of parameters yields. */
export type SettingsOf<List extends readonly Parameter[]> = {
  [Entry in List[number] as Entry['key']]: Entry['fallback'];
};

interface Described<Value> {
  description: string;
  parse: Parser<Value>;
  /** Shown in the help text; the key unless given. */
  placeholder?: string;
  /** The environment variable; made from the key unless given. */
  environment?: string;
}

/** A positional argument; every one has a default. */
export function argument<const Key extends string, Value>(
  key: Key,
  { description, parse, placeholder = key, environment = environmentName(key), ...rest }: Described<Value> & { default: NoInfer<Value> },
): Parameter<Key, Value> {
  return { kind: 'argument', key, placeholder, description, parse, fallback: rest.default, environment };
}

/** An option with a value: `option('udpPort', …)` is `--udp-port` and `SIPCAST_UDP_PORT`. */
export function option<const Key extends string, Value>(key: Key, described: Described<Value> & { default: NoInfer<Value> }): Parameter<Key, Value>;
export function option<const Key extends string, Value>(key: Key, described: Described<Value>): Parameter<Key, Value | undefined>;
export function option<const Key extends string, Value>(
  key: Key,
  { description, parse, placeholder = 'value', environment = environmentName(key), ...rest }: Described<Value> & { default?: NoInfer<Value> },
): Parameter<Key, Value | undefined> {
  return { kind: 'option', key, placeholder, description, parse, fallback: rest.default, environment };
}

/** An option without a value, off unless given. */
export function flag<const Key extends string>(key: Key, { description }: { description: string }): Parameter<Key, boolean> {
  return { kind: 'flag', key, placeholder: '', description, parse: parseFlag, fallback: false, environment: environmentName(key) };
}

/** `udpPort` → `--udp-port`. */
export function optionName(key: string): string {
  return `--${kebab(key)}`;
}

/** `udpPort` → `SIPCAST_UDP_PORT`. */
export function environmentName(key: string): string {
  return `SIPCAST_${kebab(key).replaceAll('-', '_').toUpperCase()}`;
}

/** `udpPort` → `udp-port`, as a file of settings has it. */
export function kebab(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Keeps secrets out of the log: by the field's name, and by the few places in SIP and SDP text that carry one. */
import type { LogFields } from './fields.ts';

export const REDACTED = '[redacted]';

const SECRET_NAMES = new Set([
  'secret', 'password', 'pwd', 'icepwd', 'token', 'access', 'refresh', 'cookie', 'setcookie',
  'authorization', 'proxyauthorization', 'privatekey', 'key',
]);

/** Fields nested deeper are replaced by a mark: a log line is no place for whole object graphs. */
const MAX_DEPTH = 5;

/** RFC 8760 digest responses, RFC 8839 ICE passwords, bearer tokens and cookies inside longer text. */
const SECRET_TEXT =
  /(\bresponse\s*=\s*"?)[0-9a-f]{8,}|(a=ice-pwd:)\S+|(\bbearer\s+)[\w.~+/=-]{8,}|(\bsipcast=)[\w.~%-]{8,}/gi;

/** A copy of `fields` without secrets; what holds none is passed on as it is. */
export function redact(fields: LogFields): LogFields {
  return redactObject(fields, 0);
}

/** `text` with digest responses, ICE passwords, bearer tokens and cookies blanked. */
export function redactText(text: string): string {
  return text.replace(SECRET_TEXT, (_whole, ...groups: (string | undefined)[]) => {
    const kept = groups.slice(0, 4).find((group) => group !== undefined) ?? '';
    return kept + REDACTED;
  });
}

function redactObject(fields: LogFields, depth: number): LogFields {
  const result: LogFields = {};
  for (const [name, value] of Object.entries(fields)) {
    result[name] = isSecretName(name) && value !== undefined ? REDACTED : redactValue(value, depth);
  }
  return result;
}

function isSecretName(name: string): boolean {
  return SECRET_NAMES.has(name.toLowerCase().replaceAll(/[-_]/g, ''));
}

function redactValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value);
  if (value === null || typeof value !== 'object' || value instanceof Error) return value;
  if (depth >= MAX_DEPTH) return '[…]';
  if (Buffer.isBuffer(value)) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.map((entry) => redactValue(entry, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return redactObject(value as LogFields, depth + 1);
}

/** The daemon's command line. */

import { concealPassword } from '../shared/cli/conceal-password.ts';
import { argument, option } from '../shared/cli/parameter.ts';
import { integerBetween, oneOf, parsePort, parseText } from '../shared/cli/parsers.ts';
import type { Parser } from '../shared/cli/parsers.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import { checkEngineUrl, EngineUrlError, isEngineUrl } from './directory/engine-url.ts';

const DAY_SECONDS = 86_400;
/** Old devices know MD5 only, and many of them give up at an offer of SHA-256 instead of passing over it (RFC 8760 §2.4). */
const DIGESTS = ['sha-256', 'sha-256-or-md5', 'md5'] as const;

/** A pattern of the engine must not take anything in it for more than it is. */
const PREFIX = /^[\w.:-]{1,64}$/;

/** @throws UsageError, which does not repeat the text: there may be a password in it */
const parseDirectory: Parser<string> = (text) => {
  try {
    if (isEngineUrl(parseText(text))) checkEngineUrl(text);
  } catch (error) {
    if (error instanceof EngineUrlError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
  return text;
};
parseDirectory.conceal = concealPassword;

/** @throws UsageError */
const parsePrefix: Parser<string> = (text) => {
  if (!PREFIX.test(text)) throw new UsageError('expected 1 to 64 letters, digits, and . : _ -');
  return text;
};

export const signalingArguments = [
  argument('port', { description: 'UDP port for SIP', parse: parsePort, default: 5060 }),
] as const;

export const signalingOptions = [
  option('udpPort', { placeholder: 'port', description: 'the same as the argument', parse: parsePort }),
  option('directory', {
    placeholder: 'file-or-url',
    description: 'where streamers and sessions are kept: a file, or the Redis that several daemons share (redis://user:password@host:port/database, rediss://…)',
    parse: parseDirectory,
    default: 'data/directory.xml',
  }),
  option('directoryPrefix', { placeholder: 'text', description: 'what all keys in that Redis begin with', parse: parsePrefix, default: 'sipcast:' }),
  option('sessionRetention', {
    placeholder: 'seconds',
    description: 'how long sessions that have ended stay in the directory',
    parse: integerBetween(0, DAY_SECONDS),
    default: 60,
  }),
  option('maxSession', {
    placeholder: 'seconds',
    description: 'how long a session may last without a word',
    parse: integerBetween(60, 30 * DAY_SECONDS),
    default: DAY_SECONDS / 2,
  }),
  option('minExpires', { placeholder: 'seconds', description: 'shortest registration', parse: integerBetween(1, 3600), default: 10 }),
  option('maxExpires', { placeholder: 'seconds', description: 'longest registration', parse: integerBetween(10, DAY_SECONDS), default: 3600 }),
  option('maxStreamers', { placeholder: 'n', description: 'names that may be registered at a time', parse: integerBetween(1, 1_000_000), default: 20_000 }),
  option('rateLimit', {
    placeholder: 'n',
    description: 'requests a second from a host that has not proven who it is (0: any number)',
    parse: integerBetween(0, 1_000_000),
    default: 100,
  }),
  option('digest', {
    placeholder: 'which',
    description: 'how others prove that they know the secret: sha-256, sha-256-or-md5, or md5 alone for devices that stumble over any other offer',
    parse: oneOf(DIGESTS),
    default: 'sha-256',
  }),
] as const;

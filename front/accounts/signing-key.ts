/** The key that signs tokens: made once, kept beside the database, so that whoever is signed in stays so when front starts anew. */
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';

/** As long as what HMAC-SHA-256 makes of it (RFC 7518 §3.2). */
export const SIGNING_KEY_BYTES = 32;

const FILE_MODE = 0o600;

/** The key cannot be had; its text says what to do. */
export class SigningKeyError extends Error {
  override readonly name = 'SigningKeyError';
}

/**
 * The key in `file`, which is made where there is none: readable by its owner alone, whole or not there at all.
 * @throws SigningKeyError when it cannot be read or written, or is no key
 */
export function loadSigningKey(file: string): Buffer {
  try {
    return read(file) ?? create(file);
  } catch (error) {
    if (error instanceof SigningKeyError) throw error;
    throw new SigningKeyError(`the signing key ${file} can be neither read nor made: ${(error as Error).message}`, { cause: error });
  }
}

function read(file: string): Buffer | undefined {
  let key: Buffer;
  try {
    key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64url');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (key.length !== SIGNING_KEY_BYTES) throw new SigningKeyError(`${file} holds no signing key: restore it, or remove it, after which all have to sign in again`);
  return key;
}

function create(file: string): Buffer {
  const key = randomBytes(SIGNING_KEY_BYTES);
  const draft = `${file}.${randomBytes(8).toString('hex')}`;
  const descriptor = openSync(draft, 'wx', FILE_MODE);
  try {
    writeSync(descriptor, `${key.toString('base64url')}\n`);
    fsyncSync(descriptor);
    closeSync(descriptor);
    linkSync(draft, file);
    return key;
  } catch (error) {
    // Another front has made it in this very moment.
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    unlinkSync(draft);
  }
}

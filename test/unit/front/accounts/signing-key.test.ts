import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSigningKey, SigningKeyError } from '../../../../front/accounts/signing-key.ts';
import { scratchFolder } from '../../../support/paths.ts';

describe('the signing key', () => {
  let folder: ReturnType<typeof scratchFolder>;
  beforeEach(() => {
    folder = scratchFolder('key');
  });
  afterEach(() => folder.remove());

  it('is made once, for its owner alone, and read from then on (seed 3.20)', () => {
    const file = join(folder.path, 'front.db.key');
    const key = loadSigningKey(file);
    expect(key).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(loadSigningKey(file).equals(key)).toBe(true);
    expect(readdirSync(folder.path)).toEqual(['front.db.key']);
    expect(loadSigningKey(join(folder.path, 'other')).equals(key)).toBe(false);
  });

  it.each(['', 'short', 'x'.repeat(100)])('is not taken from a file that holds %j', (text) => {
    const file = join(folder.path, 'front.db.key');
    writeFileSync(file, text);
    expect(() => loadSigningKey(file)).toThrow(SigningKeyError);
  });

  it('that cannot be kept is an error', () => {
    expect(() => loadSigningKey(join(folder.path, 'no', 'such', 'folder'))).toThrow(SigningKeyError);
  });
});

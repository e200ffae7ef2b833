/**
 * The door to werift. It is required rather than imported: its ESM build is one bundle, whose parts the patches could not reach.
 * Whoever takes werift from here gets it patched.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type * as Werift from 'werift';
import { applyPatches } from './patches.ts';

const load = createRequire(import.meta.url);

const entry = load.resolve('werift');
/** werift's main module is lib/webrtc/src/index.js. */
const library = join(dirname(entry), '..', '..');

/** A module of werift's that it does not export. */
export function internal(path: string): unknown {
  return load(join(library, path));
}

export const weriftVersion = (JSON.parse(readFileSync(join(library, '..', 'package.json'), 'utf8')) as { version: string }).version;

export const werift = load('werift') as typeof Werift;

applyPatches(weriftVersion, internal);

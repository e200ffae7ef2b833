/** Fields that several requests have. */
import { z } from 'zod';

const MAX_CALL_ID_CHARACTERS = 256;
/** A browser's offer takes 5 to 8 kB; one to a large room several times that. */
const MAX_SDP_CHARACTERS = 60_000;
const MAX_KEY_CHARACTERS = 64;
const MAX_TEXT_UNITS = 8_192;

export const callSchema = z.string('must be a text').min(1, 'must not be empty').max(MAX_CALL_ID_CHARACTERS, 'is too long');

export const sdpSchema = z.string('must be a text').min(1, 'must not be empty').max(MAX_SDP_CHARACTERS, 'is too long');

export const keySchema = z.string('must be a text').max(MAX_KEY_CHARACTERS, 'is too long').regex(/^[\w-]*$/, 'must be a room’s key');

/** Bounded so that nothing walks through more; what is too long for a text is refused by whoever takes it. */
export const textSchema = z.string('must be a text').max(MAX_TEXT_UNITS, 'is too long');

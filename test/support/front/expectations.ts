/** What tests expect of values whose text does not matter. */
import { expect } from 'vitest';

export const anyText: unknown = expect.any(String);

export const someText: unknown = expect.stringMatching(/.+/);

/** The one shape of every error. */
export const anyError: unknown = { error: anyText, message: anyText };

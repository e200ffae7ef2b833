/** What may be said: a text of bounded length that holds something to read. */
import { ApiError } from '../api-error.ts';

export const MAX_TEXT_CHARACTERS = 2_000;

/** Control characters but tab and line feed, halves of surrogate pairs, and marks that turn the direction of what follows. */
const UNPRINTABLE = /[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069]|\p{Cs}/gu;

/** The text as others read it. */
export function readable(text: string): string {
  return text.replaceAll(UNPRINTABLE, '').trim();
}

/** @throws ApiError 400 `empty-text`, 413 `too-large` */
export function sayable(text: string): string {
  const said = readable(text);
  if (said === '') throw emptyText();
  if (Array.from(said).length > MAX_TEXT_CHARACTERS) throw textTooLarge();
  return said;
}

export function emptyText(cause?: unknown): ApiError {
  return new ApiError(400, 'empty-text', 'There is nothing in this text.', { cause });
}

export function textTooLarge(cause?: unknown): ApiError {
  return new ApiError(413, 'too-large', `A text has at most ${MAX_TEXT_CHARACTERS} characters.`, { cause });
}

export function tooManyTexts(cause?: unknown): ApiError {
  return new ApiError(429, 'too-many-requests', 'So many texts so fast: wait a few seconds.', { cause });
}

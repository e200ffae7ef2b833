/** The lines of a conversation, as pure functions on a list. */

export interface ChatLine {
  readonly key: number;
  /** Undefined for what the room says itself. */
  readonly from: string | undefined;
  readonly own: boolean;
  /** The only one who reads it besides its writer; undefined for everybody. */
  readonly to: string | undefined;
  readonly private: boolean;
  /** Milliseconds since 1970; undefined where its time makes no sense. */
  readonly at: number | undefined;
  readonly text: string;
  readonly state: 'sent' | 'sending' | 'failed';
}

/** Longest text, in UTF-16 code units: front's own limit. */
export const MAX_TEXT = 2_000;
/** Older lines fall off the top. */
export const MAX_LINES = 400;

export type TextProblem = 'empty-text' | 'too-large';

export function textProblem(text: string): TextProblem | undefined {
  if (text.trim() === '') return 'empty-text';
  return text.length > MAX_TEXT ? 'too-large' : undefined;
}

export function withLine(lines: readonly ChatLine[], line: ChatLine): readonly ChatLine[] {
  return [...lines, line].slice(-MAX_LINES);
}

export function withState(lines: readonly ChatLine[], key: number, state: ChatLine['state']): readonly ChatLine[] {
  return lines.map((line) => (line.key === key ? { ...line, state } : line));
}

/** Whether a line begins a group of its own: another writer, another reader, or some minutes later. */
export function beginsGroup(before: ChatLine | undefined, line: ChatLine): boolean {
  const GAP_MS = 3 * 60_000;
  if (!before) return true;
  return before.from !== line.from || before.own !== line.own || before.to !== line.to || before.private !== line.private || (line.at ?? 0) - (before.at ?? 0) > GAP_MS;
}

/** @param time RFC 3339, or anything at all */
export function readTime(time: string): number | undefined {
  const at = Date.parse(time);
  return Number.isFinite(at) ? at : undefined;
}

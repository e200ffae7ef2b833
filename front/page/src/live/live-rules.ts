/** What a stream may be called; the service checks it again. */

export const MAX_NAME_CHARACTERS = 64;
export const MAX_TITLE_CHARACTERS = 80;

export interface LiveDraft {
  readonly name: string;
  readonly title: string;
}

export type LiveProblem = { readonly field: 'name'; readonly problem: 'missing' | 'too-long' | 'reserved' } | { readonly field: 'title'; readonly problem: 'too-long' };

/** Names that stand for something else in SIP. */
const RESERVED = /^(?:publish$|room-)/;

/** @returns undefined for what can be published */
export function liveProblem({ name, title }: LiveDraft): LiveProblem | undefined {
  const plain = name.trim();
  if (plain === '') return { field: 'name', problem: 'missing' };
  if (Array.from(plain).length > MAX_NAME_CHARACTERS) return { field: 'name', problem: 'too-long' };
  if (RESERVED.test(plain)) return { field: 'name', problem: 'reserved' };
  return Array.from(title.trim()).length > MAX_TITLE_CHARACTERS ? { field: 'title', problem: 'too-long' } : undefined;
}

/** Whether a page at this host is this machine's own, where no account is asked for. */
export function isOwnMachine(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}

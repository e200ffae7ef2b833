/** What page and streamer say to each other over the data channel: JSON texts, one message each. */
import { z } from 'zod';

const MAX_RENDITION_CHARACTERS = 32;

const command = z.discriminatedUnion('type', [
  z.object({ type: z.literal('play') }),
  z.object({ type: z.literal('pause') }),
  z.object({ type: z.literal('seek'), seconds: z.number() }),
  /** The quality to stay with; null for whatever his way carries best. */
  z.object({ type: z.literal('rendition'), name: z.string().min(1).max(MAX_RENDITION_CHARACTERS).nullable() }),
]);

export type Command = z.infer<typeof command>;

export type News =
  /** Where the film stands: each second while it plays, and after each change. */
  | { readonly type: 'position'; readonly seconds: number; readonly duration: number; readonly paused: boolean }
  /** Which quality is sent, whether the viewer chose it, and which there are, best first. */
  | { readonly type: 'rendition'; readonly name: string; readonly pinned: boolean; readonly available: readonly string[] }
  | { readonly type: 'error'; readonly message: string };

/** @returns what is wrong with the text, as a sentence, where it is no command */
export function readCommand(text: string): Command | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'A message is JSON.';
  }
  const read = command.safeParse(json);
  return read.success ? read.data : 'A message is one of play, pause, seek with seconds, and rendition with a name or null.';
}

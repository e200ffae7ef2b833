/** Which key does what in the player. */

export type Command = 'play-pause' | 'mute' | 'full-screen' | 'picture-in-picture' | 'statistics' | 'help' | 'back' | 'louder' | 'quieter';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** What has the focus: text fields keep every key, sliders their arrows, buttons and links the space bar. */
export type Focus = 'text' | 'slider' | 'button' | 'other';

const COMMANDS: Readonly<Record<string, Command>> = {
  ' ': 'play-pause',
  k: 'play-pause',
  m: 'mute',
  f: 'full-screen',
  p: 'picture-in-picture',
  i: 'statistics',
  '?': 'help',
  h: 'help',
  escape: 'back',
  arrowup: 'louder',
  arrowdown: 'quieter',
};

export function commandFor(press: KeyPress, focus: Focus): Command | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey || focus === 'text') return undefined;
  const command = COMMANDS[press.key.toLowerCase()];
  if (focus === 'button' && press.key === ' ') return undefined;
  if (focus === 'slider' && (command === 'louder' || command === 'quieter')) return undefined;
  return command;
}

/** The keys as the help shows them. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly command: Command }[] = [
  { keys: ['Space'], command: 'play-pause' },
  { keys: ['M'], command: 'mute' },
  { keys: ['↑', '↓'], command: 'louder' },
  { keys: ['F'], command: 'full-screen' },
  { keys: ['P'], command: 'picture-in-picture' },
  { keys: ['I'], command: 'statistics' },
  { keys: ['?'], command: 'help' },
  { keys: ['Esc'], command: 'back' },
];

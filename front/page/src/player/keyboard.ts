/** Which key does what in the player. */

export type Command = 'play-pause' | SkipCommand | 'mute' | 'full-screen' | 'picture-in-picture' | 'statistics' | 'help' | 'back' | 'louder' | 'quieter';

/** Ways through a film. */
export type SkipCommand = 'back5' | 'on5' | 'back10' | 'on10' | 'start' | 'end';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** What belongs to a slider that has the focus; the seek bar is none of these, for its keys are those of the player. */
const SLIDER_KEYS: ReadonlySet<string> = new Set(['arrowup', 'arrowdown', 'arrowleft', 'arrowright', 'home', 'end']);

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
  arrowleft: 'back5',
  arrowright: 'on5',
  j: 'back10',
  l: 'on10',
  home: 'start',
  end: 'end',
  arrowup: 'louder',
  arrowdown: 'quieter',
};

export function commandFor(press: KeyPress, focus: Focus): Command | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey || focus === 'text') return undefined;
  if (focus === 'button' && press.key === ' ') return undefined;
  if (focus === 'slider' && SLIDER_KEYS.has(press.key.toLowerCase())) return undefined;
  return COMMANDS[press.key.toLowerCase()];
}

/** The keys as the help shows them. */
export const KEYS: readonly { readonly keys: readonly string[]; readonly command: Command }[] = [
  { keys: ['Space', 'K'], command: 'play-pause' },
  { keys: ['←', '→'], command: 'back5' },
  { keys: ['J', 'L'], command: 'back10' },
  { keys: ['Home', 'End'], command: 'start' },
  { keys: ['M'], command: 'mute' },
  { keys: ['↑', '↓'], command: 'louder' },
  { keys: ['F'], command: 'full-screen' },
  { keys: ['P'], command: 'picture-in-picture' },
  { keys: ['I'], command: 'statistics' },
  { keys: ['?'], command: 'help' },
  { keys: ['Esc'], command: 'back' },
];

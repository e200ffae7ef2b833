/** Which key does what in a call or a room. */

export type MeetingCommand = 'microphone' | 'camera' | 'screen' | 'chat' | 'people' | 'escape';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const COMMANDS: Readonly<Record<string, MeetingCommand>> = { m: 'microphone', v: 'camera', s: 'screen', c: 'chat', p: 'people', escape: 'escape' };

/** @param typing a text field has the focus: it keeps every key but Escape */
export function meetingCommand(press: KeyPress, typing: boolean): MeetingCommand | undefined {
  if (press.ctrlKey || press.altKey || press.metaKey) return undefined;
  const command = COMMANDS[press.key.toLowerCase()];
  return typing && command !== 'escape' ? undefined : command;
}

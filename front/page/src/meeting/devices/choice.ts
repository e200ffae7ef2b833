/** Which devices a person chose, and whether microphone and camera were on; remembered as JSON. */
import { isRecord } from '../../connection/fields.ts';
import type { TextStore } from '../../storage/local.ts';
import type { Device } from './device-list.ts';

export interface Choice {
  readonly microphone?: Device;
  readonly camera?: Device;
  readonly speaker?: Device;
  readonly audio: boolean;
  readonly video: boolean;
}

export const FIRST_CHOICE: Choice = { audio: true, video: true };

const MAX_TEXT = 256;

export function readChoice(store: TextStore): Choice {
  let value: unknown;
  try {
    value = JSON.parse(store.read());
  } catch {
    return FIRST_CHOICE;
  }
  if (!isRecord(value)) return FIRST_CHOICE;
  return {
    ...named('microphone', value['microphone']),
    ...named('camera', value['camera']),
    ...named('speaker', value['speaker']),
    audio: value['audio'] !== false,
    video: value['video'] !== false,
  };
}

export function writeChoice(store: TextStore, choice: Choice): void {
  store.write(JSON.stringify(choice));
}

function named<K extends string>(key: K, value: unknown): { [P in K]?: Device } {
  if (!isRecord(value) || typeof value['id'] !== 'string' || value['id'] === '') return {};
  const device = { id: value['id'].slice(0, MAX_TEXT), label: typeof value['label'] === 'string' ? value['label'].slice(0, MAX_TEXT) : '' };
  return { [key]: device } as { [P in K]?: Device };
}

/** Chooses camera, microphone and, where the browser can, the loudspeaker; shows how loud one is. */
import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { words } from '../../strings/meeting.ts';
import { rememberedDevice, type Device } from './device-list.ts';
import { measureLevel } from './level.ts';
import type { LocalMedia } from './local-media.ts';

/** Only some browsers let a page choose where it sounds. */
export function canChooseSpeaker(): boolean {
  return typeof HTMLMediaElement !== 'undefined' && 'setSinkId' in HTMLMediaElement.prototype;
}

/** @param speaker whether one hears anything here */
export function DevicePicker({ media, speaker = true }: { media: LocalMedia; speaker?: boolean }): JSX.Element {
  const { cameras, microphones, speakers } = media.devices.value;
  const choice = media.choice.value;
  const inUse = (track: MediaStreamTrack | undefined): string | undefined => track?.getSettings().deviceId;
  return (
    <div class="device-picker">
      <Choice kind="camera" devices={cameras} used={inUse(media.camera.value) ?? rememberedDevice(cameras, choice.camera)?.id} media={media} />
      <Choice kind="microphone" devices={microphones} used={inUse(media.microphone.value) ?? rememberedDevice(microphones, choice.microphone)?.id} media={media} />
      <Level media={media} />
      {speaker && canChooseSpeaker() && <Choice kind="speaker" devices={speakers} used={rememberedDevice(speakers, choice.speaker)?.id} media={media} />}
    </div>
  );
}

interface ChoiceProps {
  readonly kind: 'camera' | 'microphone' | 'speaker';
  readonly devices: readonly Device[];
  readonly used: string | undefined;
  readonly media: LocalMedia;
}

function Choice({ kind, devices, used, media }: ChoiceProps): JSX.Element {
  const id = useId();
  const title = words.devices[kind];
  const selected = devices.find((each) => each.id === used) ?? devices[0];
  return (
    <label class="device-choice" for={id}>
      <span>{title}</span>
      <select
        id={id}
        data-kind={kind}
        disabled={devices.length === 0}
        value={selected?.id ?? ''}
        onChange={({ currentTarget }) => {
          const device = devices.find((each) => each.id === currentTarget.value);
          if (device) void media.use(kind, device);
        }}
      >
        {devices.length === 0 && <option value="">{words.devices.none}</option>}
        {devices.map((device, index) => <option key={device.id} value={device.id}>{device.label || words.devices.unnamed(title, index + 1)}</option>)}
      </select>
    </label>
  );
}

/** Seen by the eye only: a screen reader would never stop talking. */
export function Level({ media }: { media: LocalMedia }): JSX.Element | null {
  const track = media.microphone.value;
  const on = media.state.value.audio;
  const level = useLevel(track);
  if (!track) return null;
  return (
    <div class="level" role="img" aria-label={on ? words.devices.level : words.devices.muted} data-on={on}>
      <span style={{ scale: `${on ? level : 0} 1` }} />
    </div>
  );
}

function useLevel(track: MediaStreamTrack | undefined): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    setLevel(0);
    return track && measureLevel(track, setLevel);
  }, [track]);
  return level;
}

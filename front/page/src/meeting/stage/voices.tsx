/** Everybody's voice, whether they are on the stage or not, on the loudspeaker that was chosen. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { SilentIcon } from '../../icons/icons.tsx';
import { words } from '../../strings/meeting.ts';
import type { LocalMedia } from '../devices/local-media.ts';
import type { Participant } from '../participant.ts';

/** The browser lets nothing sound before a click. */
const blocked = signal(false);

export function Voices({ people, media }: { people: readonly Participant[]; media: LocalMedia }): JSX.Element {
  const speaker = media.choice.value.speaker?.id;
  const place = useRef<HTMLDivElement>(null);
  const unblock = (): void => {
    blocked.value = false;
    for (const audio of place.current?.querySelectorAll('audio') ?? []) play(audio);
  };
  return (
    <div class="voices" ref={place}>
      {people.flatMap(({ id, self, tracks }) => (self || !tracks.audio ? [] : [<Voice key={`${id} ${tracks.audio.id}`} track={tracks.audio} speaker={speaker} />]))}
      {blocked.value && <button type="button" class="meeting-pill meeting-unblock" onClick={unblock}><SilentIcon />{words.stage.tapForSound}</button>}
    </div>
  );
}

function Voice({ track, speaker }: { track: MediaStreamTrack; speaker: string | undefined }): JSX.Element {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = audio.current;
    if (!element) return undefined;
    element.srcObject = new MediaStream([track]);
    play(element);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  useEffect(() => {
    const element = audio.current;
    // A loudspeaker that was unplugged leaves the sound where the system puts it.
    if (element && speaker !== undefined && 'setSinkId' in element) void element.setSinkId(speaker).catch(() => undefined);
  }, [speaker]);
  return <audio ref={audio} autoplay />;
}

function play(element: HTMLAudioElement): void {
  element.play().catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'NotAllowedError') blocked.value = true;
  });
}

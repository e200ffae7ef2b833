/** Where the browser plays nothing aloud before a click: one large button that asks for it. */
import type { JSX } from 'preact';
import { SilentIcon } from '../icons/icons.tsx';
import { useApp } from '../shell/context.ts';
import { words } from '../strings/words.ts';

export function SoundPrompt(): JSX.Element | null {
  const { sound } = useApp();
  if (!sound.blocked.value) return null;
  return (
    <button type="button" class="sound-prompt" onClick={() => sound.unmute()} title={words.player.soundBlocked}>
      <SilentIcon />
      {words.player.soundOn}
    </button>
  );
}

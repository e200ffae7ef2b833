/** The keys, in a popover over the stage. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CloseIcon } from '../icons/icons.tsx';
import { words } from '../strings/words.ts';
import { KEYS } from './keyboard.ts';
import { hasPictureInPicture } from './screen.ts';
import './help.css';

export function Help({ onClose }: { onClose: () => void }): JSX.Element {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    close.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <section class="help" role="dialog" aria-labelledby="help-title">
      <header>
        <h2 id="help-title">{words.player.help}</h2>
        <button ref={close} type="button" class="control" aria-label={words.player.close} onClick={onClose}><CloseIcon /></button>
      </header>
      <dl>
        {KEYS.map(({ keys, command }) => {
          const own = command === 'picture-in-picture' && !hasPictureInPicture();
          return (
            <div key={command}>
              <dt>{own ? '–' : keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt>
              <dd>{words.commands[own ? 'picture-in-picture-own' : command]}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}

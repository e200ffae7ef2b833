/** Chooses a capture: one that comes with the system, or a file. */
import type { JSX, TargetedEvent } from 'preact';
import { useRef } from 'preact/hooks';
import { OpenIcon } from '../../icons/ladder-icons.tsx';
import { useMenu } from '../../shell/menu.ts';
import { ladderWords } from '../../strings/ladder-words.ts';
import type { LadderApp } from '../ladder-app.ts';

export function CaptureMenu({ reading }: { reading: LadderApp }): JSX.Element {
  const { open, setOpen, box, button, close, onKey } = useMenu();
  const input = useRef<HTMLInputElement>(null);
  const choose = (name: string): void => {
    close();
    void reading.openCommitted(name);
  };
  const onFile = ({ currentTarget }: TargetedEvent<HTMLInputElement>): void => {
    const file = currentTarget.files?.[0];
    if (file) void reading.open(file.name, file);
    // The same file may be chosen again.
    currentTarget.value = '';
    close();
  };
  const captures = reading.captures.value;
  return (
    <div class="ladder-menu" ref={box} onKeyDown={onKey}>
      <button ref={button} type="button" class="button ladder-open" title={ladderWords.open} aria-expanded={open} onClick={() => setOpen(!open)}><OpenIcon /><span>{ladderWords.open}</span></button>
      <input ref={input} type="file" class="visually-hidden" accept=".pcapng" tabIndex={-1} aria-hidden="true" onChange={onFile} />
      {open && (
        <div class="ladder-captures">
          <button type="button" class="menu-item" onClick={() => input.current?.click()}>{ladderWords.openFile}</button>
          {captures.length > 0 && (
            <>
              <p>{ladderWords.openCommitted}</p>
              <ul role="list">
                {captures.map((name) => <li key={name}><button type="button" class="menu-item" data-capture={name} onClick={() => choose(name)}>{titleOf(name)}</button></li>)}
              </ul>
            </>
          )}
        </div>
      )}
    </div>
  );
}

/** `register-and-watch.pcapng` reads “Register and watch”. */
function titleOf(name: string): string {
  const words = name.replace(/\.pcapng$/, '').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

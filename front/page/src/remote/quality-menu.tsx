/** Which quality is sent, and the choice among them; by itself it follows what the viewer's way carries. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { DoneIcon, QualityIcon } from '../icons/icons.tsx';
import { words } from '../strings/words.ts';
import type { Remote } from './remote.ts';
import './quality-menu.css';

export function QualityMenu({ remote }: { remote: Remote }): JSX.Element | null {
  const rendition = remote.rendition.value;
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useOutside(place, open, () => setOpen(false));
  useEffect(() => {
    if (open) place.current?.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
  }, [open]);
  if (!rendition || rendition.available.length < 2) return null;
  const { name, pinned, available } = rendition;
  const close = (): void => {
    setOpen(false);
    place.current?.querySelector<HTMLElement>('.control')?.focus();
  };
  const choose = (chosen: string | undefined): void => {
    remote.pin(chosen);
    close();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!open) return;
    if (event.key === 'Escape') close();
    else if (!moveFocus(place.current, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div class="quality" ref={place} onKeyDown={onKeyDown}>
      <button type="button" class="control" aria-haspopup="menu" aria-expanded={open} aria-label={words.quality.button(name, pinned)} title={words.quality.title} onClick={() => setOpen(!open)}>
        <QualityIcon />
        <span class="quality-name">{name}</span>
      </button>
      {open && (
        <div class="quality-menu" role="menu" aria-label={words.quality.title}>
          <Choice checked={!pinned} onChoose={() => choose(undefined)}>{words.quality.automatic(pinned ? undefined : name)}</Choice>
          {available.map((each) => <Choice key={each} checked={pinned && each === name} onChoose={() => choose(each)}>{each}</Choice>)}
        </div>
      )}
    </div>
  );
}

function Choice({ checked, onChoose, children }: { checked: boolean; onChoose: () => void; children: string }): JSX.Element {
  return (
    <button type="button" role="menuitemradio" aria-checked={checked} tabIndex={checked ? 0 : -1} onClick={onChoose}>
      <span class="quality-mark">{checked && <DoneIcon />}</span>
      {children}
    </button>
  );
}

/** @returns whether the key moves the focus within a menu */
function moveFocus(menu: HTMLElement | null, key: string): boolean {
  const items = [...(menu?.querySelectorAll<HTMLElement>('[role="menuitemradio"]') ?? [])];
  const at = items.findIndex((item) => item === document.activeElement);
  const targets: Readonly<Record<string, number>> = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length, Home: 0, End: items.length - 1 };
  const target = targets[key];
  if (target === undefined) return false;
  items[target]?.focus();
  return true;
}

function useOutside(place: { readonly current: HTMLElement | null }, active: boolean, onOutside: () => void): void {
  useEffect(() => {
    if (!active) return undefined;
    const onPointer = ({ target }: PointerEvent): void => {
      if (target instanceof Node && place.current?.contains(target) === false) onOutside();
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [active]);
}

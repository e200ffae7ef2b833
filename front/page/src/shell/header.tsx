/** The bar on top of every screen: the product, the theme, who is signed in. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { LeaveIcon } from '../icons/icons.tsx';
import { Logo } from '../icons/logo.tsx';
import { words } from '../strings/words.ts';
import { ThemeToggle } from '../theme/toggle.tsx';
import { initialsOf } from '../wall/artwork.ts';
import { useApp } from './context.ts';

export function Header({ name }: { name: string }): JSX.Element {
  return (
    <header class="header">
      <a class="brand" href="#/">
        <Logo />
        <span>{words.product}</span>
      </a>
      <div class="header-end">
        <ThemeToggle />
        <Account name={name} />
      </div>
    </header>
  );
}

function Account({ name }: { name: string }): JSX.Element {
  const app = useApp();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const onPointer = ({ target }: Event): void => {
      if (!(target instanceof Node && box.current?.contains(target))) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointer);
    return () => document.removeEventListener('pointerdown', onPointer);
  }, [open]);
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class="account" ref={box} onKeyDown={onKey}>
      <button ref={button} type="button" class="account-button" aria-expanded={open} aria-label={words.account.menu(name)} onClick={() => setOpen(!open)}>
        <span class="avatar" aria-hidden="true">{initialsOf(name)}</span>
        <bdi class="account-name">{name}</bdi>
      </button>
      {open && (
        <div class="account-menu">
          <p class="account-who">
            {words.account.signedInAs}
            <bdi>{name}</bdi>
          </p>
          <button type="button" class="menu-item" onClick={() => app.session.signOut()}>
            <LeaveIcon />
            {words.account.signOut}
          </button>
        </div>
      )}
    </div>
  );
}

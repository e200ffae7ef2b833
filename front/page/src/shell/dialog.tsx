/** A dialog over everything else, which keeps the focus until it is closed and gives it back then. It begins at what has `autofocus`. */
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { CloseIcon } from '../icons/icons.tsx';
import { lobbyWords } from '../strings/lobby-words.ts';
import './dialog.css';

export interface DialogProps {
  readonly title: ComponentChildren;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  /** Whether a click beside it closes it: not where something was typed. */
  readonly light?: boolean;
}

export function Dialog({ title, onClose, children, light = false }: DialogProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before it is painted: until it is shown, it is a box in the page.
  useLayoutEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    return () => {
      element?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const onCancel = (event: Event): void => {
    // The browser would close it without the app knowing.
    event.preventDefault();
    onClose();
  };
  const onPointerDown = (event: PointerEvent): void => {
    if (light && event.target === dialog.current) onClose();
  };
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={id} onCancel={onCancel} onPointerDown={onPointerDown}>
      <div class="dialog-box">
        <header class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="icon-button" aria-label={lobbyWords.form.close} onClick={onClose}><CloseIcon /></button>
        </header>
        {children}
      </div>
    </dialog>
  );
}

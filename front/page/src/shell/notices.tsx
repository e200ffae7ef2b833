/** The short sentences of notices.ts, over the foot of the screen. Screen readers hear them from the announcer. */
import type { JSX } from 'preact';
import { AlertIcon, CloseIcon, DoneIcon } from '../icons/icons.tsx';
import { InformationIcon } from '../icons/lobby-icons.tsx';
import { lobbyWords } from '../strings/lobby-words.ts';
import { useApp } from './context.ts';
import type { Notice } from './notices.ts';
import './notices.css';

const ICONS = { good: DoneIcon, bad: AlertIcon, plain: InformationIcon };

export function NoticeList(): JSX.Element {
  const { notices } = useApp();
  const list = notices.list.value;
  const hold = (held: boolean) => () => notices.hold(held && notices.list.peek().length > 0);
  return (
    <section class="notices" aria-label={lobbyWords.nav.notices} onPointerEnter={hold(true)} onPointerLeave={hold(false)} onFocusIn={hold(true)} onFocusOut={hold(false)}>
      {list.map((notice) => <Line key={notice.id} notice={notice} />)}
    </section>
  );
}

function Line({ notice }: { notice: Notice }): JSX.Element {
  const { notices } = useApp();
  const { id, text, tone, link, action } = notice;
  const Icon = ICONS[tone];
  const dismiss = (): void => {
    notices.hold(false);
    notices.dismiss(id);
  };
  const act = (): void => {
    action?.run();
    dismiss();
  };
  return (
    <div class={`notice notice-${tone}`} data-notice={tone}>
      <Icon />
      <p>{text}</p>
      {action && <button type="button" class="notice-action" onClick={act}>{action.label}</button>}
      {link && <a class="notice-action" href={link.href} onClick={dismiss}>{link.label}</a>}
      <button type="button" class="notice-dismiss" aria-label={lobbyWords.nav.dismiss} onClick={dismiss}><CloseIcon /></button>
    </div>
  );
}

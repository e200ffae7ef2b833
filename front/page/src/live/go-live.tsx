/** The way from the wall to being live, for whoever may; and back to it while one is. */
import type { JSX } from 'preact';
import { LiveIcon } from '../icons/lobby-icons.tsx';
import { formatRoute } from '../routing/route.ts';
import { useApp } from '../shell/context.ts';
import { liveWords } from '../strings/live-words.ts';
import { isOwnMachine } from './live-rules.ts';
import './live.css';

/** Who has no account is led to one, and then back here; on the service's own machine none is asked for. */
export function GoLive(): JSX.Element | null {
  const { account, live, settings } = useApp();
  const here = formatRoute({ screen: 'live' });
  if (live.phase.value.kind === 'live') return <a class="button go-live go-live-on" data-go-live href={here}><span class="live-dot" aria-hidden="true" />{liveWords.youAreLive}</a>;
  const mayPublish = account.user.value !== undefined || isOwnMachine(location.hostname);
  if (!mayPublish && !settings.value.accounts) return null;
  return <a class="button go-live" data-go-live href={mayPublish ? here : formatRoute({ screen: 'sign-in', next: here })}><LiveIcon />{liveWords.goLive}</a>;
}

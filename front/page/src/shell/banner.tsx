/** Says when the service, the network or signaling is away. Short absences are not worth a word, so it appears after a moment (in CSS). */
import type { JSX } from 'preact';
import { AlertIcon } from '../icons/icons.tsx';
import { words } from '../strings/words.ts';
import { useApp } from './context.ts';
import { useCountdown } from './countdown.ts';

/** Countdowns are for the eye only: a screen reader would say every second. */
export function Banner(): JSX.Element {
  return <div class="banner-place" role="status">{useBanner()}</div>;
}

function useBanner(): JSX.Element | null {
  const app = useApp();
  const { service, signaling, offline } = app.directory;
  const seconds = useCountdown(service.value.retryAt);
  if (offline.value) return <Strip text={words.connection.offline} />;
  if (service.value.state === 'away') {
    return (
      <Strip text={words.connection.away}>
        <span class="banner-detail" aria-hidden="true">{seconds > 0 ? words.connection.retryIn(seconds) : words.connection.retrying}</span>
        <button type="button" class="text-button" onClick={() => app.tryNow()}>{words.connection.tryNow}</button>
      </Strip>
    );
  }
  return signaling.value === 'down' ? <Strip text={words.connection.signalingDown} /> : null;
}

function Strip({ text, children }: { text: string; children?: JSX.Element[] }): JSX.Element {
  return (
    <div class="banner">
      <AlertIcon />
      <span>{text}</span>
      {children}
    </div>
  );
}

/** One viewer watches in one tab: a name has one call at a time, so a tab that starts tells the others to stop. */

export interface OtherTabs {
  /** Tells the browser's other tabs that this one watches now. */
  claim(name: string): void;
  close(): void;
}

const CHANNEL = 'sipcast-player';

/** @param onClaim called when another tab of this browser starts to watch under the same name */
export function otherTabs(name: () => string, onClaim: () => void): OtherTabs {
  if (typeof BroadcastChannel !== 'function') return { claim: () => undefined, close: () => undefined };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (data === name()) onClaim();
  };
  return { claim: (own) => channel.postMessage(own), close: () => channel.close() };
}

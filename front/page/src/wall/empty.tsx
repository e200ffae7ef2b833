/** Nobody is live: a calm word to viewers, and a useful one to the operator. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { CopyIcon, DoneIcon } from '../icons/icons.tsx';
import { GoLive } from '../live/go-live.tsx';
import { words } from '../strings/words.ts';
import './empty.css';

const COMMANDS = ['npm run streamer', 'npm run streamer -- clip.webm 127.0.0.1 5060'];

export function Empty(): JSX.Element {
  return (
    <div class="empty">
      <Antenna />
      <h1>{words.wall.emptyTitle}</h1>
      <p class="lead">{words.wall.emptyLead}</p>
      <GoLive />
      <section class="empty-operator" aria-labelledby="operator">
        <h2 id="operator">{words.wall.operatorTitle}</h2>
        <p>{words.wall.operatorLead}</p>
        {COMMANDS.map((command) => <Command key={command} command={command} />)}
        <p>{words.wall.operatorElsewhere}</p>
      </section>
    </div>
  );
}

function Command({ command }: { command: string }): JSX.Element {
  const [copied, setCopied] = useState(false);
  // Only pages from localhost or over HTTPS may use the clipboard.
  const canCopy = isSecureContext && typeof ClipboardItem !== 'undefined';
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
  };
  return (
    <div class="command">
      <code tabIndex={canCopy ? undefined : 0}>{command}</code>
      {canCopy && (
        <button type="button" class="icon-button" aria-label={`${copied ? words.wall.copied : words.wall.copy}: ${command}`} onClick={() => void copy().catch(() => undefined)}>
          {copied ? <DoneIcon /> : <CopyIcon />}
        </button>
      )}
    </div>
  );
}

function Antenna(): JSX.Element {
  return (
    <svg class="antenna" viewBox="0 0 120 96" aria-hidden="true" focusable="false">
      <path class="antenna-wave antenna-wave-3" d="M24 14a46 46 0 0 0 0 52M96 14a46 46 0 0 1 0 52" />
      <path class="antenna-wave antenna-wave-2" d="M36 22a31 31 0 0 0 0 36M84 22a31 31 0 0 1 0 36" />
      <path class="antenna-wave antenna-wave-1" d="M47 30a16 16 0 0 0 0 20M73 30a16 16 0 0 1 0 20" />
      <circle cx="60" cy="40" r="6" />
      <path class="antenna-mast" d="M60 46v42M46 88h28" />
    </svg>
  );
}

/** One message whole: where it went, and a sentence on each of its lines. */
import type { ComponentChildren, JSX } from 'preact';
import { BackIcon, CloseIcon, CopyIcon } from '../../icons/icons.tsx';
import { copyText } from '../../shell/clipboard.ts';
import { useApp } from '../../shell/context.ts';
import { ladderWords } from '../../strings/ladder-words.ts';
import { readBody } from '../explain/body.ts';
import { addressOf, type Explanation } from '../explain/explanation.ts';
import { explainHeader } from '../explain/headers.ts';
import { explainStartLine } from '../explain/start-line.ts';
import type { Ladder } from '../model/ladder.ts';
import { bytesOf, type LadderMessage } from '../model/message.ts';
import type { SipText } from '../model/sip-text.ts';
import { nameOf, secondsSince } from './rung.tsx';
import './details.css';

const text = ladderWords.details;

export function Details({ message, ladder }: { message: LadderMessage; ladder: Ladder }): JSX.Element {
  const { sip, raw, title, what, callId } = message;
  const close = (): void => {
    ladder.selected.value = undefined;
    document.querySelector<HTMLElement>(`[data-message="${message.id}"]`)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') close();
  };
  return (
    <section class="ladder-details" aria-label={text.label} onKeyDown={onKeyDown} tabIndex={-1}>
      <header class="details-head">
        <h2><i class={`details-call rung-colour-${ladder.colourOf(callId)}`} aria-hidden="true" />{title}</h2>
        <button type="button" class="icon-button details-previous" aria-label={text.previous} title={text.previous} onClick={() => ladder.move(-1)}><BackIcon /></button>
        <button type="button" class="icon-button details-next" aria-label={text.next} title={text.next} onClick={() => ladder.move(1)}><BackIcon /></button>
        <button type="button" class="icon-button" aria-label={text.close} title={text.close} onClick={close}><CloseIcon /></button>
      </header>
      {what !== '' && <p class="details-what">{what}</p>}
      <Facts message={message} ladder={ladder} />
      {message.lost && <p class="details-note details-lost">{text.lost}</p>}
      {message.again !== undefined && <p class="details-note">{text.again}</p>}
      <div class="details-actions">
        {callId !== '' && <button type="button" class="button" onClick={() => (ladder.filter.value = { text: '', call: callId })}>{text.onlyCall}</button>}
        <CopyButton raw={raw} />
      </div>
      {sip ? <Explained sip={sip} /> : <Unread raw={raw} />}
      <p class="details-private">{text.blanked}</p>
    </section>
  );
}

function Facts({ message, ladder }: { message: LadderMessage; ladder: Ladder }): JSX.Element {
  const { source, target, at, bytes } = message;
  const time = new Date(at);
  return (
    <dl class="details-facts">
      <dt>{text.from}</dt><dd><bdi>{nameOf(ladder, source)}</bdi> <code>{source}</code></dd>
      <dt>{text.to}</dt><dd><bdi>{nameOf(ladder, target)}</bdi> <code>{target}</code></dd>
      <dt>{text.at}</dt><dd>{secondsSince(ladder.began, at)} s <time dateTime={time.toISOString()}>{time.toLocaleTimeString()}</time></dd>
      <dt>{text.size}</dt><dd>{text.bytes(bytesOf(message))} {bytes !== undefined && text.cut}</dd>
    </dl>
  );
}

function CopyButton({ raw }: { raw: string }): JSX.Element {
  const { notices } = useApp();
  const copy = async (): Promise<void> => {
    const copied = await copyText(raw);
    notices.show({ text: copied ? text.copied : text.notCopied, tone: copied ? 'good' : 'bad' });
  };
  return <button type="button" class="button" onClick={() => void copy()}><CopyIcon />{text.copy}</button>;
}

function Explained({ sip }: { sip: SipText }): JSX.Element {
  const body = readBody(sip);
  return (
    <>
      <h3 class="visually-hidden">{text.headers}</h3>
      <dl class="details-lines">
        <Line explanation={explainStartLine(sip)}><b>{sip.startLine}</b></Line>
        {sip.headers.map(({ name, written, value }, index) => (
          <Line key={index} name={name} explanation={explainHeader(name)}>
            <b>{written}</b>{name === '' ? '' : `: ${value}`}
          </Line>
        ))}
      </dl>
      {body.kind !== 'none' && <h3>{text.body}</h3>}
      {body.kind === 'text' && <pre class="details-body" tabIndex={0}>{body.text}</pre>}
      {body.kind === 'lines' && (
        <dl class="details-lines">
          {body.lines.map(({ line, explanation }, index) => <Line key={index} explanation={explanation}>{line}</Line>)}
        </dl>
      )}
    </>
  );
}

function Line({ name, explanation, children }: { name?: string; explanation: Explanation; children: ComponentChildren }): JSX.Element {
  const { text: sentence, source } = explanation;
  const address = source === undefined ? undefined : addressOf(source);
  return (
    <div class="details-line" data-header={name}>
      <dt><code dir="ltr">{children}</code></dt>
      <dd>{sentence} {source !== undefined && (address === undefined ? source : <a href={address} target="_blank" rel="noopener noreferrer">{source}</a>)}</dd>
    </div>
  );
}

function Unread({ raw }: { raw: string }): JSX.Element {
  return (
    <>
      <p class="details-what">{text.bodyUnread}</p>
      <pre class="details-body" tabIndex={0}>{raw}</pre>
    </>
  );
}

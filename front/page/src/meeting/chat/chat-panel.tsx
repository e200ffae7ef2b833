/** The conversation beside the stage. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { failureLine } from '../../strings/failures.ts';
import type { FailureId } from '../../connection/failure.ts';
import { SendIcon } from '../../icons/meeting-icons.tsx';
import { words } from '../../strings/meeting.ts';
import type { Gathering } from '../gathering.ts';
import { PanelFrame } from '../stage/panel-frame.tsx';
import type { Chat } from './chat.ts';
import { beginsGroup, MAX_TEXT, type ChatLine } from './chat-log.ts';
import { partsOf } from './links.ts';
import './chat.css';

/** From here on it is said how many characters are left. */
const COUNT_FROM = MAX_TEXT - 200;
/** Whoever has scrolled up further than this reads, and is left there. */
const AT_END_PX = 48;

export function ChatPanel({ gathering, onClose }: { gathering: Gathering; onClose: () => void }): JSX.Element {
  return (
    <PanelFrame title={words.chat.title} onClose={onClose}>
      <Lines lines={gathering.chat.lines.value} />
      <Field gathering={gathering} chat={gathering.chat} />
    </PanelFrame>
  );
}

function Lines({ lines }: { lines: readonly ChatLine[] }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (place.current && (atEnd.current || lines.at(-1)?.own)) place.current.scrollTop = place.current.scrollHeight;
  }, [lines]);
  const onScroll = ({ currentTarget: { scrollHeight, scrollTop, clientHeight } }: { currentTarget: HTMLElement }): void => {
    atEnd.current = scrollHeight - scrollTop - clientHeight < AT_END_PX;
  };
  return (
    <div class="chat-lines" ref={place} onScroll={onScroll} role="log" aria-label={words.chat.title} tabIndex={0}>
      {lines.length === 0 && <p class="chat-empty">{words.chat.empty}<br />{words.chat.lifetime}</p>}
      {lines.map((line, index) => <Line key={line.key} line={line} first={beginsGroup(lines[index - 1], line)} />)}
    </div>
  );
}

function Line({ line, first }: { line: ChatLine; first: boolean }): JSX.Element {
  if (line.from === undefined && !line.own) return <p class="chat-note">{line.text}</p>;
  const privately = line.private ? (line.own ? words.chat.privatelyTo(line.to ?? '') : words.chat.privately) : undefined;
  return (
    <div class="chat-line" data-own={line.own} data-private={line.private} data-state={line.state}>
      {first && (
        <p class="chat-from">
          <bdi>{line.own ? words.chat.you : line.from}</bdi>
          {privately !== undefined && <span class="chat-private">{privately}</span>}
          {line.at !== undefined && <time dateTime={new Date(line.at).toISOString()}>{timeOf(line.at)}</time>}
        </p>
      )}
      <p class="chat-text" dir="auto">
        {partsOf(line.text).map((part, index) => ('href' in part ? <a key={index} href={part.href} target="_blank" rel="noopener noreferrer nofollow">{part.text}</a> : part.text))}
      </p>
      {line.state === 'failed' && <p class="chat-failed">{words.chat.failed}</p>}
    </div>
  );
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function Field({ gathering, chat }: { gathering: Gathering; chat: Chat }): JSX.Element {
  const [text, setText] = useState('');
  const [to, setTo] = useState<string>();
  const field = useRef<HTMLTextAreaElement>(null);
  const others = gathering.kind === 'room' ? gathering.participants.value.filter(({ self }) => !self).map(({ name }) => name) : [];
  // Who has left cannot be written to.
  const receiver = to !== undefined && others.includes(to) ? to : undefined;
  const placeholder = gathering.kind === 'call' ? words.chat.placeholderCall(gathering.title.value) : words.chat.placeholder;
  const ready = chat.ready.value;
  const problem = chat.problem.value;
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  useLayoutEffect(() => {
    if (!field.current) return;
    field.current.style.height = 'auto';
    field.current.style.height = `${field.current.scrollHeight + 2}px`;
  }, [text]);
  const send = async (): Promise<void> => {
    if (await chat.say(text, receiver)) setText('');
    field.current?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  };
  return (
    <form
      class="chat-field"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {others.length > 1 && (
        <label class="chat-to">
          {words.chat.to}
          <select value={receiver ?? ''} onChange={({ currentTarget }) => setTo(currentTarget.value || undefined)}>
            <option value="">{words.chat.everybody}</option>
            {others.map((name) => <option key={name} value={name}>{name}</option>)}
          </select>
        </label>
      )}
      <p class="chat-problem" role="alert">{problem === undefined ? (ready ? '' : words.chat.notReady) : problemText(problem)}</p>
      <div class="chat-row">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label={words.chat.label}
          placeholder={receiver === undefined ? placeholder : words.chat.placeholderTo(receiver)}
          disabled={!ready}
          enterkeyhint="send"
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            chat.forgive();
          }}
          onKeyDown={onKey}
        />
        <button type="submit" class="chat-send" disabled={!ready} aria-label={words.chat.send} title={words.chat.send}><SendIcon /></button>
      </div>
      {text.length > COUNT_FROM && <p class="chat-count" data-over={text.length > MAX_TEXT}>{words.chat.left(MAX_TEXT - text.length)}</p>}
    </form>
  );
}

function problemText(problem: FailureId): string {
  if (problem === 'empty-text') return words.chat.emptyText;
  if (problem === 'too-large') return words.chat.tooLong(MAX_TEXT);
  return failureLine({ id: problem });
}

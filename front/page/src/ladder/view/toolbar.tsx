/** Above the ladder: where it reads from, stopping and stepping, filters, and files. */
import type { JSX } from 'preact';
import { PauseIcon, PlayIcon, SearchIcon } from '../../icons/icons.tsx';
import { DownloadIcon, EraseIcon, LoseIcon, StepIcon } from '../../icons/ladder-icons.tsx';
import { ladderWords } from '../../strings/ladder-words.ts';
import type { LadderApp } from '../ladder-app.ts';
import type { Ladder } from '../model/ladder.ts';
import { CaptureMenu } from './capture-menu.tsx';
import './toolbar.css';

export function Toolbar({ reading }: { reading: LadderApp }): JSX.Element {
  const { ladder, live, file } = reading;
  const isLive = file.value === undefined;
  const nothing = ladder.visible.value.length === 0;
  return (
    <div class="ladder-tools">
      <div class="ladder-head">
        <h1 title={ladderWords.lead}>{ladderWords.title}</h1>
        <State reading={reading} />
        <Counts ladder={ladder} />
      </div>
      <div class="ladder-buttons" role="group" aria-label={ladderWords.title}>
        {isLive && <Stopping ladder={ladder} />}
        {isLive && live.state.value.kind === 'live' && (
          <button type="button" class="button ladder-lose" title={ladderWords.loseHint} onClick={() => void reading.lose()}><LoseIcon /><span>{ladderWords.lose}</span></button>
        )}
        {!isLive && <button type="button" class="button button-primary" onClick={() => reading.backToLive()}>{ladderWords.backToLive}</button>}
        {isLive && <button type="button" class="button ladder-clear" aria-disabled={ladder.messages.value.length === 0} onClick={() => ladder.clear()}><EraseIcon /><span>{ladderWords.clear}</span></button>}
        <button type="button" class="button ladder-download" title={ladderWords.downloadHint} disabled={nothing} onClick={() => reading.download()}><DownloadIcon /><span>{ladderWords.download}</span></button>
        <CaptureMenu reading={reading} />
      </div>
      <Filters ladder={ladder} />
    </div>
  );
}

function State({ reading: { ladder, live, file } }: { reading: LadderApp }): JSX.Element {
  const { states } = ladderWords;
  const { kind } = live.state.value;
  if (file.value !== undefined) return <span class="ladder-state"><bdi>{file.value}</bdi></span>;
  const shown = kind === 'live' && ladder.paused.value ? 'paused' : kind;
  return <span class={`ladder-state ladder-state-${shown}`} role="status">{states[shown]}</span>;
}

function Counts({ ladder }: { ladder: Ladder }): JSX.Element {
  const missed = ladder.missed.value;
  return (
    <span class="ladder-counts">
      {ladderWords.count(ladder.visible.value.length, ladder.messages.value.length)}
      {missed > 0 && <span class="ladder-missed" title={ladderWords.missedHint}>{ladderWords.missed(missed)}</span>}
    </span>
  );
}

function Stopping({ ladder }: { ladder: Ladder }): JSX.Element {
  const held = ladder.held.value;
  if (!ladder.paused.value) return <button type="button" class="button ladder-pause" onClick={() => ladder.pause()}><PauseIcon /><span>{ladderWords.pause}</span></button>;
  return (
    <>
      <button type="button" class="button button-primary ladder-pause" onClick={() => ladder.resume()}><PlayIcon /><span>{ladderWords.resume}</span></button>
      <button type="button" class="button ladder-step" title={ladderWords.stepHint} disabled={held === 0} onClick={() => ladder.step()}>
        <StepIcon /><span>{ladderWords.step}</span><span class="ladder-held">{ladderWords.held(held)}</span>
      </button>
    </>
  );
}

function Filters({ ladder }: { ladder: Ladder }): JSX.Element {
  const filter = ladder.filter.value;
  return (
    <div class="ladder-filters">
      <div class="search" role="search">
        <SearchIcon />
        <input
          type="search" value={filter.text} placeholder={ladderWords.search} aria-label={ladderWords.search} spellcheck={false} autocomplete="off"
          onInput={({ currentTarget }) => (ladder.filter.value = { ...filter, text: currentTarget.value })}
        />
      </div>
      <select class="ladder-calls" aria-label={ladderWords.call} value={filter.call} onChange={({ currentTarget }) => (ladder.filter.value = { ...filter, call: currentTarget.value })}>
        <option value="">{ladderWords.allCalls}</option>
        {ladder.calls.value.map(({ callId, label, count }) => <option key={callId} value={callId}>{ladderWords.callOption(label, count)}</option>)}
      </select>
    </div>
  );
}

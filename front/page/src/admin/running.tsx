/** What runs: figures at a glance, who streams, who watches what and the way to end it, and what went wrong lately. */
import type { JSX } from 'preact';
import { failureOf } from '../connection/failure.ts';
import type { ErrorLine, RegisteredStreamer, WatchSession } from '../connection/operator.ts';
import { FormProblem } from '../forms/problem.tsx';
import { formatRoute } from '../routing/route.ts';
import { useApp } from '../shell/context.ts';
import { failureLine } from '../strings/failures.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { dateText } from './date-text.ts';
import { figuresOf, type Figure } from './glance.ts';
import { Table } from './table.tsx';
import { useRunning, type AskAs } from './use-running.ts';

const text = lobbyWords.admin;

export function Running({ askAs }: { askAs: AskAs }): JSX.Element {
  const { running, failure, again } = useRunning(askAs);
  return (
    <>
      <FormProblem failure={failure} />
      {running && <Glance figures={figuresOf(running.metrics)} />}
      <Table part="streamers" title={text.streamers} count={running?.streamers.length} empty={text.noStreamers} columns={[{ label: text.columns.streamer }, { label: text.columns.codecs, minor: true }, { label: text.columns.viewers }, { label: text.columns.since, minor: true }]}>
        {running?.streamers.map((streamer) => <StreamerRow key={streamer.name} streamer={streamer} />)}
      </Table>
      <Table part="sessions" title={text.sessions} count={running?.sessions.length} empty={text.noSessions} columns={[{ label: text.columns.viewer }, { label: text.columns.streamer }, { label: text.columns.since, minor: true }]}>
        {running?.sessions.map((session) => <SessionRow key={session.id} session={session} askAs={askAs} onEnded={again} />)}
      </Table>
      <Table part="errors" title={text.errors} count={running?.errors.length} empty={text.noErrors} actions={false} columns={[{ label: text.columns.happened }, { label: text.columns.time }, { label: text.columns.callId, minor: true }]}>
        {running?.errors.map((line, index) => <ErrorRow key={`${line.at} ${index}`} line={line} />)}
      </Table>
    </>
  );
}

function Glance({ figures }: { figures: readonly Figure[] }): JSX.Element {
  return (
    <ul class="admin-glance" role="list" aria-label={text.glance} data-part="glance">
      {figures.map(({ name, value, isBad }) => (
        <li key={name} data-figure={name} class={isBad ? 'admin-bad' : undefined}>
          <span class="admin-figure">{name === 'signaling' ? (value === 1 ? text.up : text.down) : value}</span>
          <span class="admin-figure-label">{text.figures[name]}</span>
        </li>
      ))}
    </ul>
  );
}

function StreamerRow({ streamer: { name, title, viewers, codecs, since } }: { streamer: RegisteredStreamer }): JSX.Element {
  return (
    <tr data-streamer={name}>
      <th scope="row"><a class="admin-title" href={formatRoute({ screen: 'watch', streamer: name })}><bdi>{title}</bdi></a></th>
      <td class="admin-minor">{codecs.join(', ')}</td>
      <td>{viewers}</td>
      <td class="admin-minor">{dateText(since)}</td>
      <td class="admin-actions"><a class="button" href={`/statistics/${encodeURIComponent(name)}`} aria-label={text.numbersOf(title)}>{text.numbers}</a></td>
    </tr>
  );
}

function SessionRow({ session: { id, viewer, streamer, via, since }, askAs, onEnded }: { session: WatchSession; askAs: AskAs; onEnded: () => void }): JSX.Element {
  const { lobby, notices } = useApp();
  const end = async (): Promise<void> => {
    try {
      await askAs((bearer) => lobby.operatorApi.endSession(id, bearer));
      notices.show({ text: text.sessionEnded, tone: 'good' });
    } catch (error) {
      notices.show({ text: failureLine(failureOf(error)), tone: 'bad' });
    }
    onEnded();
  };
  return (
    <tr data-session={id}>
      <th scope="row" title={id}><bdi>{viewer}</bdi>{via !== 'page' && <span class="admin-via">{via}</span>}</th>
      <td><bdi>{streamer}</bdi></td>
      <td class="admin-minor">{dateText(since)}</td>
      <td class="admin-actions"><button type="button" class="button" aria-label={text.endSessionOf(viewer, streamer)} onClick={() => void end()}>{text.endSession}</button></td>
    </tr>
  );
}

function ErrorRow({ line: { at, level, message, callId, detail } }: { line: ErrorLine }): JSX.Element {
  return (
    <tr data-level={level}>
      <th scope="row" class="admin-line">
        <span class={level === 'error' ? 'admin-level admin-bad' : 'admin-level'}>{text.levels[level]}</span>
        <span dir="auto">{message}</span>
        {detail !== '' && <code dir="ltr">{detail}</code>}
      </th>
      <td>{dateText(at)}</td>
      <td class="admin-minor"><code dir="ltr">{callId}</code></td>
    </tr>
  );
}

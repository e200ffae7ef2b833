/** The people's screen: who is online, and a call to each. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Person } from '../connection/person.ts';
import { CopyIcon } from '../icons/icons.tsx';
import { GroupIcon, PhoneIcon } from '../icons/lobby-icons.tsx';
import { Banner } from '../shell/banner.tsx';
import { copyText } from '../shell/clipboard.ts';
import { useApp } from '../shell/context.ts';
import { Explanation } from '../shell/explanation.tsx';
import { SearchField } from '../shell/search-field.tsx';
import { lobbyWords } from '../strings/lobby-words.ts';
import { Avatar } from './avatar.tsx';
import { searchPeople, sortPeople } from './people.ts';
import './people.css';

const text = lobbyWords.people;

/** Below this many, a search field would only be in the way. */
const SEARCH_FROM = 6;

export function People(): JSX.Element {
  const { lobby, announcer } = useApp();
  const people = lobby.people.value;
  const [query, setQuery] = useState('');
  const search = (typed: string): void => {
    setQuery(typed);
    if (typed !== '') announcer.say(text.found(searchPeople(people ?? [], typed).length));
  };
  const searchable = people !== undefined && (people.length >= SEARCH_FROM || query !== '');
  return (
    <main class="people" id="content" tabIndex={-1}>
      <Banner />
      {people?.length !== 0 && (
        <div class="rooms-head">
          <h1>{text.title}</h1>
          {people && <p class="rooms-count">{text.count(people.length)}</p>}
          {searchable && <SearchField label={text.search} query={query} onQuery={search} />}
        </div>
      )}
      {people ? <List people={people} query={query} onClear={() => setQuery('')} /> : <Loading />}
    </main>
  );
}

function List({ people, query, onClear }: { people: readonly Person[]; query: string; onClear: () => void }): JSX.Element {
  if (people.length === 0) return <Empty />;
  const found = searchPeople(sortPeople(people), query);
  if (found.length === 0) {
    return (
      <div class="wall-nothing">
        <p>{text.nothingFound(query)}</p>
        <button type="button" class="button" onClick={onClear}>{lobbyWords.rooms.showAll}</button>
      </div>
    );
  }
  return <ul class="person-list" role="list">{found.map((person) => <Line key={person.name} person={person} />)}</ul>;
}

function Line({ person: { name, busy } }: { person: Person }): JSX.Element {
  const app = useApp();
  return (
    <li class="person" data-person={name}>
      <Avatar name={name} />
      <div class="person-text">
        <span class="person-name"><bdi>{name}</bdi></span>
        <span class={busy ? 'person-state person-busy' : 'person-state'}>{busy ? text.busy : text.free}</span>
      </div>
      <button type="button" class="button person-call" aria-label={text.callNamed(name)} onClick={() => app.call(name)}><PhoneIcon /><span>{text.call}</span></button>
    </li>
  );
}

function Empty(): JSX.Element {
  const { notices } = useApp();
  const copy = async (): Promise<void> => {
    if (await copyText(new URL('/', location.href).href)) notices.show({ text: text.addressCopied, tone: 'good' });
  };
  return (
    <Explanation about="nobody" picture={<GroupIcon />} title={text.emptyTitle} lead={text.emptyLead}>
      {isSecureContext && <button type="button" class="button button-primary" onClick={() => void copy()}><CopyIcon />{text.copyAddress}</button>}
    </Explanation>
  );
}

function Loading(): JSX.Element {
  return (
    <div class="person-list" role="status" aria-label={text.loading}>
      {[1, 2, 3].map((key) => <div key={key} class="person person-placeholder" aria-hidden="true"><span class="initials" /><i /></div>)}
    </div>
  );
}

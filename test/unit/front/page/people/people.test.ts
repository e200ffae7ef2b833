import { describe, expect, it } from 'vitest';
import { Arrivals, SETTLE_MS } from '../../../../../front/page/src/people/arrivals.ts';
import { searchPeople, sortPeople } from '../../../../../front/page/src/people/people.ts';
import { lobbyWords } from '../../../../../front/page/src/strings/lobby-words.ts';
import { ManualTiming } from '../support.ts';

const people = (...names: string[]) => names.map((name) => ({ name, busy: false }));

describe('people', () => {
  it('stand by name, whoever is busy', () => {
    const list = [{ name: 'bo', busy: false }, { name: 'Ana 10', busy: true }, { name: 'ana 9', busy: false }];
    expect(sortPeople(list).map(({ name }) => name)).toEqual(['ana 9', 'Ana 10', 'bo']);
  });

  it('are found by the words of their names, whatever case and accents', () => {
    expect(searchPeople(people('Zoë Álvarez', 'Bo'), 'alv ZOE').map(({ name }) => name)).toEqual(['Zoë Álvarez']);
    expect(searchPeople(people('Zoë', 'Bo'), ' ')).toHaveLength(2);
  });
});

describe('comings and goings', () => {
  function arrivals() {
    const timing = new ManualTiming();
    const told: string[] = [];
    const made = new Arrivals({ timing, onCame: (names) => told.push(`+${names.join()}`), onLeft: (names) => told.push(`-${names.join()}`) });
    return { made, timing, told };
  }

  it('are told once things have settled, those of a moment together (seed 0.1)', async () => {
    const { made, timing, told } = arrivals();
    made.heard(people('ana'));
    await timing.pass(SETTLE_MS);
    expect(told).toEqual([]);
    made.heard(people('ana', 'bo'));
    made.heard(people('bo', 'charlie'));
    expect(told).toEqual([]);
    await timing.pass(SETTLE_MS);
    expect(told).toEqual(['+bo,charlie', '-ana']);
  });

  it('are not told of whoever only reloads the page', async () => {
    const { made, timing, told } = arrivals();
    made.heard(people('ana'));
    made.heard(people());
    await timing.pass(SETTLE_MS / 2);
    made.heard(people('ana'));
    await timing.pass(SETTLE_MS);
    expect(told).toEqual([]);
  });

  it('do not wait for ever while people keep coming', async () => {
    const { made, timing, told } = arrivals();
    made.heard(people());
    for (let count = 1; count <= 4; count += 1) {
      made.heard(people(...Array.from({ length: count }, (_, index) => `p${index}`)));
      await timing.pass(SETTLE_MS / 2);
    }
    expect(told).toEqual(['+p0,p1', '+p2,p3']);
  });

  it('are forgotten when one signs out', async () => {
    const { made, timing, told } = arrivals();
    made.heard(people());
    made.heard(people('ana'));
    made.forget();
    made.heard(people('bo'));
    await timing.pass(SETTLE_MS);
    expect(told).toEqual([]);
  });

  it('are said in a short sentence', () => {
    expect(lobbyWords.people.came(['Ana'])).toBe('\u2068Ana\u2069 is here.');
    expect(lobbyWords.people.came(['Ana', 'Bo'])).toBe('\u2068Ana\u2069 and \u2068Bo\u2069 are here.');
    expect(lobbyWords.people.left(['Ana', 'Bo', 'Cy'])).toBe('\u2068Ana\u2069 and 2 others have left.');
  });
});

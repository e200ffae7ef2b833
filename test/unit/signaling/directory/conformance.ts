/** What every implementation of the directory must do. An implementation's own test file calls this with a way to open it. */

import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryWriteError } from '../../../../signaling/directory/directory.ts';
import type { Change, Directory } from '../../../../signaling/directory/directory.ts';
import type { Streamer } from '../../../../signaling/directory/entries.ts';
import { binding, session, streamer, subscription } from '../../../support/signaling/entries.ts';

/** One durable store, at first empty. */
export interface DirectoryFixture {
  /** Opens the store; what an earlier directory made durable is there, also when that one was never closed. */
  open(): Promise<Directory>;
  /** Makes writes fail, for real where that can be, until it is called with false. */
  breakWrites(broken: boolean): Promise<void>;
  remove(): Promise<void>;
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", ' ', '\n', '\r', '\t', '\u0000', '\u0007', '\ufffe', '\ud800', 'é', '😀', ']]>', '&amp;', '&#13;', 'None'), maxLength: 20 }),
);
const anyName = anyText.filter((text) => text !== '');

export function describeDirectory(name: string, makeFixture: () => Promise<DirectoryFixture>): void {
  describe(`${name} as a directory`, () => {
    let fixture: DirectoryFixture;
    let directory: Directory;

    beforeEach(async () => {
      fixture = await makeFixture();
      directory = await fixture.open();
    });

    afterEach(async () => {
      await fixture.breakWrites(false);
      await directory.close();
      await fixture.remove();
    });

    /** As after kill -9: the old one is abandoned, not closed. */
    async function reopened(): Promise<Directory> {
      return fixture.open();
    }

    it('begins empty', () => {
      expect([...directory.streamers.values(), ...directory.sessions.values(), ...directory.subscriptions.values()]).toEqual([]);
    });

    it('shows a change at once and has it after its promise resolved, without being closed (seed 4.14)', async () => {
      const acknowledged = directory.streamers.put(streamer('camera'));
      expect(directory.streamers.get('camera')).toEqual(streamer('camera'));
      await acknowledged;
      const later = await reopened();
      expect([...later.streamers.values()]).toEqual([streamer('camera')]);
      await later.close();
    });

    it('keeps what replicas say of themselves', async () => {
      const replica = (index: number) => binding('camera', { callId: `call ${index}`, contact: `sip:camera@127.0.0.1:${9000 + index}`, address: { host: '127.0.0.1', port: 9000 + index }, instance: `urn:uuid:${index}`, load: index / 10, capacity: 250 });
      const camera = streamer('camera', { bindings: [replica(0), replica(3), binding('camera', { callId: 'none' })] });
      await directory.streamers.put(camera);
      const later = await reopened();
      expect([...later.streamers.values()]).toEqual([camera]);
      await later.close();
    });

    it('replaces the same streamer instead of doubling it (seed 4.10)', async () => {
      await directory.streamers.put(streamer('camera'));
      const again = streamer('camera', { bindings: [binding('camera', { cseq: 2, callId: 'another' })] });
      await directory.streamers.put(again);
      expect(directory.streamers.size).toBe(1);
      const later = await reopened();
      expect([...later.streamers.values()]).toEqual([again]);
      await later.close();
    });

    it('keeps sessions with offer and answer, exactly (seeds 4.14, 4.16)', async () => {
      const watching = session('one', { answer: 'v=0\r\na=x <&>"\r\n\r\n', state: 'connection-established' });
      await directory.sessions.put(watching);
      const withoutAddress = session('two', { streamerAddress: undefined, offer: '', viewer: 'Ána María <b>', intervalSeconds: 1800 });
      await directory.sessions.put(withoutAddress);
      const later = await reopened();
      expect(later.sessions.get(watching.id)).toEqual(watching);
      expect(later.sessions.get(withoutAddress.id)).toEqual(withoutAddress);
      await later.close();
    });

    it('keeps subscriptions', async () => {
      const entry = subscription('s1', { routeSet: ['<sip:10.0.0.1;lr>', '<sip:10.0.0.2;lr>'], event: 'directory;id=x', remoteSequence: 7 });
      await directory.subscriptions.put(entry);
      const later = await reopened();
      expect([...later.subscriptions.values()]).toEqual([entry]);
      await later.close();
    });

    it('keeps what a name stands for, and the room of a session', async () => {
      const entries = [streamer('ana', { kind: 'person' }), streamer('rooms', { kind: 'focus' }), streamer('camera')];
      const sessions = [session('one', { kind: 'person', streamer: 'ana' }), session('two', { kind: 'focus', streamer: 'rooms', room: 'aB-_9' }), session('three')];
      await Promise.all([...entries.map((each) => directory.streamers.put(each)), ...sessions.map((each) => directory.sessions.put(each))]);
      const later = await reopened();
      expect([...later.streamers.values()]).toEqual(entries);
      expect([...later.sessions.values()]).toEqual(sessions);
      await later.close();
    });

    it('keeps several bindings, an identity and a forgotten mark', async () => {
      const entry = streamer('camera', {
        identity: 'camera',
        forgotten: true,
        bindings: [binding('camera', { q: 0.7 }), binding('camera', { contact: 'sip:b@[::1]:7000', address: { host: '::1', port: 7000 }, q: 0.5 })],
      });
      await directory.streamers.put(entry);
      const later = await reopened();
      expect(later.streamers.get('camera')).toEqual(entry);
      await later.close();
    });

    it('removes durably, also what is not there', async () => {
      await directory.streamers.put(streamer('camera'));
      await directory.streamers.delete('camera');
      await directory.streamers.delete('nobody');
      expect(directory.streamers.get('camera')).toBeUndefined();
      const later = await reopened();
      expect(later.streamers.size).toBe(0);
      await later.close();
    });

    it('makes lazy changes durable by flush', async () => {
      directory.sessions.putLazily(session('one'));
      directory.sessions.putLazily(session('two'));
      directory.sessions.deleteLazily(session('one').id);
      directory.sessions.deleteLazily('nothing');
      await directory.flush();
      const later = await reopened();
      expect([...later.sessions.values()]).toEqual([session('two')]);
      await later.close();
    });

    it('loses none of many concurrent changes (seed 4.14)', async () => {
      const names = Array.from({ length: 300 }, (_, index) => `streamer ${index}`);
      await Promise.all(names.map((each) => directory.streamers.put(streamer(each))));
      await Promise.all(names.filter((_, index) => index % 3 === 0).map((each) => directory.streamers.delete(each)));
      const expected = names.filter((_, index) => index % 3 !== 0).map((each) => streamer(each));
      const later = await reopened();
      expect([...later.streamers.values()].sort(byName)).toEqual(expected.sort(byName));
      await later.close();
    });

    it('tells listeners of each change, until they leave', async () => {
      const changes: Change<Streamer>[] = [];
      const leave = directory.streamers.onChange((change) => changes.push(change));
      const first = streamer('camera');
      const second = streamer('camera', { identity: 'x' });
      await directory.streamers.put(first);
      directory.streamers.putLazily(second);
      await directory.streamers.delete('camera');
      leave();
      await directory.streamers.put(first);
      expect(changes).toEqual([
        { before: undefined, after: first },
        { before: first, after: second },
        { before: second, after: undefined },
      ]);
    });

    it('takes back what could not be made durable, and recovers', async () => {
      const before = streamer('camera');
      await directory.streamers.put(before);
      await fixture.breakWrites(true);
      await expect(directory.streamers.put(streamer('camera', { identity: 'x' }))).rejects.toThrow(DirectoryWriteError);
      await expect(directory.streamers.put(streamer('new'))).rejects.toThrow(DirectoryWriteError);
      await expect(directory.streamers.delete('camera')).rejects.toThrow(DirectoryWriteError);
      expect([...directory.streamers.values()]).toEqual([before]);
      const lazy = session('lazy');
      directory.sessions.putLazily(lazy);
      await fixture.breakWrites(false);
      await directory.streamers.put(streamer('new'));
      const later = await reopened();
      expect([...later.streamers.values()].sort(byName)).toEqual([before, streamer('new')]);
      expect([...later.sessions.values()]).toEqual([lazy]);
      await later.close();
    });

    it('tells listeners when it takes a change back', async () => {
      await fixture.breakWrites(true);
      const changes: Change<Streamer>[] = [];
      directory.streamers.onChange((change) => changes.push(change));
      await expect(directory.streamers.put(streamer('camera'))).rejects.toThrow(DirectoryWriteError);
      expect(changes).toEqual([
        { before: undefined, after: streamer('camera') },
        { before: streamer('camera'), after: undefined },
      ]);
    });

    it('brings every text back as it was (seed 4.22)', async () => {
      await fc.assert(
        fc.asyncProperty(fc.uniqueArray(anyName, { minLength: 1, maxLength: 5 }), anyText, anyText, async (names, one, two) => {
          const streamers = names.map((each) =>
            streamer(each, { info: { title: one, description: two, image: one + two, codecs: { audio: [one], video: [] }, mode: 'vod', renditions: [one, two] }, bindings: [binding(each, { via: two })] }),
          );
          const watching = session('call', { viewer: one, offer: two, answer: one + two });
          await Promise.all([...streamers.map((each) => directory.streamers.put(each)), directory.sessions.put(watching)]);
          const later = await reopened();
          const normalized = one === 'None' || two === 'None' || one + two === 'None';
          for (const each of streamers) expect(later.streamers.get(each.name)).toEqual(each);
          if (!normalized) expect(later.sessions.get(watching.id)).toEqual(watching);
          await later.close();
          await Promise.all(names.map((each) => directory.streamers.delete(each)));
        }),
        { numRuns: 60 },
      );
    });

    it('is of no more use once closed', async () => {
      await directory.close();
      await expect(directory.streamers.put(streamer('camera'))).rejects.toThrow(DirectoryWriteError);
      await directory.close();
    });
  });
}

function byName(a: Streamer, b: Streamer): number {
  return a.name < b.name ? -1 : 1;
}

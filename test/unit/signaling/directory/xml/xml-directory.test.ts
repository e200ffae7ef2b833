import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile, lstat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DirectoryOpenError } from '../../../../../signaling/directory/directory.ts';
import { XmlDirectory } from '../../../../../signaling/directory/xml/xml-directory.ts';
import type { DirectoryReport } from '../../../../../signaling/directory/xml/xml-directory.ts';
import { describeDirectory } from '../conformance.ts';
import { session, streamer } from '../../../../support/signaling/entries.ts';

const SEED_FILE = new URL('../../../../fixtures/directory-of-seed-004.xml', import.meta.url);

describeDirectory('The XML file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sipcast-directory-'));
  const path = join(folder, 'directory.xml');
  // A folder where the temporary file should be: opening it for writing fails, whoever the user is.
  const obstacle = join(folder, 'directory.xml.tmp');
  return {
    open: () => XmlDirectory.open({ path }),
    async breakWrites(broken) {
      await rm(obstacle, { recursive: true, force: true });
      if (broken) await mkdir(obstacle);
    },
    remove: () => rm(folder, { recursive: true }),
  };
});

describe('The XML file', () => {
  let folder: string;
  let path: string;
  let reports: DirectoryReport[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sipcast-directory-'));
    path = join(folder, 'directory.xml');
    reports = [];
  });

  afterEach(() => rm(folder, { recursive: true }));

  function open(): Promise<XmlDirectory> {
    return XmlDirectory.open({ path, maxFileBytes: 1_000_000, report: (report) => reports.push(report) });
  }

  it('is made, with its folder, where it is missing (seed 4.14)', async () => {
    path = join(folder, 'some', 'where', 'directory.xml');
    const directory = await open();
    expect(await readFile(path, 'utf8')).toMatch(/<data-base>\s*<streamers>\s*<\/streamers>\s*<sessions>\s*<\/sessions>/);
    await directory.close();
    expect(reports).toEqual([]);
  });

  it('loads as the original wrote it (seed 4.14)', async () => {
    await writeFile(path, await readFile(SEED_FILE));
    const directory = await open();
    expect(directory.streamers.get('streamer')).toMatchObject({
      name: 'streamer',
      kind: 'streamer',
      info: { image: 'Prueba de streaming', description: 'Prueba de streaming', title: '' },
      bindings: [{ address: { host: '127.0.0.1', port: 9997 }, callId: 'b987842c-8e19-41d4-afb5-3edb76cf03b4', contact: 'sip:streamer@127.0.0.1:9997' }],
    });
    expect([...directory.sessions.values()]).toMatchObject([
      {
        viewer: 'diego',
        kind: 'streamer',
        room: undefined,
        callId: '4386f46a-276e-41bb-9494-0259c672c295',
        front: { host: '127.0.0.1', port: 5065 },
        streamerAddress: { host: '127.0.0.1', port: 9997 },
        offer: '',
        answer: '',
        state: 'connection-established',
      },
    ]);
    expect(reports).toEqual([]);
    await directory.flush();
    const again = await open();
    expect([...again.streamers.values()]).toEqual([...directory.streamers.values()]);
    await directory.close();
  });

  it('is written in the original schema: sessions inside <sessions>, offer and answer in <sdp> (seed 4.14)', async () => {
    const directory = await open();
    await directory.streamers.put(streamer('Ana & José'));
    await directory.sessions.put(session('one', { offer: 'v=0\r\n', answer: 'v=1\r\n' }));
    await directory.close();
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/<streamers>\s*<streamer>\s*<address>127.0.0.1:9997<\/address>\s*<name>Ana &amp; José<\/name>\s*<call_id>[^<]+<\/call_id>\s*<info><image>[^<]+<\/image><description>/);
    expect(text).toMatch(/<sessions>\s*<session>\s*<addresses><front>127.0.0.1:5065<\/front><streamer>127.0.0.1:9997<\/streamer><\/addresses>\s*<name>diego<\/name>\s*<call_id>one<\/call_id>\s*<sdp><offer>v=0&#13;\n<\/offer><answer>v=1&#13;\n<\/answer><\/sdp>\s*<state>offer-received<\/state>/);
  });

  it.each([
    ['nothing', ''],
    ['not quite XML', '<data-base><streamers><streamer></streamers></data-base>'],
    ['an unclosed root', '<data-base><streamers></streamers>'],
    ['a stray <', '<data-base><streamers> < </streamers></data-base>'],
    ['text around', 'x<data-base></data-base>'],
    ['another root', '<html><streamers></streamers></html>'],
    ['two roots', '<data-base></data-base><data-base></data-base>'],
    ['JSON', '{"streamers":[]}'],
    ['random bytes', Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256))],
    ['zeros, as after a crash of the file system', Buffer.alloc(4096)],
    ['an entity bomb', '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><data-base>&b;</data-base>'],
    ['an external entity', '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><data-base><streamers><streamer><name>&a;</name></streamer></streamers></data-base>'],
    ['a deep nest', '<a>'.repeat(100_000) + '</a>'.repeat(100_000)],
    ['too much of it', `<data-base>${' '.repeat(1_000_001)}</data-base>`],
  ])('that holds %s is set aside, and a new one begun (seed 4.14)', async (_, contents) => {
    await writeFile(path, contents);
    const directory = await open();
    expect(directory.streamers.size).toBe(0);
    await directory.streamers.put(streamer('camera'));
    const [report] = reports;
    if (report?.kind !== 'set-aside') throw new Error('nothing was reported');
    expect(report.path).toMatch(/directory\.xml\.corrupt-\d{4}-\d\d-\d\dT[-\d]+Z$/);
    expect(Buffer.from(contents).equals(await readFile(report.path))).toBe(true);
    expect((await readdir(folder)).sort()).toEqual(['directory.xml', expect.stringMatching(/^directory\.xml\.corrupt-/)]);
    const again = await open();
    expect(again.streamers.size).toBe(1);
  });

  it('keeps the entries that make sense, and the whole file aside, where some do not', async () => {
    const directory = await open();
    await directory.streamers.put(streamer('camera'));
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('<streamers>', '<streamers><streamer><name>x</name></streamer>'));
    const again = await open();
    expect([...again.streamers.values()]).toEqual([streamer('camera')]);
    expect(reports).toEqual([{ kind: 'set-aside', path: expect.any(String) as string, reason: expect.stringContaining('1 of its entries') as string }]);
  });

  it('leaves nothing of a write that did not finish', async () => {
    await writeFile(`${path}.tmp`, '<data-base><stre');
    const directory = await open();
    await directory.streamers.put(streamer('camera'));
    expect(await readdir(folder)).toEqual(['directory.xml']);
    await directory.close();
  });

  it('is replaced where a symbolic link points, and the link stays', async () => {
    await mkdir(join(folder, 'real'));
    await writeFile(join(folder, 'real', 'd.xml'), '<data-base></data-base>');
    await symlink(join(folder, 'real', 'd.xml'), path);
    const directory = await open();
    await directory.streamers.put(streamer('camera'));
    expect((await lstat(path)).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'real', 'd.xml'), 'utf8')).toContain('camera');
  });

  it('comes back when its folder was removed meanwhile', async () => {
    const directory = await open();
    await rm(folder, { recursive: true });
    await directory.streamers.put(streamer('camera'));
    expect(await readFile(path, 'utf8')).toContain('camera');
  });

  it('says so once when writing fails, and once when it works again', async () => {
    const directory = await open();
    await mkdir(`${path}.tmp`);
    await expect(directory.streamers.put(streamer('a'))).rejects.toThrow(/cannot write the directory .*EISDIR/);
    await expect(directory.streamers.put(streamer('b'))).rejects.toThrow();
    await rm(`${path}.tmp`, { recursive: true });
    await directory.streamers.put(streamer('c'));
    await directory.streamers.put(streamer('d'));
    expect(reports.map(({ kind }) => kind)).toEqual(['write-failed', 'write-recovered']);
  });

  it('writes what changed again after a failed write, and what changed twice between two writes, as it is last', async () => {
    const directory = await open();
    await mkdir(`${path}.tmp`);
    directory.sessions.putLazily({ ...session('one'), state: 'offer-received' });
    await expect(directory.flush()).rejects.toThrow();
    directory.sessions.putLazily({ ...session('one'), state: 'answer-received' });
    await rm(`${path}.tmp`, { recursive: true });
    await directory.flush();
    expect(await readFile(path, 'utf8')).toContain('answer-received');
    directory.sessions.putLazily({ ...session('one'), state: 'connection-established' });
    directory.sessions.putLazily({ ...session('one'), state: 'connection-finished' });
    await directory.flush();
    expect(await readFile(path, 'utf8')).toContain('connection-finished');
    directory.sessions.deleteLazily(session('one').id);
    directory.sessions.putLazily({ ...session('one'), state: 'offer-received' });
    await directory.flush();
    expect(await readFile(path, 'utf8')).toContain('offer-received');
  });

  it('is one process’s at a time where that is asked for, by whatever path', async () => {
    const first = await XmlDirectory.open({ path, exclusive: true });
    await symlink(path, join(folder, 'link.xml'));
    await expect(XmlDirectory.open({ path: join(folder, 'link.xml'), exclusive: true })).rejects.toThrow(/another signaling daemon uses it/);
    await first.close();
    const second = await XmlDirectory.open({ path, exclusive: true });
    await second.close();
  });

  it('refuses to open where it can neither be read nor made', async () => {
    await mkdir(path);
    await expect(open()).rejects.toThrow(DirectoryOpenError);
  });
});

import { describe, expect, it } from 'vitest';
import { newcomers, readDevices, rememberedDevice } from '../../../../../../front/page/src/meeting/devices/device-list.ts';
import { FIRST_CHOICE, readChoice, writeChoice } from '../../../../../../front/page/src/meeting/devices/choice.ts';
import { loudness } from '../../../../../../front/page/src/meeting/devices/level.ts';
import { generalProblem, mediaProblem } from '../../../../../../front/page/src/meeting/devices/media-problem.ts';
import { words } from '../../../../../../front/page/src/strings/meeting.ts';

const info = (kind: string, deviceId: string, label = deviceId) => ({ kind, deviceId, label });

function memory(text = '') {
  return { read: () => text, write: (next: string) => (text = next) };
}

describe('the list of devices', () => {
  it('is sorted by kind; nameless ones and doubles are left out', () => {
    const list = readDevices([info('audioinput', 'communications'), info('audioinput', 'a'), info('audioinput', 'a'), info('videoinput', ''), info('videoinput', 'v'), info('audiooutput', 's'), info('smell', 'x')]);
    expect(list).toEqual({ microphones: [{ id: 'a', label: 'a' }], cameras: [{ id: 'v', label: 'v' }], speakers: [{ id: 's', label: 's' }] });
  });

  it('has the one of last time, by identifier or by label', () => {
    const devices = [{ id: '1', label: 'Front' }, { id: '2', label: 'Back' }];
    expect(rememberedDevice(devices, { id: '2', label: 'x' })?.id).toBe('2');
    expect(rememberedDevice(devices, { id: 'old', label: 'Back' })?.id).toBe('2');
    expect(rememberedDevice(devices, { id: 'old', label: '' })).toBeUndefined();
    expect(rememberedDevice(devices, undefined)).toBeUndefined();
  });

  it('tells of what was plugged in, but not of labels that became known', () => {
    const one = { id: '1', label: 'Front' };
    expect(newcomers([one], [one, { id: '2', label: 'Back' }])).toEqual([{ id: '2', label: 'Back' }]);
    expect(newcomers([], [one])).toEqual([]);
    expect(newcomers([{ id: '', label: '' }], [one])).toEqual([]);
  });
});

describe('the choice', () => {
  it('is remembered', () => {
    const store = memory();
    expect(readChoice(store)).toEqual(FIRST_CHOICE);
    const choice = { audio: false, video: true, camera: { id: '1', label: 'Front' } };
    writeChoice(store, choice);
    expect(readChoice(store)).toEqual(choice);
  });

  it('is the first one where the store holds nonsense', () => {
    for (const text of ['', '[]', '{', '7', '{"camera":{"id":7}}']) expect(readChoice(memory(text))).toEqual(FIRST_CHOICE);
  });
});

describe('loudness', () => {
  it('goes from silence to full, as it is felt', () => {
    expect(loudness([])).toBe(0);
    expect(loudness([0, 0])).toBe(0);
    expect(loudness([1, -1])).toBe(1);
    const quiet = loudness([0.01, -0.01]);
    expect(quiet).toBeGreaterThan(0);
    expect(loudness([0.1, -0.1])).toBeGreaterThan(quiet);
  });
});

describe('why there is no camera or microphone (seed 3.16)', () => {
  it('is named by what the browser threw', () => {
    expect(['NotAllowedError', 'NotFoundError', 'OverconstrainedError', 'NotReadableError', 'Weird'].map((name) => mediaProblem({ name }))).toEqual(['denied', 'absent', 'absent', 'in-use', 'unknown']);
    expect(mediaProblem(undefined)).toBe('unknown');
  });

  it('may be the page itself: no HTTPS, or a browser without any', () => {
    expect(generalProblem({ isSecureContext: false, mediaDevices: undefined, hasWebRtc: true })).toBe('insecure');
    expect(generalProblem({ isSecureContext: true, mediaDevices: undefined, hasWebRtc: true })).toBe('unsupported');
    expect(generalProblem({ isSecureContext: true, mediaDevices: {}, hasWebRtc: false })).toBe('unsupported');
    expect(generalProblem({ isSecureContext: true, mediaDevices: {}, hasWebRtc: true })).toBeUndefined();
  });

  it('is said with what to do, each in words of its own', () => {
    const { insecure, unsupported, microphone, camera, screen } = words.media;
    const all = [insecure, unsupported, ...[microphone, camera, screen].flatMap((kind) => Object.values<{ title: string; advice: string }>(kind))];
    expect(new Set(all.map(({ title }) => title)).size).toBeGreaterThan(12);
    for (const { title, advice } of all) {
      expect(title.length).toBeGreaterThan(8);
      expect(advice).toMatch(/\.$/);
    }
    expect(insecure.advice).toContain('https://');
    expect(camera.absent.advice).toContain('share your screen instead');
  });
});

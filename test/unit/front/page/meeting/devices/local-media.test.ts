import { describe, expect, it } from 'vitest';
import { settled } from '../../support.ts';
import { FakeDevices, fakeMedia } from '../support.ts';

async function started(prepare: (devices: FakeDevices) => void = () => undefined) {
  const devices = new FakeDevices();
  prepare(devices);
  const media = fakeMedia(devices);
  const release = media.hold();
  await media.start();
  return { devices, media, release };
}

describe('microphone and camera', () => {
  it('are asked for in one question (seed 1.8)', async () => {
    const { devices, media } = await started();
    expect(devices.constraints).toHaveLength(1);
    expect(media.state.value).toEqual({ audio: true, video: true, screen: false });
    expect(media.problems.value).toEqual({});
  });

  it('are asked for one by one where one of them is missing, and the other is used (seeds 1.8, 3.16)', async () => {
    const { media } = await started(({ refusals }) => (refusals.video = 'NotFoundError'));
    expect(media.state.value).toEqual({ audio: true, video: false, screen: false });
    expect(media.problems.value).toEqual({ camera: 'absent' });
    expect(media.canShareScreen).toBe(true);
  });

  it('cannot be had on a page without HTTPS, and nothing is asked (seed 3.16)', async () => {
    const devices = new FakeDevices();
    const media = fakeMedia(devices, false);
    media.hold();
    await media.start();
    expect(media.general).toBe('insecure');
    expect(media.problems.value).toEqual({ microphone: 'insecure', camera: 'insecure' });
    expect(media.canShareScreen).toBe(false);
    expect(devices.constraints).toEqual([]);
  });

  it('are let go of when nobody holds them (seed 3.17)', async () => {
    const { devices, media, release } = await started();
    const other = media.hold();
    release();
    release();
    expect(devices.live()).toHaveLength(2);
    other();
    expect(devices.live()).toEqual([]);
    expect(media.state.value).toEqual({ audio: false, video: false, screen: false });
  });

  it('are stopped at once when they come after everybody has let go', async () => {
    const devices = new FakeDevices();
    const media = fakeMedia(devices);
    const release = media.hold();
    const start = media.start();
    release();
    await start;
    expect(devices.live()).toEqual([]);
  });
});

describe('muting', () => {
  it('keeps the microphone and lets go of the camera, whose light goes out (seed 3.17)', async () => {
    const { devices, media } = await started();
    await media.setAudio(false);
    await media.setVideo(false);
    expect(media.state.value).toEqual({ audio: false, video: false, screen: false });
    expect(devices.live()).toEqual(['audio']);
    expect(devices.tracks[0]?.enabled).toBe(false);
    await media.setAudio(true);
    await media.setVideo(true);
    expect(media.state.value).toEqual({ audio: true, video: true, screen: false });
    expect(devices.live()).toEqual(['audio', 'video']);
  });

  it('is remembered: the next meeting begins muted', async () => {
    const { media, release } = await started();
    await media.setAudio(false);
    await media.setVideo(false);
    release();
    media.hold();
    await media.start();
    expect(media.state.value).toEqual({ audio: false, video: false, screen: false });
    expect(media.microphone.value?.enabled).toBe(false);
  });

  it('wins over a camera that was still starting', async () => {
    const { devices, media } = await started();
    await media.setVideo(false);
    const starting = media.setVideo(true);
    await media.setVideo(false);
    await starting;
    expect(media.state.value.video).toBe(false);
    expect(devices.live()).toEqual(['audio']);
  });
});

describe('devices that come and go', () => {
  it('are replaced by another of their kind', async () => {
    const { devices, media } = await started();
    devices.list = [...devices.list, { kind: 'videoinput', deviceId: 'cam-2', label: 'Back' }];
    devices.tracks.find(({ kind }) => kind === 'video')?.end();
    await settled();
    expect(media.state.value.video).toBe(true);
    expect(media.problems.value).toEqual({});
  });

  it('leave a word when there is no other, and are used again when they return', async () => {
    const { devices, media } = await started();
    const camera = devices.tracks.find(({ kind }) => kind === 'video');
    const [microphone, front] = devices.list;
    devices.list = [microphone!];
    camera?.end();
    await settled();
    expect(media.problems.value).toEqual({ camera: 'vanished' });
    expect(media.state.value.video).toBe(false);
    devices.change([microphone!, front!]);
    await settled();
    expect(media.state.value.video).toBe(true);
    expect(media.problems.value).toEqual({});
  });

  it('are chosen while in use, and the choice is asked for the next time', async () => {
    const { devices, media } = await started();
    devices.list = [...devices.list, { kind: 'videoinput', deviceId: 'cam-2', label: 'Back' }];
    devices.change(devices.list);
    await settled();
    const before = media.camera.value;
    await media.use('camera', { id: 'cam-2', label: 'Back' });
    expect(media.camera.value).not.toBe(before);
    expect(devices.constraints.at(-1)).toMatchObject({ video: { deviceId: { exact: 'cam-2' } } });
  });
});

describe('the screen (seeds 1.8, 2.19)', () => {
  it('is shared, and stopped here or by the browser’s own button', async () => {
    const { devices, media } = await started();
    expect(await media.shareScreen()).toBe(true);
    expect(media.state.value.screen).toBe(true);
    devices.tracks.at(-1)?.end();
    expect(media.state.value.screen).toBe(false);
    expect(media.problems.value).toEqual({});
    await media.shareScreen();
    media.stopScreen();
    expect(media.state.value.screen).toBe(false);
    expect(devices.live()).toEqual(['audio', 'video']);
  });

  it('is not shared when the person closes the question, which is no problem', async () => {
    const { devices, media } = await started();
    devices.refusals.screen = 'NotAllowedError';
    expect(await media.shareScreen()).toBe(false);
    expect(media.problems.value).toEqual({});
    devices.refusals.screen = 'NotReadableError';
    expect(await media.shareScreen()).toBe(false);
    expect(media.problems.value).toEqual({ screen: 'in-use' });
  });
});

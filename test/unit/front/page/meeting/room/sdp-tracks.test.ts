import { describe, expect, it } from 'vitest';
import { tracksIn } from '../../../../../../front/page/src/meeting/room/sdp-tracks.ts';

const section = (kind: string, mid: string, direction: string, msid: string | undefined): string =>
  [`m=${kind} 9 UDP/TLS/RTP/SAVPF 96`, 'c=IN IP4 0.0.0.0', `a=mid:${mid}`, `a=${direction}`, ...(msid === undefined ? [] : [`a=msid:${msid}`]), ''].join('\r\n');

const offer = (...sections: string[]): string => `v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1 2 3\r\n${sections.join('')}`;

describe('tracks in an offer of the focus', () => {
  it('are found by member and kind', () => {
    const sdp = offer(
      section('audio', '0', 'recvonly', undefined),
      section('audio', '3', 'sendonly', 'm2 m2-audio'),
      section('video', '4', 'sendonly', 'm2 m2-camera'),
      section('video', '5', 'sendonly', 'm7 m7-screen'),
    );
    expect(tracksIn(sdp)).toEqual([
      { mid: '3', member: 'm2', kind: 'audio' },
      { mid: '4', member: 'm2', kind: 'camera' },
      { mid: '5', member: 'm7', kind: 'screen' },
    ]);
  });

  it('are none in sections that are free', () => {
    expect(tracksIn(offer(section('video', '4', 'inactive', 'm2 m2-camera')))).toEqual([]);
  });

  it('are none where the name says nothing', () => {
    for (const msid of ['m2 m3-camera', 'm2', '- m2-camera', 'm2 m2-hologram']) expect(tracksIn(offer(section('video', '4', 'sendonly', msid)))).toEqual([]);
    expect(tracksIn('')).toEqual([]);
  });

  it('are read from lines that end with a bare newline too', () => {
    expect(tracksIn(offer(section('audio', '3', 'sendonly', 'm2 m2-audio')).replaceAll('\r\n', '\n'))).toHaveLength(1);
  });
});

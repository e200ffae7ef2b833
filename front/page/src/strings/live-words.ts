/** The sentences of going live; a translation replaces this file too. */
import type { Failure, FailureId } from '../connection/failure.ts';
import { failureText, type FailureText } from './failures.ts';
import { isolate } from './isolate.ts';

export const liveWords = {
  goLive: 'Go live',
  youAreLive: 'You are live',
  title: 'Go live',
  lead: 'Your camera, microphone or screen becomes a stream that everybody here can watch.',
  name: 'Name of the stream',
  nameHint: 'Others find it under this name. It is yours for as long as you are live.',
  defaultName: (person: string) => `${person} live`,
  streamTitle: 'Title',
  streamTitlePlaceholder: 'For example Tea at five',
  start: 'Go live',
  starting: 'Going live…',
  without: 'Turn on a camera, a microphone or your screen first.',
  back: 'Back to the streams',
  live: 'Live',
  liveTitle: (title: string) => `“${isolate(title)}” is live`,
  liveLead: 'Leave this screen if you like: you stay live until you stop, or close the page.',
  interrupted: 'The connection is interrupted. Waiting for it to come back…',
  connecting: 'Connecting…',
  stop: 'Stop',
  copyLink: 'Copy link',
  copied: 'Link copied.',
  linkLabel: 'Address to watch it',
  figures: { viewers: 'Watching', bitrate: 'Sending', picture: 'Picture', frames: 'Frames' },
  noPicture: 'Sound only',
  problems: { missing: 'Enter a name first.', 'too-long': (most: number) => `Use at most ${most} characters.`, reserved: 'This name is kept for something else. Choose another one.' },
} as const;

/** Where what watchers are told does not fit. */
const FAILURES: Readonly<Partial<Record<FailureId, FailureText>>> = {
  'no-webrtc': { title: 'Your browser cannot go live', advice: 'WebRTC is missing or switched off. Update the browser, or allow WebRTC in its settings and extensions.' },
  'no-common-codec': { title: 'Your browser sends a format that is not taken', advice: 'Try another browser: VP8 and Opus are taken from all of them.' },
  'service-away': { title: 'The service is away', advice: 'It does not answer at the moment. Try again in a few seconds.' },
  'signaling-silent': { title: 'Signaling does not answer', advice: 'Nothing can be published without it. Try again in a few seconds.' },
  'connection-blocked': { title: 'No path to the service', advice: 'It answered, but no media gets through: a firewall may block UDP. Operators can check --media-host of the streamer that was started with --publish.' },
  'connection-lost': { title: 'The connection was lost', advice: 'Nobody sees you any more. Go live again when your network is back.' },
  'stream-ended': { title: 'The service has ended your stream', advice: 'It may have been stopped or restarted. Go live again.' },
  'too-large': { title: 'The offer of your browser is too large', advice: 'Try another browser, and tell the operator.' },
  unexpected: { title: 'Something went wrong', advice: 'Try again. If it stays, reload the page.' },
};

export function liveFailureText(failure: Failure): FailureText {
  return FAILURES[failure.id] ?? failureText(failure, '');
}

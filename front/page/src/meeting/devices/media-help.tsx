/** What to do about a camera, microphone or screen that cannot be had. */
import type { JSX } from 'preact';
import { AlertIcon } from '../../icons/icons.tsx';
import { words } from '../../strings/meeting.ts';
import type { LocalMedia } from './local-media.ts';
import type { MediaKind } from './media-problem.ts';

const KINDS: readonly MediaKind[] = ['camera', 'microphone', 'screen'];

export function MediaHelp({ media }: { media: LocalMedia }): JSX.Element | null {
  const problems = media.problems.value;
  if (media.general) return <Help problem={media.general} text={words.media[media.general]} />;
  const known = KINDS.flatMap((kind) => {
    const problem = problems[kind];
    if (problem === undefined) return [];
    return [{ kind, problem, text: problem === 'insecure' || problem === 'unsupported' ? words.media[problem] : words.media[kind][problem] }];
  });
  if (known.length === 0) return null;
  const lacksCamera = problems.camera !== undefined && media.canShareScreen && !media.state.value.screen;
  return (
    <div class="media-helps">
      {known.map(({ kind, problem, text }) => (
        <Help key={kind} kind={kind} problem={problem} text={text}>
          <button type="button" class="text-button" onClick={() => void retry(media, kind)}>{words.devices.retry}</button>
          {kind === 'camera' && lacksCamera && <button type="button" class="text-button" onClick={() => void media.shareScreen()}>{words.devices.instead}</button>}
        </Help>
      ))}
    </div>
  );
}

function retry(media: LocalMedia, kind: MediaKind): Promise<unknown> {
  if (kind === 'screen') return media.shareScreen();
  return kind === 'microphone' ? media.setAudio(true) : media.setVideo(true);
}

interface HelpProps {
  readonly kind?: MediaKind;
  readonly problem: string;
  readonly text: { readonly title: string; readonly advice: string };
  readonly children?: (JSX.Element | false)[];
}

function Help({ kind, problem, text, children }: HelpProps): JSX.Element {
  return (
    <div class="media-help" role="status" data-kind={kind} data-problem={problem}>
      <AlertIcon />
      <div>
        <p class="media-help-title">{text.title}</p>
        <p>{text.advice}</p>
        {children && <p class="media-help-actions">{children}</p>}
      </div>
    </div>
  );
}

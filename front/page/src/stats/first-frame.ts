/** Time to first frame, split into its parts; each is in milliseconds from when the watch began. */

export interface TimeToFirstFrame {
  /** The streamer's answer has arrived. */
  readonly answerMs: number | undefined;
  /** ICE is connected. */
  readonly iceMs: number | undefined;
  /** DTLS is connected: media can be decrypted. */
  readonly dtlsMs: number | undefined;
  /** The first frame was shown, or decoded where the browser cannot tell more. */
  readonly firstFrameMs: number | undefined;
}

export type Mark = 'answer' | 'ice' | 'dtls' | 'firstFrame';

/** Notes the first time of each mark. */
export class Stopwatch {
  readonly #start: number;
  readonly #marks = new Map<Mark, number>();

  /** @param start when the watch began, in milliseconds on the page's clock */
  constructor(start: number) {
    this.#start = start;
  }

  mark(mark: Mark, at: number): void {
    if (!this.#marks.has(mark)) this.#marks.set(mark, at - this.#start);
  }

  read(): TimeToFirstFrame {
    return { answerMs: this.#marks.get('answer'), iceMs: this.#marks.get('ice'), dtlsMs: this.#marks.get('dtls'), firstFrameMs: this.#marks.get('firstFrame') };
  }
}

export interface Part {
  readonly mark: Mark;
  /** How long this part took, in milliseconds. */
  readonly ms: number;
}

/** The parts one after another; a part whose end is unknown is left out, and its time counts to the next. */
export function partsOf(times: TimeToFirstFrame): Part[] {
  const ends: [Mark, number | undefined][] = [['answer', times.answerMs], ['ice', times.iceMs], ['dtls', times.dtlsMs], ['firstFrame', times.firstFrameMs]];
  let reached = 0;
  const parts: Part[] = [];
  for (const [mark, end] of ends) {
    if (end === undefined) continue;
    parts.push({ mark, ms: Math.max(0, end - reached) });
    reached = Math.max(reached, end);
  }
  return parts;
}

/** A room's member without a browser: joins by a recorded offer, and answers whatever the focus offers. */
import { formatSdp, MediaSection, parseSdp, SdpSection } from '../../shared/sdp/index.ts';
import type { SdpLine } from '../../shared/sdp/index.ts';
import type { CallingPage } from '../support/front/calling-page.ts';
import { memberOfferOf } from '../support/sdp-fixtures.ts';
import type { Browser } from '../support/sdp-fixtures.ts';

const TURNED: Readonly<Record<string, string>> = { sendonly: 'recvonly', recvonly: 'sendonly', 'setup:actpass': 'setup:active' };
/** Of an offer, what an answer says anew or not at all. */
const OFFERERS_OWN = /^(?:msid|ssrc|candidate|end-of-candidates)/;
const CREDENTIALS = /^(ice-ufrag|ice-pwd|fingerprint):/;

export class RoomMember {
  readonly page: CallingPage;
  readonly room: string;
  readonly #offer: string;
  #answered = 0;

  static async join(page: CallingPage, room: string, browser: Browser): Promise<RoomMember> {
    const offer = memberOfferOf(browser);
    const reply = await page.ask('join', { room, sdp: offer });
    if (reply['type'] === 'error') throw new Error(`${page.name} could not join: ${JSON.stringify(reply)}`);
    return new RoomMember(page, room, offer);
  }

  private constructor(page: CallingPage, room: string, offer: string) {
    this.page = page;
    this.room = room;
    this.#offer = offer;
  }

  /** Answers the next offer of the focus that is not answered yet, when it comes. */
  async answer(): Promise<void> {
    const next = ++this.#answered;
    await this.page.until(() => this.page.of('offer').length >= next);
    const { offer, sdp } = this.page.of('offer')[next - 1] ?? {};
    await this.page.ask('answer', { room: this.room, offer, sdp: answerTo(String(sdp), this.#offer) });
  }

  /** Resolves when this member was told of exactly these in the room. */
  async sees(...names: string[]): Promise<void> {
    const isThat = (members: unknown): boolean => JSON.stringify((members as { name: string }[]).map(({ name }) => name)) === JSON.stringify(names);
    await this.page.until(({ type, members }) => type === 'room' && isThat(members));
  }
}

/** @param mine an offer of the same browser, whose credentials stay the same for the whole session */
function answerTo(offer: string, mine: string): string {
  const own = new Map(mine.split('\r\n').map((line) => [keyOf({ type: line.charAt(0), value: line.slice('a='.length) }), line.slice('a='.length)]));
  own.delete(undefined);
  const { session, media } = parseSdp(offer);
  const answered = (lines: readonly SdpLine[]): SdpLine[] =>
    lines.filter(({ type, value }) => type !== 'a' || !OFFERERS_OWN.test(value)).map((line) => ({ type: line.type, value: TURNED[line.value] ?? own.get(keyOf(line)) ?? line.value }));
  return formatSdp({ session: new SdpSection(answered(session.lines)), media: media.map(({ lines }) => new MediaSection(answered(lines))) });
}

/** By which a line of one's own is found for a line of the offer; undefined for what both say alike. */
function keyOf({ type, value }: SdpLine): string | undefined {
  return type === 'o' ? 'o' : CREDENTIALS.exec(value)?.[1];
}

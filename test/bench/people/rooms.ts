/** What a room costs whoever hosts it: everybody sends his camera in three sizes and his sound, and gets everybody. */
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '../../support/front/client.ts';
import { Delays } from '../media/viewer/arrivals.ts';
import { makeCertificate, type BenchCertificate } from '../media/viewer/peer-connection.ts';
import { cpuMicroseconds, residentKilobytes } from '../process-cost.ts';
import { formatTable } from '../statistics.ts';
import { filledClip, type RoomClip } from './media/room-clip.ts';
import { RoomMember } from './media/room-member.ts';
import { LoopDelay } from './media/loop-delay.ts';
import { SoakPage, type Message } from './page.ts';
import { Town } from './town.ts';

const LOOPBACK = '127.0.0.1';
/** What browsers send of a camera of 720 lines. */
const LAYERS = [
  { rid: 'q', height: 180, kilobits: 150 },
  { rid: 'h', height: 360, kilobits: 450 },
  { rid: 'f', height: 720, kilobits: 1_200 },
];
/** Until the estimates of what each way carries have settled. */
const SETTLE_MS = 8_000;
const KB = 1_024;
const CORE_MICROSECONDS_PER_SECOND = 1e6;
const SMALL_ROOM = 5;
const MOST_MEMBERS = 100;

/** At which a page shows each of so many others, in pixels: alone on the stage, then in a gallery that becomes finer. */
function heightFor(members: number): number {
  if (members <= 2) return 720;
  return members <= SMALL_ROOM ? 360 : 180;
}

/** For whoever may come. */
function sizesFor(height: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: MOST_MEMBERS }, (_, place) => [`m${place + 1}`, height]));
}

export interface RoomStep {
  readonly members: number;
  /** Of each picture, in pixels. */
  readonly height: number;
  /** Packets a second that came to the members. */
  readonly forwarded: number;
  /** Part of a core. */
  readonly core: number;
  readonly microsecondsPerPacket: number;
  readonly lost: number;
  readonly medianDelayMs: number;
  readonly delay99Ms: number;
  /** The same from the bench to itself, without the server. */
  readonly ownMedianMs: number;
  readonly own99Ms: number;
  /** Of resident memory, more than with nobody there. */
  readonly kilobytesPerMember: number;
  /** Part of a core that the bench took. */
  readonly bench: number;
}

/** What all guests share. */
interface Room {
  readonly clip: RoomClip;
  readonly certificate: BenchCertificate;
  /** Hears that somebody was shown out. */
  readonly out: (why: string) => void;
}

class Guest {
  readonly page: SoakPage;
  readonly media: RoomMember;

  private constructor(page: SoakPage, media: RoomMember) {
    this.page = page;
    this.media = media;
  }

  static async join(url: string, name: string, room: string | undefined, { clip, certificate, out }: Room): Promise<{ guest: Guest; room: string }> {
    const media = await RoomMember.open({ host: LOOPBACK, certificate, clip, random: Math.random });
    const client = await new Client(url, name).register();
    const page = await SoakPage.open(client, (message, from) => {
      if (message['type'] === 'left') out(`${name} was shown out: ${String(message['message'])}`);
      if (message['type'] === 'offer') void from.ask('answer', { room: message['room'], offer: message['offer'], sdp: media.answer(String(message['sdp'])) }).catch(() => undefined);
    });
    const id = room ?? String((await asked(page, 'adhoc'))['room']);
    const joined = await asked(page, 'join', { room: id, sdp: media.offer() });
    media.accept(String(joined['sdp']));
    await media.connected;
    return { guest: new Guest(page, media), room: id };
  }

  close(): void {
    this.page.close();
    this.media.close();
  }
}

async function asked(page: SoakPage, type: string, body: object = {}): Promise<Message> {
  const answer = await page.ask(type, body);
  if (answer['type'] === 'error') throw new Error(`${type} was answered by ${String(answer['error'])}: ${String(answer['message'])}`);
  return answer;
}

export interface RoomsPlan {
  /** How many members, step by step. */
  readonly steps: readonly number[];
  readonly seconds: number;
  readonly log: (line: string) => void;
}

export async function measureRooms({ steps, seconds, log }: RoomsPlan): Promise<RoomStep[]> {
  const town = await Town.start({ roomHosts: 1, streamers: [], fronts: 1 });
  const pid = town.roomHosts[0]?.process.child.pid ?? NaN;
  const own = await LoopDelay.open(LOOPBACK);
  const guests: Guest[] = [];
  const measured: RoomStep[] = [];
  try {
    let lost: string | undefined;
    const shared: Room = { clip: filledClip(LAYERS), certificate: await makeCertificate(), out: (why) => (lost ??= why) };
    const before = residentKilobytes(pid);
    let room: string | undefined;
    for (const members of steps) {
      try {
        await grow(members);
        const step = await measure(members, heightFor(members));
        if (lost !== undefined) throw new Error(lost);
        measured.push(step);
        log(`${members} members are measured`);
      } catch (error) {
        log(`!! ${members} members are more than this machine bears, the bench included (${error instanceof Error ? error.message : String(error)}): their row is MISSING`);
        break;
      }
    }
    return measured;

    /** Each says at once what he wants of the others: all of them in full would be more than any page shows. */
    async function grow(members: number): Promise<void> {
      const height = heightFor(members);
      while (guests.length < members) {
        const joined = await Guest.join(town.urls[0] ?? '', `member ${guests.length + 1}`, room, shared);
        room = joined.room;
        guests.push(joined.guest);
        await asked(joined.guest.page, 'sizes', { room, sizes: sizesFor(height) });
      }
      for (const { page } of guests) await asked(page, 'sizes', { room, sizes: sizesFor(height) });
      await wait(SETTLE_MS);
    }

    async function measure(members: number, height: number): Promise<RoomStep> {
      const [delays, ownDelays] = [new Delays(), new Delays()];
      own.delays = ownDelays;
      for (const { media } of guests) {
        media.arrivals.reset();
        media.delays = delays;
      }
      const [cpu, bench, began] = [cpuMicroseconds(pid), process.cpuUsage(), performance.now()];
      await wait(seconds * 1000);
      const [used, elapsed] = [cpuMicroseconds(pid) - cpu, (performance.now() - began) / 1000];
      const { user, system } = process.cpuUsage(bench);
      const total = (pick: (media: RoomMember) => number) => guests.reduce((sum, { media }) => sum + pick(media), 0);
      const [expected, received] = [total(({ arrivals }) => arrivals.expected), total(({ arrivals }) => arrivals.received)];
      if (total(({ verified }) => verified.bad) > 0 || total(({ verified }) => verified.good) === 0) throw new Error('packets came that could not be decrypted, or none did');
      return {
        members,
        height,
        forwarded: received / elapsed,
        core: used / elapsed / CORE_MICROSECONDS_PER_SECOND,
        microsecondsPerPacket: used / received,
        lost: expected - received,
        medianDelayMs: delays.quantile(0.5),
        delay99Ms: delays.quantile(0.99),
        ownMedianMs: ownDelays.quantile(0.5),
        own99Ms: ownDelays.quantile(0.99),
        kilobytesPerMember: (residentKilobytes(pid) - before) / members,
        bench: (user + system) / elapsed / CORE_MICROSECONDS_PER_SECOND,
      };
    }
  } finally {
    own.close();
    for (const guest of guests) guest.close();
    await town.stop();
  }
}

export function roomsTable(steps: readonly RoomStep[]): string {
  const percent = (part: number) => `${(part * 100).toFixed(0)} %`;
  return formatTable([
    ['members', 'height', 'packets/s', 'of a core', 'µs a packet', 'lost', 'delay ms, p50', 'p99', 'bench alone, p50', 'p99', 'MB a member', 'bench, of a core'],
    ...steps.map((step) => [
      ...[step.members, step.height, Math.round(step.forwarded)].map(String),
      percent(step.core),
      step.microsecondsPerPacket.toFixed(1),
      String(step.lost),
      ...[step.medianDelayMs, step.delay99Ms, step.ownMedianMs, step.own99Ms].map((ms) => ms.toFixed(1)),
      (step.kilobytesPerMember / KB).toFixed(1),
      percent(step.bench),
    ]),
  ]);
}

/** How many members one core bears by what was measured, as a sentence; what a pair of members costs does not change with their number. */
export function bears(steps: readonly RoomStep[]): string {
  const last = steps.at(-1);
  if (!last) return '';
  const pair = last.core / (last.members * (last.members - 1));
  const members = Math.floor((1 + Math.sqrt(1 + 4 / pair)) / 2);
  const small = steps.find((step) => step.members === SMALL_ROOM);
  return `One core bears ${members} members in one room who show each other at ${last.height} lines${small ? `, or ${Math.floor(1 / small.core)} rooms of ${SMALL_ROOM} at ${small.height} lines (${Math.floor(1 / small.core) * SMALL_ROOM} members)` : ''}.`;
}

/** What people do, each act by itself; which one comes next is the person's choice. */
import { callOffer } from '../../support/front/call-sdp.ts';
import { Client } from '../../support/front/client.ts';
import { LoadViewer } from '../media/viewer/load-viewer.ts';
import type { Chance } from './chance.ts';
import type { Visit } from './visit.ts';

const OFFER = callOffer();
const FRAGMENT = 'a=ice-ufrag:x\r\na=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\n';
const HEIGHTS = [0, 90, 180, 360, 720];
/** Rooms that people know of; the one that was made first is forgotten. */
const MAX_ROOMS = 4;
const WATCHED_MS = [500, 4_000] as const;

type Act = (visit: Visit, chance: Chance) => Promise<void>;

const other = (visit: Visit, chance: Chance) => chance.of(visit.page.people)?.name;

const joinRoom: Act = async (visit, chance) => {
  const { rooms } = visit.surroundings;
  if (rooms.length === 0 || chance.is(0.15)) {
    const made = await visit.ask('adhoc');
    if (made) rooms.push(String(made['room']));
    if (rooms.length > MAX_ROOMS) rooms.shift();
  }
  const room = chance.of(rooms);
  if (room !== undefined) await visit.join(room);
};

const callSomebody: Act = async (visit, chance) => {
  const to = other(visit, chance);
  if (to === undefined) return;
  const called = await visit.ask('call', { to, sdp: OFFER });
  if (!called) return;
  visit.call = String(called['call']);
  if (chance.is(0.2)) await visit.ask('hang-up', { call: visit.call });
};

/** As a viewer, for a moment; then he leaves, or stops answering. */
const watch: Act = async (visit, chance) => {
  const { host, certificate, streamers, tally } = visit.surroundings;
  const streamer = chance.of(streamers);
  if (streamer === undefined || visit.film) return;
  const chosen = await visit.client.post('/streamer', { streamer });
  if (chosen.status !== 200) return void tally.note('watch', { type: 'error', ...chosen.body });
  const viewer = (visit.film = await LoadViewer.open({ host, certificate, profile: 'gcm', feedback: true }));
  try {
    const answered = await visit.client.post('/offer', { type: 'offer', sdp: viewer.offer() });
    if (!tally.note('watch', answered.status === 200 ? {} : { type: 'error', ...answered.body })) return;
    viewer.accept(String(answered.body['sdp']));
    await viewer.connected;
    tally.add('media of a film');
    await new Promise((resolve) => setTimeout(resolve, chance.between(...WATCHED_MS)));
    if (chance.is(0.7)) await visit.client.post('/leave');
  } finally {
    viewer.close();
    visit.film = undefined;
  }
};

const sayToSomebody: Act = async (visit, chance) => {
  const person = other(visit, chance);
  if (person !== undefined) await visit.ask('say', { person, text: 'Are you there? <b>\u202e' });
};

const rename: Act = async (visit, chance) => {
  const to = `${visit.client.name.replace(/ the .*/, '')} the ${chance.between(2, 999)}th`;
  const { body } = await visit.client.post('/rename', { to });
  visit.surroundings.tally.add(`rename: ${String(body['request'])}`);
  if (body['request'] === 'accepted') visit.client = new Client(visit.client.url, to, visit.client.cookie);
};

/** The page is loaded anew: what it had it takes up again, in time or too late. */
const reload: Act = async (visit, chance) => {
  visit.page.vanish();
  await new Promise((resolve) => setTimeout(resolve, chance.between(0, 4_000)));
  await visit.open();
  if (visit.room && !(await visit.ask('resume', { room: visit.room.id }))) visit.endMedia();
  if (visit.call !== undefined && !(await visit.ask('resume', { call: visit.call }))) visit.call = undefined;
};

const show: Act = async (visit, chance) => {
  if (!visit.room) return;
  const showing = { audio: chance.is(0.6), video: chance.is(0.6), screen: false };
  visit.room.media.show(showing);
  await visit.ask('media', { room: visit.room.id, ...showing });
};

const resize: Act = async (visit, chance) => {
  if (visit.room) await visit.ask('sizes', { room: visit.room.id, sizes: Object.fromEntries(Array.from({ length: 12 }, (_, place) => [`m${place + 1}`, chance.of(HEIGHTS)])) });
};

const sayInRoom: Act = async (visit, chance) => {
  const to = chance.is(0.3) ? other(visit, chance) : undefined;
  if (visit.room) await visit.ask('say', { room: visit.room.id, text: 'Tea is ready.', ...(to === undefined ? {} : { to }) });
};

const inviteIn: Act = async (visit, chance) => {
  const to = other(visit, chance);
  if (visit.room && to !== undefined) await visit.ask('invite', { to, room: visit.room.id });
};

const leave: Act = async (visit) => {
  const { room } = visit;
  visit.endMedia();
  if (room) await visit.ask('leave', { room: room.id });
};

/** His page is there, his media is not: the room has to find out by itself. */
const goSilent: Act = async (visit) => {
  visit.room?.media.close();
};

const joinFromElsewhere: Act = async (visit) => {
  if (visit.room) await visit.join(visit.room.id);
};

const tellCandidates: Act = async (visit) => {
  if (visit.call !== undefined) await visit.ask('candidates', { call: visit.call, fragment: FRAGMENT });
};

const hangUp: Act = async (visit) => {
  const { call } = visit;
  visit.call = undefined;
  if (call !== undefined) await visit.ask('hang-up', { call });
};

const nothing: Act = () => Promise.resolve();

type Choices = readonly (readonly [Act, number])[];

export const IDLE: Choices = [[joinRoom, 6], [callSomebody, 4], [watch, 3], [sayToSomebody, 1], [rename, 0.5], [reload, 0.5], [nothing, 1]];
export const IN_ROOM: Choices = [[show, 3], [resize, 2], [sayInRoom, 2], [inviteIn, 1], [leave, 0.8], [goSilent, 0.4], [joinFromElsewhere, 0.4], [reload, 0.8], [rename, 0.3], [watch, 0.3], [nothing, 3]];
export const IN_CALL: Choices = [[tellCandidates, 2], [hangUp, 2], [sayToSomebody, 1], [reload, 0.8], [rename, 0.2], [joinRoom, 0.5], [nothing, 1]];

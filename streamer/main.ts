#!/usr/bin/env node
/** `streamer [file] [signalingHost] [port]`: plays a file or another source to everyone who calls; or `streamer --rooms`: hosts rooms; or `streamer --publish`: takes what others publish. */
import { runService } from '../shared/cli/command.ts';
import { udpPortOption } from '../shared/cli/common.ts';
import { argument, flag, option } from '../shared/cli/parameter.ts';
import { integerBetween, oneOf, parseHost, parsePort, parseText, secondsBetween } from '../shared/cli/parsers.ts';
import { parseSignalingHosts } from '../shared/cli/signaling-hosts.ts';
import { UsageError } from '../shared/cli/usage-error.ts';
import { MODES } from './call/description.ts';
import { parseReplicaId } from './call/replica.ts';
import { EGRESS_KINDS } from './egress/egress.ts';
import { parseAnnounced, parseMediaPort, parsePortRange } from './media-settings.ts';
import { DEFAULT_IDLE_STOP_SECONDS } from './source/ffmpeg/live-source.ts';
import { isRelayed } from './relay/origin.ts';
import { startRelay } from './relay/start.ts';
import { startPublishing } from './publish/start.ts';
import { startRooms } from './rooms/start.ts';
import { parseRenditions } from './source/renditions.ts';
import { DEFAULT_CACHE, DEFAULT_SIGNALING_HOST, NAME_FROM_FILE, SAMPLE_CLIP, startStreamer } from './streamer.ts';

const DEFAULT_MAX_VIEWERS = 250;
const MAX_VIEWERS = 10_000;
const DEFAULT_MAX_MEMBERS = 500;
const DEFAULT_MAX_PUBLISHERS = 20;
const MAX_PUBLISHERS = 1_000;
const DEFAULT_CACHE_GIGABYTES = 10;
const MAX_CACHE_GIGABYTES = 100_000;
const MAX_IDLE_SECONDS = 86_400;
const SIP_PORT = 5060;
const MAX_WORKERS = 64;
const DEFAULT_CONNECT_TIMEOUT_MS = 12_000;
const MAX_CONNECT_TIMEOUT_SECONDS = 60;

await runService({
  name: 'streamer',
  section: 'streamer',
  sectionOf: { rooms: 'rooms', publish: 'ingest' },
  description: 'Plays a file, a test pattern or whatever ffmpeg opens to every viewer who calls.',
  arguments: [
    argument('file', { description: 'what to play, over and over: a film, or a folder of films, one after the other', parse: parseText, default: SAMPLE_CLIP }),
    argument('signalingHost', { description: 'host of the signaling daemon; several with commas between, each with a port where it has another; or a domain with SRV records', parse: parseSignalingHosts, default: DEFAULT_SIGNALING_HOST }),
    argument('port', { description: 'its UDP port', parse: parsePort, default: SIP_PORT }),
  ],
  options: [
    option('source', { placeholder: 'input', description: '"test" for a test pattern, "screen", "camera", an address (rtsp, srt, rtmp, udp, …), any input that ffmpeg opens, or another streamer to relay, as sip:NAME@HOST[:PORT] of its signaling daemon, in place of the file', parse: parseText }),
    option('mode', { placeholder: 'live|vod', description: '"live": everybody sees the same moment, a file over and over; "vod": each viewer sees the film from its beginning, and can pause and seek', parse: oneOf(MODES), default: 'live' }),
    option('renditions', {
      placeholder: 'heights',
      description: 'encode the picture in several sizes, such as "720p,360p,180p", or "auto"; each viewer gets the best that his connection carries. A film is encoded once, a live input all the time',
      parse: parseRenditions,
    }),
    option('title', { placeholder: 'text', description: 'what viewers see as its title; else from the .json beside the file, else the name', parse: parseText }),
    option('description', { placeholder: 'text', description: 'what viewers read about it', parse: parseText }),
    option('image', { placeholder: 'address', description: 'its picture: an address on front, or an absolute one', parse: parseText }),
    option('replica', {
      placeholder: 'id',
      description: 'be one of several streamers of this name, told apart by their ids: signaling sends each new viewer to the one with the least to do, and those of one that died to the others',
      parse: parseReplicaId,
    }),
    option('mediaHost', { placeholder: 'address', description: 'the one IPv4 address that media is sent from; every one of this machine unless given', parse: parseHost }),
    option('announceIp', {
      placeholder: 'addresses',
      description: 'what viewers are told in place of this machine’s own addresses: up to three IPv4 addresses or host names with commas between, such as that of a NAT or of the host of a container; "own" among them stands for its own',
      parse: parseAnnounced,
    }),
    option('mediaPort', { placeholder: 'port', description: 'the one UDP port of all media, and so at most one worker; any port unless given', parse: parseMediaPort }),
    option('mediaPortRange', { placeholder: 'from-to', description: 'UDP ports for media, of which each worker takes one', parse: parsePortRange }),
    option('connectTimeout', { placeholder: 'seconds', description: 'who has his answer and is not connected after this long is told why, and let go', parse: secondsBetween(1, MAX_CONNECT_TIMEOUT_SECONDS), default: DEFAULT_CONNECT_TIMEOUT_MS }),
    flag('rooms', { description: 'host rooms in which people meet, and play nothing: the arguments are then the host and the port alone, and the name is "rooms" unless given' }),
    option('maxMembers', { placeholder: 'number', description: 'more than these at a time in all of its rooms are left to other processes', parse: integerBetween(2, MAX_VIEWERS), default: DEFAULT_MAX_MEMBERS }),
    flag('publish', { description: 'take what others publish, and play nothing: each becomes a streamer of his own; the arguments are then the host and the port alone, and the name is "ingest" unless given' }),
    option('maxPublishers', { placeholder: 'number', description: 'more than these at a time are left to other processes', parse: integerBetween(1, MAX_PUBLISHERS), default: DEFAULT_MAX_PUBLISHERS }),
    option('maxViewers', { placeholder: 'number', description: 'more than these at a time are refused; of each who publishes where others do', parse: integerBetween(1, MAX_VIEWERS), default: DEFAULT_MAX_VIEWERS }),
    option('workers', {
      placeholder: 'number',
      description: 'threads that viewers are spread over; 0 serves them beside all else, as is done with one or two cores; else one core is left free, and at most 4 are taken, unless given',
      parse: integerBetween(0, MAX_WORKERS),
    }),
    option('fanout', {
      placeholder: 'portable|native',
      description: '"native" encrypts and sends by calls of OpenSSL and the system, at a fraction of the cost, on Linux; "portable" needs nothing but Node; the first that works unless given',
      parse: oneOf(EGRESS_KINDS),
    }),
    option('ffmpeg', { placeholder: 'path', description: 'the ffmpeg to use; else FFMPEG_PATH, ffmpeg-static, or the PATH', parse: parseText }),
    option('cache', { placeholder: 'folder', description: 'where encodings of films are kept', parse: parseText, default: DEFAULT_CACHE }),
    option('cacheSize', { placeholder: 'gigabytes', description: 'the oldest encodings are removed beyond this', parse: integerBetween(1, MAX_CACHE_GIGABYTES), default: DEFAULT_CACHE_GIGABYTES }),
    option('idleStop', { placeholder: 'seconds', description: 'how long a live input, or what is relayed, goes on after its last viewer left', parse: integerBetween(0, MAX_IDLE_SECONDS), default: DEFAULT_IDLE_STOP_SECONDS }),
    flag('keepRunning', { description: 'run a live input, or relay, from the start on, whether anybody watches or not' }),
    udpPortOption,
  ],
  defaultName: NAME_FROM_FILE,
  start: (settings, context) => {
    if (settings.rooms && settings.publish) throw new UsageError('--rooms and --publish are two processes: start one for each');
    if (settings.replica !== undefined && (settings.rooms || settings.publish)) throw new UsageError('--replica is for streamers: processes with --rooms or --publish share their work by names of their own');
    if (settings.rooms) return startRooms(settings, context);
    if (settings.publish) return startPublishing(settings, context);
    const { source } = settings;
    return isRelayed(source) ? startRelay({ ...settings, source }, context) : startStreamer(settings, context);
  },
});

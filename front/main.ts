#!/usr/bin/env node
/** The command `front [httpPort] [signalingHost] [port]`. */
import { join, resolve } from 'node:path';
import { openCapture } from '../shared/capture/open-capture.ts';
import { runService } from '../shared/cli/command.ts';
import { udpPortOption } from '../shared/cli/common.ts';
import { argument, option } from '../shared/cli/parameter.ts';
import { integerBetween, oneOf, parseHost, parseList, parsePort, parseSecret, parseText } from '../shared/cli/parsers.ts';
import { parseSignalingHosts } from '../shared/cli/signaling-hosts.ts';
import { advertisedAddress } from '../shared/network/advertised-address.ts';
import { locateSignaling } from '../shared/network/locate-signaling.ts';
import { systemClock, UdpTransport } from '../shared/sip/index.ts';
import { addressesToOpen } from './addresses-to-open.ts';
import { createFront } from './front.ts';
import { parseFrontAddress } from './cluster/front-address.ts';
import { parseIceServers } from './ice-servers.ts';
import { openDatabase } from './membership.ts';
import { DEFAULTS } from './options.ts';
import { parseDatabase } from './store/postgres/database-url.ts';
import { openTls } from './tls/open-tls.ts';
import { parseTokens } from './whip/tokens.ts';

const MS_PER_SECOND = 1000;
const ONE_DAY_SECONDS = 86_400;
const MAX_REQUESTS_PER_MINUTE = 1_000_000;
const MAX_NAMES = 1_000_000;

await runService({
  name: 'front',
  section: 'front',
  description: 'HTTP in, SIP out: serves the page and calls streamers for its viewers.',
  arguments: [
    argument('httpPort', { description: 'TCP port of the page (0: any)', parse: parsePort, default: 8000 }),
    argument('signalingHost', { description: 'host of the signaling daemon; several with commas between, each with a port where it has another; or a domain with SRV records', parse: parseSignalingHosts, default: '127.0.0.1' }),
    argument('port', { description: 'UDP port of the signaling daemon', parse: parsePort, default: 5060, environment: 'SIPCAST_SIGNALING_PORT' }),
  ],
  options: [
    udpPortOption,
    option('httpHost', { placeholder: 'address', description: 'address to bind for HTTP, if not that of --host', parse: parseHost }),
    option('images', { placeholder: 'folder', description: 'pictures that streamers may name, served at /images/', parse: parseText }),
    option('imageSources', { placeholder: 'list', description: 'CSP sources besides this server that pictures may come from, such as https:', parse: parseList }),
    option('idleTimeout', {
      placeholder: 'seconds',
      description: 'how long a name without page and call is kept',
      parse: integerBetween(1, ONE_DAY_SECONDS),
      default: DEFAULTS.idleMs / MS_PER_SECOND,
    }),
    option('requestsPerMinute', {
      placeholder: 'n',
      description: 'how often one address may register and call (0: no limit)',
      parse: integerBetween(0, MAX_REQUESTS_PER_MINUTE),
      default: DEFAULTS.requestsPerMinute,
    }),
    option('namesPerAddress', {
      placeholder: 'n',
      description: 'names that one address may hold',
      parse: integerBetween(1, MAX_NAMES),
      default: DEFAULTS.maxNamesPerAddress,
    }),
    option('operatorPassword', {
      placeholder: 'text',
      description: 'what the browser asks operators for who look at streamers’ numbers, which else are shown to this machine alone (better given as SIPCAST_OPERATOR_PASSWORD)',
      parse: parseSecret,
    }),
    option('trustedProxies', { placeholder: 'list', description: 'reverse proxies whose X-Forwarded-* headers are believed', parse: parseList }),
    option('database', {
      placeholder: 'file|url',
      description: 'where accounts and rooms are kept: a file, or postgres://user:password@host/database for several fronts (better given as SIPCAST_DATABASE)',
      parse: parseDatabase,
      default: join('data', 'front.db'),
    }),
    option('frontAddress', {
      placeholder: 'host:port',
      description: 'where the other fronts on one database reach this one, if not where it listens for HTTP',
      parse: parseFrontAddress,
    }),
    option('operators', { placeholder: 'e-mails', description: 'whose accounts may see all rooms and calls, and end them', parse: parseList }),
    option('guests', { placeholder: 'yes|no', description: 'whether one may be here without an account', parse: oneOf(['yes', 'no']), default: 'yes' }),
    option('tls', { placeholder: 'self-signed', description: 'serve HTTPS with a certificate made for this machine, kept in data/tls/', parse: oneOf(['self-signed']) }),
    option('tlsCert', { placeholder: 'file', description: 'serve HTTPS with this certificate (PEM), read anew when it is renewed', parse: parseText }),
    option('tlsKey', { placeholder: 'file', description: 'the private key of --tls-cert', parse: parseText }),
    option('publishToken', {
      placeholder: 'list',
      description: 'tokens by which encoders publish (WHIP), besides those of accounts (better given as SIPCAST_PUBLISH_TOKEN)',
      parse: parseTokens,
    }),
    option('watchToken', {
      placeholder: 'list',
      description: 'tokens by which players watch (WHEP), besides those of accounts; whoever may be a guest, unless given (better given as SIPCAST_WATCH_TOKEN)',
      parse: parseTokens,
    }),
    option('iceServers', {
      placeholder: 'list',
      description: 'STUN and TURN servers for calls, rooms and watching, such as "stun:host:port,turn:user:password@host:port" (better given as SIPCAST_ICE_SERVERS)',
      parse: parseIceServers,
    }),
  ],
  async start(settings, { log, metrics, health }) {
    const database = await openDatabase(settings.database, log);
    const tls = await openTls(settings, settings.httpHost ?? settings.host, log);
    const capture = await openCapture(settings.capture, { service: 'front', log });
    const transport = capture.around(await UdpTransport.bind({ host: settings.host, port: settings.udpPort }));
    const { domain, servers, first } = await locateSignaling(settings.signalingHost, settings.port, { bound: settings.host, clock: systemClock, random: Math.random, log });
    const front = await createFront({
      http: { host: settings.httpHost ?? settings.host, port: settings.httpPort },
      signaling: domain,
      servers,
      transport,
      advertised: await advertisedAddress(transport.local, { advertise: settings.advertise, ...(first && { towards: first }) }),
      log,
      metrics,
      health,
      name: settings.name,
      secret: settings.secret,
      ...(settings.images === undefined ? {} : { imagesFolder: resolve(settings.images) }),
      ...(settings.imageSources === undefined ? {} : { imageSources: settings.imageSources }),
      idleMs: settings.idleTimeout * MS_PER_SECOND,
      requestsPerMinute: settings.requestsPerMinute,
      maxNamesPerAddress: settings.namesPerAddress,
      operatorPassword: settings.operatorPassword,
      ...(settings.trustedProxies === undefined ? {} : { trustedProxies: settings.trustedProxies }),
      ...database,
      addressForFronts: settings.frontAddress && `${tls === undefined ? 'http' : 'https'}://${settings.frontAddress}`,
      tls,
      operatorEmails: (settings.operators ?? []).map((email) => email.toLowerCase()),
      guests: settings.guests === 'yes',
      iceServers: settings.iceServers ?? [],
      publishTokens: settings.publishToken ?? [],
      watchTokens: settings.watchToken ?? [],
    });
    for (const url of addressesToOpen(front.url)) log.info(`open ${url}`);
    const { host, port } = transport.local;
    return {
      addresses: { http: `${front.url}/`, sip: `${host}:${port}` },
      drain: (signal) => front.drain(signal),
      close: async () => {
        await front.close();
        await capture.close();
      },
    };
  },
});

/** The options that every service has. */
import { LOG_FORMATS, LOG_LEVELS } from '../log/logger.ts';
import { option } from './parameter.ts';
import type { SettingsOf } from './parameter.ts';
import { oneOf, parseHost, parseHostAndPort, parsePort, parseSecret, parseText, secondsBetween } from './parsers.ts';

const MAX_DRAIN_SECONDS = 86_400;

/** The options of every service; `name` is what the service calls itself unless told otherwise. */
export function commonOptions(name: string) {
  return [
    option('host', { placeholder: 'address', description: 'address to bind for SIP', parse: parseHost, default: '127.0.0.1' }),
    option('advertise', {
      placeholder: 'address[:port]',
      description: 'where others reach this service in SIP, if not where it is bound',
      parse: parseHostAndPort,
    }),
    option('name', { placeholder: 'name', description: 'what this service calls itself', parse: parseText, default: name }),
    option('secret', {
      placeholder: 'text',
      description: 'secret shared by the services (better given as SIPCAST_SECRET: command lines are seen by all)',
      parse: parseSecret,
    }),
    option('capture', { placeholder: 'file', description: 'write every datagram to this .pcapng file', parse: parseText }),
    option('metricsPort', { placeholder: 'port', description: 'TCP port for /metrics, /healthz and /readyz (0: any; none unless given)', parse: parsePort }),
    option('drain', {
      placeholder: 'seconds',
      description: 'how long to go on for whoever is here when asked to stop, taking nobody new; a second signal ends that',
      parse: secondsBetween(0, MAX_DRAIN_SECONDS),
      default: 0,
    }),
    option('logLevel', { placeholder: 'level', description: LOG_LEVELS.join(', '), parse: oneOf(LOG_LEVELS), default: 'info' }),
    option('logFormat', { placeholder: 'format', description: LOG_FORMATS.join(' or '), parse: oneOf(LOG_FORMATS), default: 'pretty' }),
  ] as const;
}

export type CommonSettings = SettingsOf<ReturnType<typeof commonOptions>>;

/** For services whose UDP port is nobody's business: the system chooses one unless told otherwise. */
export const udpPortOption = option('udpPort', {
  placeholder: 'port',
  description: 'UDP port for SIP (0: any)',
  parse: parsePort,
  default: 0,
});

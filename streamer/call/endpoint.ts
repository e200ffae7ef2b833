/** The SIP side of a streamer process, whatever it does with calls: its socket, its agent, and its name in signaling's directory. */
import { openCapture } from '../../shared/capture/open-capture.ts';
import type { CommonSettings } from '../../shared/cli/common.ts';
import { packageVersion } from '../../shared/cli/version.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { advertisedAddress } from '../../shared/network/advertised-address.ts';
import { locateSignaling } from '../../shared/network/locate-signaling.ts';
import { Registration, type RegistrationState } from '../../shared/registration/registration.ts';
import { Agent, formatHostPort, sipUri, systemClock, systemRandom, UdpTransport, type Address } from '../../shared/sip/index.ts';
import { DESCRIPTION_TYPE } from './description.ts';

const CALL_ID_BYTES = 16;
const TAG_BYTES = 8;

export interface EndpointSettings extends Pick<CommonSettings, 'host' | 'advertise' | 'secret' | 'capture'> {
  /** One host, a list, or a domain. */
  readonly signalingHost: string;
  readonly port: number;
  readonly udpPort: number;
}

export interface EndpointOptions {
  /** Which we register. */
  readonly name: string;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

export interface RegistrationChoices {
  /** Another name than the endpoint's own. */
  readonly name?: string;
  readonly expiresSeconds?: number;
  /** What stands behind the contact at each REGISTER. */
  readonly contactParameters?: () => string;
  /** Hears of every change. */
  readonly onState?: (state: RegistrationState) => void;
  /** The endpoint's unless given. */
  readonly log?: Logger;
}

export interface Endpoint {
  readonly agent: Agent;
  /** What requests to our daemons are addressed to. */
  readonly domain: Address;
  /** `host:port` of the socket. */
  readonly address: string;
  /** A registration, under our name unless told otherwise, to be started and stopped. @param body what we say of ourselves */
  registration(body: object, choices?: RegistrationChoices): Pick<Registration, 'start' | 'stop' | 'renew' | 'registered'>;
  /** Ends every dialog, and closes the socket and the capture. */
  close(): Promise<void>;
}

/** @throws what binding throws */
export async function openEndpoint(settings: EndpointSettings, { name, random, log }: EndpointOptions): Promise<Endpoint> {
  const { domain, uriPort, servers, first } = await locateSignaling(settings.signalingHost, settings.port, { bound: settings.host, clock: systemClock, random, log });
  const capture = await openCapture(settings.capture, { service: 'streamer', log });
  const closing: (() => unknown)[] = [() => capture.close(), () => servers?.close()];
  const close = async (): Promise<void> => {
    for (const step of closing.reverse()) await step();
  };
  try {
    const transport = capture.around(await UdpTransport.bind({ host: settings.host, port: settings.udpPort }));
    closing.push(() => transport.close());
    const sentBy = await advertisedAddress(transport.local, { advertise: settings.advertise, ...(first && { towards: first }) });
    const agent = new Agent({ transport, sentBy, log, servers, software: `sipcast-streamer/${packageVersion()}`, ...(settings.secret === undefined ? {} : { credentials: { username: name, password: settings.secret } }) });
    closing.push(() => agent.close());
    const registrations = new Set<Registration>();
    agent.onStrayResponse((response) => {
      for (const registration of registrations) registration.hearStray(response);
    });
    return {
      agent,
      domain,
      address: formatHostPort(transport.local.host, transport.local.port),
      registration: (body, { name: registered = name, expiresSeconds, contactParameters, onState, log: ownLog = log } = {}) => {
        const registration = new Registration({
          agent,
          registrar: sipUri(undefined, domain.host, uriPort),
          addressOfRecord: sipUri(registered, domain.host, uriPort),
          contact: sipUri(registered, sentBy.host, sentBy.port),
          product: `sipcast/${packageVersion()}`,
          callId: systemRandom.token(CALL_ID_BYTES),
          tag: systemRandom.token(TAG_BYTES),
          body: JSON.stringify(body),
          contentType: DESCRIPTION_TYPE,
          clock: systemClock,
          random,
          log: ownLog,
          ...(expiresSeconds === undefined ? {} : { expiresSeconds }),
          ...(contactParameters === undefined ? {} : { contactParameters }),
          ...(onState === undefined ? {} : { onState }),
        });
        registrations.add(registration);
        return {
          get registered() {
            return registration.registered;
          },
          start: () => registration.start(),
          renew: () => registration.renew(),
          stop: () => {
            registrations.delete(registration);
            return registration.stop();
          },
        };
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What can be said before anybody has called: whether viewers can reach the addresses that answers will list. */
import type { NetworkInterfaceInfo } from 'node:os';
import { classOfAddress } from '../../shared/diagnosis/address-class.ts';
import { isVirtual, mediaAddresses, type MediaPlace } from '../webrtc/addresses.ts';

export interface Surroundings {
  /** As os.networkInterfaces() tells them. */
  readonly interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>;
  /** Whether this process speaks SIP over loopback alone, so that all services are on this machine, and perhaps all viewers. */
  readonly isLocal: boolean;
  /** Whether this is the inside of a container. */
  readonly isContainer: boolean;
}

export interface Doubt {
  /** `info` where it may be just what the operator wants. */
  readonly level: 'info' | 'warn';
  readonly sentence: string;
}

/** Networks that Docker and Podman give to containers unless told otherwise; nobody else's own network is taken for one where there is no container. */
const CONTAINER_NETWORK = /^(?:172\.(?:1[6-9]|2\d|3[01])|10\.8[89])\./;

/** @returns what an operator should know before the first viewer finds out; undefined where nothing is wrong as far as one can see from here */
export function doubtOf(place: MediaPlace, { interfaces, isLocal, isContainer }: Surroundings): Doubt | undefined {
  const { offered } = mediaAddresses(place, interfaces);
  const shown = offered.join(', ');
  if (offered.every((address) => classOfAddress(address) === 'loopback')) {
    const isWanted = isLocal && (place.mediaHost !== undefined || place.announced !== undefined);
    return {
      level: isWanted ? 'info' : 'warn',
      sentence: `media is offered at ${shown} alone: only browsers on this machine get it, and Firefox not even there; --media-host or --announce-ip name an address that viewers reach`,
    };
  }
  const interfaceOf = (address: string): string | undefined => Object.entries(interfaces).find(([, infos = []]) => infos.some((info) => info.address === address))?.[0];
  const isBridge = (address: string): boolean => {
    const name = interfaceOf(address);
    return name !== undefined && (isVirtual(name) || (isContainer && CONTAINER_NETWORK.test(address)));
  };
  if (!offered.every(isBridge) || sharesHostNetwork(isContainer, interfaces)) return undefined;
  const what = isContainer ? 'the address of this container' : 'a bridge to containers';
  return {
    level: isLocal ? 'info' : 'warn',
    sentence: `media is offered at ${shown} alone, ${what}: viewers elsewhere do not reach it; --announce-ip names the host's address, and --media-port a port to publish`,
  };
}

/** A container in the host's network sees the host's bridges. */
function sharesHostNetwork(isContainer: boolean, interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): boolean {
  return isContainer && Object.keys(interfaces).some(isVirtual);
}

/** The cameras, microphones and loudspeakers of this machine, and which of them to use. */

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface DeviceList {
  readonly microphones: readonly Device[];
  readonly cameras: readonly Device[];
  readonly speakers: readonly Device[];
}

export const NO_DEVICES: DeviceList = { microphones: [], cameras: [], speakers: [] };

interface DeviceInfo {
  readonly kind: string;
  readonly deviceId: string;
  readonly label: string;
}

/** @param devices as enumerateDevices() gives them: before permission some have neither identifier nor label */
export function readDevices(devices: readonly DeviceInfo[]): DeviceList {
  const ofKind = (kind: string): Device[] => {
    const known = new Map<string, Device>();
    for (const { kind: own, deviceId, label } of devices) {
      // Windows lists the same device again as "communications".
      if (own === kind && deviceId !== '' && deviceId !== 'communications') known.set(deviceId, { id: deviceId, label });
    }
    return [...known.values()];
  };
  return { microphones: ofKind('audioinput'), cameras: ofKind('videoinput'), speakers: ofKind('audiooutput') };
}

/** Whether the machine has one at all: before permission, browsers list one of each kind without identifier. */
export function hasAny(devices: readonly DeviceInfo[], kind: 'audioinput' | 'videoinput'): boolean {
  return devices.some((device) => device.kind === kind);
}

/**
 * The device of last time: by its identifier, or by its label where the browser has given it a new one.
 * @returns undefined for whatever the browser prefers
 */
export function rememberedDevice(devices: readonly Device[], remembered: Device | undefined): Device | undefined {
  if (!remembered) return undefined;
  return devices.find(({ id }) => id === remembered.id) ?? devices.find(({ label }) => label !== '' && label === remembered.label);
}

/** Those of `after` that `before` had not, for a word on what was plugged in; none while labels are not known yet. */
export function newcomers(before: readonly Device[], after: readonly Device[]): readonly Device[] {
  if (before.length === 0 || before.every(({ label }) => label === '')) return [];
  return after.filter(({ id, label }) => id !== 'default' && label !== '' && !before.some((known) => known.id === id));
}

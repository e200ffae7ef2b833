/** What Wireshark makes of a capture, by tshark: frames as objects, and the checks that every capture of ours must pass. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { toolPath } from '../tools/system-tools.ts';

const run = promisify(execFile);

const LIMIT_MS = 60_000;
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const FIELD_SEPARATOR = '\t';
const VALUE_SEPARATOR = '\u001f';

/** One frame: each asked field with its values in order; an absent field has none. */
export type Frame<Field extends string> = Record<Field, string[]>;

export interface TsharkOptions {
  /** Display filter. */
  filter?: string;
  /** UDP ports that carry SIP beside 5060: ports of tests are known to nobody. */
  sipPorts?: readonly number[];
  /** Captured by the kernel on loopback, where checksums are never filled in. */
  checksumsOffloaded?: boolean;
}

/** The given fields of every frame that passes the filter; checksums are verified. Throws when tshark cannot read the file. */
export async function frames<const Field extends string>(file: string, fields: readonly Field[], options: TsharkOptions = {}): Promise<Frame<Field>[]> {
  const checksums = options.checksumsOffloaded === true ? 'FALSE' : 'TRUE';
  const args = [
    ...['-r', file, '-n', '-T', 'fields', '-E', `separator=${FIELD_SEPARATOR}`, '-E', 'occurrence=a', '-E', `aggregator=${VALUE_SEPARATOR}`],
    ...['-o', `udp.check_checksum:${checksums}`, '-o', `ip.check_checksum:${checksums}`],
    ...(options.sipPorts ?? []).flatMap((port) => ['-d', `udp.port==${port},sip`]),
    ...(options.filter === undefined ? [] : ['-Y', options.filter]),
    ...fields.flatMap((field) => ['-e', field]),
  ];
  const { stdout } = await run(toolPath('tshark'), args, { timeout: LIMIT_MS, maxBuffer: MAX_OUTPUT_BYTES });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const values = line.split(FIELD_SEPARATOR);
      return Object.fromEntries(fields.map((field, index) => [field, (values[index] ?? '').split(VALUE_SEPARATOR).filter((value) => value !== '')])) as Frame<Field>;
    });
}

/** What is wrong with a SIP capture, a line each; none when all is well. */
export async function captureFaults(file: string, options: Omit<TsharkOptions, 'filter'> = {}): Promise<string[]> {
  const list = await frames(
    file,
    ['frame.number', 'frame.protocols', 'ip.flags.mf', 'ip.frag_offset', 'ip.checksum.status', 'udp.checksum.status', '_ws.malformed', '_ws.expert.message', 'sip.Content-Type'],
    options,
  );
  if (list.length === 0) return ['the capture is empty'];
  return list.flatMap((frame) => {
    const say = (fault: string) => `frame ${frame['frame.number'][0] ?? '?'}: ${fault}`;
    const protocols = (frame['frame.protocols'][0] ?? '').split(':');
    const isSdp = frame['sip.Content-Type'][0]?.startsWith('application/sdp') === true;
    return [
      ...(protocols.includes('sip') ? [] : [say(`not dissected as SIP but ${protocols.join(':')}`)]),
      ...(isSdp && !protocols.includes('sdp') ? [say('its SDP is not dissected')] : []),
      ...(frame['_ws.malformed'].length > 0 ? [say('malformed')] : []),
      ...frame['_ws.expert.message'].filter((message) => /malformed|checksum|illegal|invalid/i.test(message)).map(say),
      ...(isSet(frame['ip.flags.mf'][0]) || Number(frame['ip.frag_offset'][0] ?? 0) > 0 ? [say('an IP fragment')] : []),
      ...(options.checksumsOffloaded === true || [...frame['ip.checksum.status'], ...frame['udp.checksum.status']].every((status) => status === '1') ? [] : [say('a checksum is wrong')]),
    ];
  });
}

function isSet(flag: string | undefined): boolean {
  return flag === '1' || flag === 'True';
}

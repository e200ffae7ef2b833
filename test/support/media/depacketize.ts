/** A receiver's side of the payload formats, written from their specifications without a look at our packetizers. */

/** RFC 7741 §4.2, RFC 9628 §4.2: descriptors without extensions. */
function withoutDescriptor(payloads: readonly Buffer[]): Buffer {
  return Buffer.concat(payloads.map((payload) => payload.subarray(1)));
}

const START_CODE = Buffer.from([0, 0, 0, 1]);

/** RFC 6184 §5.6 to §5.8, into annex B. */
export function depacketizeH264(payloads: readonly Buffer[]): Buffer {
  const units: Buffer[] = [];
  let fragments: Buffer[] | undefined;
  for (const payload of payloads) {
    const type = payload.readUInt8(0) & 0x1f;
    if (type === 24) {
      for (let at = 1; at < payload.length; ) {
        const length = payload.readUInt16BE(at);
        units.push(payload.subarray(at + 2, at + 2 + length));
        at += 2 + length;
      }
    } else if (type === 28) {
      const header = payload.readUInt8(1);
      if (header & 0x80) fragments = [Buffer.from([(payload.readUInt8(0) & 0xe0) | (header & 0x1f)])];
      if (!fragments) throw new Error('A fragment without a beginning');
      fragments.push(payload.subarray(2));
      if (header & 0x40) {
        units.push(Buffer.concat(fragments));
        fragments = undefined;
      }
    } else if (type >= 1 && type <= 23) units.push(payload);
    else throw new Error(`A packet of type ${type}`);
  }
  if (fragments) throw new Error('A fragment without an end');
  return Buffer.concat(units.flatMap((unit) => [START_CODE, unit]));
}

function leb128(bytes: Buffer, at: number): [value: number, length: number] {
  let value = 0;
  for (let index = 0; ; index++) {
    const byte = bytes.readUInt8(at + index);
    value |= (byte & 0x7f) << (7 * index);
    if (byte < 0x80) return [value, index + 1];
  }
}

function toLeb128(value: number): Buffer {
  return value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 0x7f) | 0x80]), toLeb128(value >> 7)]);
}

/** The AV1 RTP specification §4.4, into the low-overhead format: a temporal delimiter, then OBUs with their sizes. */
export function depacketizeAv1(payloads: readonly Buffer[]): Buffer {
  const elements: Buffer[] = [];
  let open = false;
  for (const payload of payloads) {
    const header = payload.readUInt8(0);
    const count = (header >> 4) & 0x03;
    if (((header & 0x80) !== 0) !== open) throw new Error('Z does not fit the packet before');
    for (let at = 1, element = 1; at < payload.length; element++) {
      const [length, bytes] = count !== 0 && element === count ? [payload.length - at, 0] : leb128(payload, at);
      const data = payload.subarray(at + bytes, at + bytes + length);
      if (data.length !== length) throw new Error('An element longer than its packet');
      if (open) elements.push(Buffer.concat([elements.pop() ?? Buffer.alloc(0), data]));
      else elements.push(data);
      open = false;
      at += bytes + length;
    }
    open = (header & 0x40) !== 0;
  }
  if (open) throw new Error('An OBU without an end');
  const sized = elements.map((element) => {
    const first = element.readUInt8(0);
    if (first & 0x02) throw new Error('An OBU with a size field');
    if (((first >> 3) & 0x0f) === 2) throw new Error('A temporal delimiter');
    const headerBytes = first & 0x04 ? 2 : 1;
    const payload = element.subarray(headerBytes);
    return Buffer.concat([Buffer.from([first | 0x02]), element.subarray(1, headerBytes), toLeb128(payload.length), payload]);
  });
  return Buffer.concat([Buffer.from([0x12, 0x00]), ...sized]);
}

export const DEPACKETIZERS = { VP8: withoutDescriptor, VP9: withoutDescriptor, AV1: depacketizeAv1, H264: depacketizeH264 } as const;

const FOURCC = { VP8: 'VP80', VP9: 'VP90', AV1: 'AV01' } as const;

/** Frames in the simplest of containers, which ffmpeg reads; H.264 needs none. */
export function toFile(codec: keyof typeof DEPACKETIZERS, frames: readonly Buffer[], width: number, height: number): Buffer {
  if (codec === 'H264') return Buffer.concat(frames);
  const header = Buffer.alloc(32);
  header.write('DKIF', 0);
  header.writeUInt16LE(32, 6);
  header.write(FOURCC[codec], 8);
  header.writeUInt16LE(width, 12);
  header.writeUInt16LE(height, 14);
  header.writeUInt32LE(25, 16);
  header.writeUInt32LE(1, 20);
  header.writeUInt32LE(frames.length, 24);
  const parts = frames.flatMap((frame, index) => {
    const head = Buffer.alloc(12);
    head.writeUInt32LE(frame.length, 0);
    head.writeUInt32LE(index, 4);
    return [head, frame];
  });
  return Buffer.concat([header, ...parts]);
}

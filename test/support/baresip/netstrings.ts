/** Netstrings, the framing of baresip's control socket: the length, a colon, that many bytes, a comma. */

const MAX_LENGTH = 1_000_000;

export function netstring(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from(`${bytes.length}:`), bytes, Buffer.from(',')]);
}

/** Collects a stream and gives the texts that are complete. Throws when the stream is no series of netstrings. */
export class NetstringReader {
  #rest = Buffer.alloc(0);

  read(chunk: Buffer): string[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const texts: string[] = [];
    for (;;) {
      const colon = this.#rest.indexOf(':');
      if (colon < 0) return texts;
      const length = Number(this.#rest.toString('ascii', 0, colon));
      if (!Number.isInteger(length) || length > MAX_LENGTH) throw new Error('the stream is no series of netstrings');
      const end = colon + 1 + length;
      if (this.#rest.length <= end) return texts;
      texts.push(this.#rest.toString('utf8', colon + 1, end));
      this.#rest = this.#rest.subarray(end + 1);
    }
  }
}

// Reads and writes tar archives of plain files, in the format ustar (POSIX.1-1988), as streams.
//
// An archive is a header of 512 bytes and the content padded to 512 for each file, then two empty headers. Sizes beyond the
// eleven octal digits of the header (8 GiB) are written base-256, as GNU tar does. A damaged header ends reading.
import { CampusError } from "../../contract/errors.ts";

const BLOCK = 512;
const LARGEST_OCTAL = 0o77777777777;

export interface TarFile {
  /** Relative, with slashes. */
  name: string;
  bytes: number;
  modifiedAtMs: number;
  content: AsyncIterable<Uint8Array>;
}

export interface TarEntry {
  name: string;
  bytes: number;
  /** To be read to its end before the next entry is asked for. */
  content: AsyncIterable<Uint8Array>;
}

/** @throws CampusError BACKUP_TAR when a file's content is not as long as it says, or its name is too long */
export async function* writeTar(files: AsyncIterable<TarFile>): AsyncGenerator<Uint8Array> {
  for await (const file of files) {
    yield headerOf(file);
    let written = 0;
    for await (const chunk of file.content) {
      written += chunk.length;
      yield chunk;
    }
    if (written !== file.bytes) throw broken(`${file.name} has ${written} bytes, expected ${file.bytes}`);
    if (written % BLOCK > 0) yield Buffer.alloc(BLOCK - (written % BLOCK));
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** @throws CampusError BACKUP_TAR for what is no such archive, is damaged, or ends too early */
export async function* readTar(source: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const bytes = new ByteReader(source);
  for (;;) {
    const header = await bytes.exactly(BLOCK);
    if (header.every((byte) => byte === 0)) return;
    const { name, size } = parsedHeader(header);
    let left = size;
    const content = async function* () {
      for (; left > 0; ) {
        const chunk = await bytes.upTo(left);
        left -= chunk.length;
        yield chunk;
      }
    };
    yield { name, bytes: size, content: content() };
    if (left > 0) throw broken(`${name} was not read to its end`);
    if (size % BLOCK > 0) await bytes.exactly(BLOCK - (size % BLOCK));
  }
}

function headerOf({ name, bytes, modifiedAtMs }: TarFile): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [prefix, rest] = splitName(name);
  header.write(rest, 0, 100, "utf8");
  header.write("0000600\0", 100, "latin1"); // mode: a backup holds secrets
  header.write("0000000\0", 108, "latin1"); // user and group: root
  header.write("0000000\0", 116, "latin1");
  if (bytes <= LARGEST_OCTAL) header.write(`${octal(bytes, 11)}\0`, 124, "latin1");
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(bytes), 128);
  }
  header.write(`${octal(Math.floor(modifiedAtMs / 1000), 11)}\0`, 136, "latin1");
  header.write("0", 156, "latin1"); // a plain file
  header.write("ustar\x0000", 257, "latin1");
  header.write(prefix, 345, 155, "utf8");
  header.write(`${octal(checksumOf(header), 6)}\0 `, 148, "latin1");
  return header;
}

/** A name beyond 100 bytes is cut at a slash. */
function splitName(name: string): [prefix: string, rest: string] {
  if (Buffer.byteLength(name) <= 100) return ["", name];
  for (let at = name.indexOf("/"); at > 0; at = name.indexOf("/", at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= 100) return [prefix, rest];
  }
  throw broken(`the name ${name} is too long`);
}

function parsedHeader(header: Buffer): { name: string; size: number } {
  const told = Number.parseInt(textAt(header, 148, 8), 8);
  if (textAt(header, 257, 5) !== "ustar" || told !== checksumOf(header)) throw broken("a header is damaged");
  const prefix = textAt(header, 345, 155);
  const name = `${prefix === "" ? "" : `${prefix}/`}${textAt(header, 0, 100)}`;
  const kind = textAt(header, 156, 1);
  if (kind !== "0" && kind !== "") throw broken(`${name} is no plain file`);
  const size = header[124] === 0x80 ? Number(header.readBigUInt64BE(128)) : Number.parseInt(textAt(header, 124, 12), 8);
  if (!Number.isSafeInteger(size) || size < 0) throw broken(`${name} has no size`);
  return { name, size };
}

/** The sum of all bytes, with spaces in the place of the checksum itself. */
function checksumOf(header: Buffer): number {
  let sum = 8 * 0x20;
  for (const [i, byte] of header.entries()) if (i < 148 || i >= 156) sum += byte;
  return sum;
}

function textAt(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.toString("utf8", 0, end < 0 ? length : end);
}

function octal(number: number, digits: number): string {
  return number.toString(8).padStart(digits, "0");
}

function broken(what: string): CampusError {
  return new CampusError("BACKUP_TAR", `this is no backup, or a damaged one: ${what}`);
}

class ByteReader {
  readonly #source: AsyncIterator<Uint8Array>;
  #left: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** At least one byte. */
  async upTo(bytes: number): Promise<Uint8Array> {
    while (this.#left.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) throw broken("it ends too early");
      this.#left = next.value;
    }
    const chunk = this.#left.subarray(0, bytes);
    this.#left = this.#left.subarray(chunk.length);
    return chunk;
  }

  async exactly(bytes: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (let missing = bytes; missing > 0; ) {
      const part = await this.upTo(missing);
      parts.push(part);
      missing -= part.length;
    }
    return Buffer.concat(parts);
  }
}

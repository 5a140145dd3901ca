// The XML files of a zip archive, unpacked within bounds, and an archive of them as they are: who reads that needs no bounds.
import { promisify } from "node:util";
import { crc32, inflateRaw } from "node:zlib";
import { codeOf } from "../../../contract/errors.ts";
import { WorkbookError } from "./errors.ts";

/** PKWARE APPNOTE 6.3.10, 4.3.7, 4.3.12, 4.3.16. */
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
const END = { signature: 0x06054b50, bytes: 22 };
const MAX_COMMENT_BYTES = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
const UTF8_NAMES = 0x0800;

export interface ZipBounds {
  entries: number;
  /** Of all files together, unpacked. */
  bytes: number;
}

const inflate = promisify(inflateRaw);

/** Contents by name; other files (images, printer settings) are left out. @throws WorkbookError */
export async function unzipXml(archive: Buffer, bounds: ZipBounds): Promise<Map<string, Buffer>> {
  const contents = new Map<string, Buffer>();
  let left = bounds.bytes;
  for (const entry of entriesOf(archive, bounds.entries)) {
    if (!/\.(xml|rels)$/.test(entry.name)) continue;
    if (contents.has(entry.name)) throw WorkbookError.broken(`it has ${entry.name} twice`);
    const content = await contentOf(archive, entry, left);
    left -= content.length;
    contents.set(entry.name, content);
  }
  return contents;
}

/** An archive of these files, not packed. */
export function zipOf(contents: ReadonlyMap<string, Buffer>): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of contents) {
    const nameBytes = Buffer.from(name, "utf8");
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0); // version needed
    fields.writeUInt16LE(UTF8_NAMES, 2);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(content.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(nameBytes.length, 22);
    locals.push(signed(LOCAL.signature), fields, nameBytes, content);
    const where = Buffer.alloc(14);
    where.writeUInt32LE(offset, 10);
    centrals.push(signed(CENTRAL.signature), Buffer.from([20, 0]), fields, where, nameBytes);
    offset += LOCAL.bytes + nameBytes.length + content.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(END.bytes);
  end.writeUInt32LE(END.signature, 0);
  end.writeUInt16LE(contents.size, 8);
  end.writeUInt16LE(contents.size, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

interface Entry {
  name: string;
  method: number;
  packedBytes: number;
  offset: number;
}

function entriesOf(archive: Buffer, most: number): Entry[] {
  const end = endOf(archive);
  const count = archive.readUInt16LE(end + 10);
  if (count > most) throw WorkbookError.tooLarge(`it holds ${count} files, at most ${most} are read`);
  const entries: Entry[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let i = 0; i < count; i += 1) {
    if (at + CENTRAL.bytes > archive.length || archive.readUInt32LE(at) !== CENTRAL.signature)
      throw WorkbookError.broken("its list of files is damaged");
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    const nameAt = at + CENTRAL.bytes;
    const nameEnd = nameAt + (nameBytes ?? 0);
    const name = archive.toString("utf8", nameAt, nameEnd);
    if ((archive.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw WorkbookError.broken(`${name} has a password`);
    entries.push({
      name,
      method: archive.readUInt16LE(at + 10),
      packedBytes: archive.readUInt32LE(at + 20),
      offset: archive.readUInt32LE(at + 42),
    });
    at = nameEnd + (extraBytes ?? 0) + (commentBytes ?? 0);
  }
  return entries;
}

/** Where the record at the end of the archive begins. */
function endOf(archive: Buffer): number {
  const first = Math.max(0, archive.length - END.bytes - MAX_COMMENT_BYTES);
  for (let at = archive.length - END.bytes; at >= first; at -= 1)
    if (archive.readUInt32LE(at) === END.signature) return at;
  throw WorkbookError.broken("it is no zip archive, or not whole");
}

async function contentOf(archive: Buffer, { name, method, packedBytes, offset }: Entry, left: number): Promise<Buffer> {
  if (offset + LOCAL.bytes > archive.length || archive.readUInt32LE(offset) !== LOCAL.signature)
    throw WorkbookError.broken(`${name} is not where its list of files says`);
  const from = offset + LOCAL.bytes + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  const packed = archive.subarray(from, from + packedBytes);
  if (packed.length < packedBytes) throw WorkbookError.broken(`${name} is cut off`);
  if (method === STORED && packed.length <= left) return packed;
  if (method !== DEFLATED && method !== STORED) throw WorkbookError.broken(`${name} is packed in an unknown way`);
  try {
    if (method === DEFLATED && left > 0) return await inflate(packed, { maxOutputLength: left });
  } catch (cause) {
    if (codeOf(cause) !== "ERR_BUFFER_TOO_LARGE") throw WorkbookError.broken(`${name} is damaged`, cause);
  }
  throw WorkbookError.tooLarge("unpacked it holds more than can be read");
}

function signed(signature: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(signature);
  return bytes;
}

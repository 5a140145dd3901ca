// Undoes a batch's content encoding, never making more bytes than a batch may have.
import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import { MAX_INFLATED_BYTES } from "../../contract/batch.ts";
import { CampusError, codeOf } from "../../contract/errors.ts";
import { busy } from "./body.ts";
import type { Share } from "./gate.ts";

const gunzipAsync = promisify(gunzip);

/** Node's least is 64 bytes; so small a piece saves nothing. */
const MIN_CHUNK_BYTES = 1_024;

/**
 * So little is inflated at once: handing it to another thread and back costs more time than it takes. At 16 times of it, where
 * what a gzip stream says of its length was a lie, a thread is asked after all.
 */
const AT_ONCE_BYTES = 64 * 1024;

export type ContentEncoding = "gzip" | "identity";

/** The encoding a header names; `undefined` for one that batches do not come in. No header means identity (RFC 9110 8.4). */
export function contentEncoding(header: string | undefined): ContentEncoding | undefined {
  const name = (header ?? "identity").trim().toLowerCase();
  return name === "gzip" || name === "identity" ? name : undefined;
}

/**
 * The lines of a body.
 *
 * @throws CampusError `BATCH_TOO_LARGE` when more than `maxBytes` would come out, before they are all made;
 *         `BATCH_NOT_GZIP` for what is damaged, cut or no gzip at all.
 */
export async function inflate(
  body: Uint8Array,
  encoding: ContentEncoding,
  maxBytes: number = MAX_INFLATED_BYTES,
): Promise<Uint8Array> {
  if (encoding === "identity") return body;
  try {
    const options = { maxOutputLength: maxBytes, chunkSize: saidSize(body, maxBytes) };
    const isLittle = body.length <= AT_ONCE_BYTES && maxBytes <= inflatedAtMost(AT_ONCE_BYTES, encoding);
    return isLittle ? gunzipSync(body, options) : await gunzipAsync(body, options);
  } catch (cause) {
    if (codeOf(cause) === "ERR_BUFFER_TOO_LARGE") {
      throw new CampusError("BATCH_TOO_LARGE", `the batch inflates to more than ${maxBytes} bytes`, { cause });
    }
    throw new CampusError("BATCH_NOT_GZIP", `the body of ${body.length} bytes is not a whole gzip stream`, { cause });
  }
}

/**
 * How much a gzip stream says that it holds (RFC 1952 2.3.1, ISIZE), so that one piece of memory takes it all and it is not
 * put together from many; what it says is not believed beyond `maxBytes`.
 */
function saidSize(body: Uint8Array, maxBytes: number): number {
  const end = body.length;
  if (end < 4) return MIN_CHUNK_BYTES;
  const size = new DataView(body.buffer, body.byteOffset + end - 4, 4).getUint32(0, true);
  // One byte more: a full piece of memory would ask for another.
  return Math.max(MIN_CHUNK_BYTES, Math.min(size, maxBytes) + 1);
}

/** Lines are repetitive: ten bytes of them out of one are the rule, and more than these out of a batch are never made. */
export function inflatedAtMost(bytes: number, encoding: ContentEncoding): number {
  return encoding === "identity" ? bytes : Math.min(MAX_INFLATED_BYTES, bytes * 16);
}

/**
 * The lines of a body for which `inflatedAtMost` is reserved. More than that is made only when the share can grow.
 * @throws CampusError as `inflate`; `BUSY` when there is no room for so much
 */
export async function inflateWithin(body: Uint8Array, encoding: ContentEncoding, share: Share): Promise<Uint8Array> {
  const reserved = inflatedAtMost(body.length, encoding);
  try {
    return await inflate(body, encoding, reserved);
  } catch (error) {
    if (!(error instanceof CampusError) || error.code !== "BATCH_TOO_LARGE" || reserved === MAX_INFLATED_BYTES)
      throw error;
    if (!share.more(MAX_INFLATED_BYTES - reserved)) throw busy();
    return inflate(body, encoding);
  }
}

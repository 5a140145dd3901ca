// The spool's memory beside its records: session, position and counters, in two slots that are written in turn.
//
// Format: two slots of 512 bytes. Each is a line of text: CRC32 of the rest as eight hexadecimal digits, a space, JSON, blanks
// up to byte 511, a line feed. Invariant: at least one slot is whole, because only the older one is overwritten; the whole
// one with the higher generation counts. Writing in place takes no new space, so acknowledging works on a full disk, which
// is what empties it.
import { type FileHandle, open, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import Type, { type Static } from "typebox";
import { shapeGuard } from "../../contract/check.ts";
import { undefinedIfMissing } from "../files.ts";
import { syncFolder } from "./segment.ts";

const StateSchema = Type.Object({
  generation: Type.Integer({ minimum: 0 }),
  session: Type.String({ pattern: "^[0-9a-f]{16}$" }),
  /** Every batch up to here has been acknowledged or dropped. */
  doneSequence: Type.Integer({ minimum: 0 }),
  /** At least this one has never been given out; the records on disk may know better. */
  nextSequence: Type.Integer({ minimum: 1 }),
  /** Batches dropped, cut or damaged since the session began. */
  droppedTotal: Type.Integer({ minimum: 0 }),
});
const isState = shapeGuard(StateSchema);

export type SpoolState = Omit<Static<typeof StateSchema>, "generation">;

const SLOT_BYTES = 512;

export class StateFile {
  readonly #file: FileHandle;
  #generation: number;

  private constructor(file: FileHandle, generation: number) {
    this.#file = file;
    this.#generation = generation;
  }

  /** Opens an existing state; `undefined` when there is none or neither slot is whole. */
  static async open(path: string): Promise<{ file: StateFile; state: SpoolState } | undefined> {
    const handle = await open(path, "r+").catch(undefinedIfMissing);
    if (!handle) return undefined;
    const newest = newestSlot(await handle.readFile());
    if (!newest) {
      await handle.close();
      return undefined;
    }
    const { generation, ...state } = newest;
    return { file: new StateFile(handle, generation), state };
  }

  /** Creates, or replaces a damaged, state file; under its name there is never half a file. */
  static async create(path: string, state: SpoolState): Promise<StateFile> {
    const handle = await open(`${path}.new`, "w+");
    try {
      await handle.write(Buffer.concat([encodeSlot({ ...state, generation: 0 }), Buffer.alloc(SLOT_BYTES, " ")]));
      await handle.sync();
      await rename(`${path}.new`, path);
      await syncFolder(dirname(path));
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new StateFile(handle, 0);
  }

  /** Resolves when `state` is durable. */
  async write(state: SpoolState): Promise<void> {
    const generation = this.#generation + 1;
    await this.#file.write(encodeSlot({ ...state, generation }), 0, SLOT_BYTES, (generation % 2) * SLOT_BYTES);
    await this.#file.datasync();
    this.#generation = generation;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Reads a state without opening it for writing. */
export async function readState(path: string): Promise<SpoolState | undefined> {
  const handle = await open(path, "r").catch(undefinedIfMissing);
  if (!handle) return undefined;
  try {
    return newestSlot(await handle.readFile());
  } finally {
    await handle.close();
  }
}

function newestSlot(bytes: Buffer): Static<typeof StateSchema> | undefined {
  const slots = [0, SLOT_BYTES].flatMap((at) => decodeSlot(bytes.subarray(at, at + SLOT_BYTES)) ?? []);
  return slots.sort((a, b) => b.generation - a.generation)[0];
}

function encodeSlot(state: Static<typeof StateSchema>): Buffer {
  const text = `${JSON.stringify(state).padEnd(SLOT_BYTES - 10)}\n`;
  return Buffer.from(`${crc32(text).toString(16).padStart(8, "0")} ${text}`, "latin1");
}

function decodeSlot(bytes: Buffer): Static<typeof StateSchema> | undefined {
  const text = bytes.toString("latin1", 9);
  if (bytes.length < SLOT_BYTES || Number.parseInt(bytes.toString("latin1", 0, 8), 16) !== crc32(text))
    return undefined;
  const state: unknown = JSON.parse(text);
  return isState(state) ? state : undefined;
}

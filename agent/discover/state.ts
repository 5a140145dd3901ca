// The file in which a run keeps what it found for the next run to compare with.
import { readFile } from "node:fs/promises";
import Type, { type Static } from "typebox";
import { shapeGuard } from "../../contract/check.ts";
import { CampusError, codeOf, messageOf } from "../../contract/errors.ts";
import { replaceFile } from "../files.ts";
import type { Remembered } from "./changes.ts";

const Text = Type.Optional(Type.String());

const StateSchema = Type.Object({
  format: Type.Literal("campanile-discovery-1"),
  savedAt: Type.String(),
  devices: Type.Array(
    Type.Object({
      id: Type.String({ minLength: 1 }),
      address: Text,
      otherAddresses: Type.Array(Type.String()),
      name: Text,
      vendor: Text,
      model: Text,
      firmware: Text,
      serial: Text,
      mac: Text,
      kind: Type.String(),
      childKey: Text,
      controller: Text,
      firstSeenAt: Type.String(),
      lastSeenAt: Type.String(),
    }),
  ),
});
const isState = shapeGuard(StateSchema);

type State = Static<typeof StateSchema>;

/** What an earlier run kept; empty where there was none. @throws CampusError `STATE_UNREADABLE`: it is never taken for empty. */
export async function readState(path: string): Promise<Remembered[]> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw unreadable(path, messageOf(error), error);
  }
  const state = parse(path, text);
  return state.devices;
}

/** Replaces the file as a whole. @throws CampusError `STATE_UNWRITABLE` */
export async function writeState(path: string, devices: readonly Remembered[], savedAt: string): Promise<void> {
  const state: State = { format: "campanile-discovery-1", savedAt, devices: [...devices] };
  try {
    await replaceFile(path, `${JSON.stringify(state, undefined, 1)}\n`, 0o600);
  } catch (cause) {
    throw new CampusError("STATE_UNWRITABLE", `${path}: cannot be written: ${messageOf(cause)}`, { cause });
  }
}

function parse(path: string, text: string): State {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable(path, "it is not JSON", error);
  }
  if (isState(value)) return value;
  throw unreadable(path, "it is not what this version of `campanile-agent discover --state` writes");
}

function unreadable(path: string, why: string, cause?: unknown): CampusError {
  const message = `${path}: cannot be read: ${why}; name another file, or move this one away to begin anew`;
  return new CampusError("STATE_UNREADABLE", message, { cause });
}

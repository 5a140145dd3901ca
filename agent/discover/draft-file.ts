// The file of an inventory draft. One that is there already may have been filled in by people, so it is never replaced.
import { access, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CampusError, codeOf, messageOf } from "../../contract/errors.ts";

/** Path of devices.csv in a folder in which there is none yet. @throws CampusError `DRAFT_EXISTS` */
export async function freshDraft(folder: string): Promise<string> {
  const path = join(folder, "devices.csv");
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw exists(path);
  return path;
}

/** @throws CampusError `DRAFT_UNWRITABLE`; `DRAFT_EXISTS` when it has come to be there meanwhile. */
export async function writeDraft(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: "wx" });
  } catch (cause) {
    if (codeOf(cause) === "EEXIST") throw exists(path);
    throw new CampusError("DRAFT_UNWRITABLE", `${path}: cannot be written: ${messageOf(cause)}`, { cause });
  }
}

function exists(path: string): CampusError {
  const message = `${path} is there already and may hold what people filled in: name another folder`;
  return new CampusError("DRAFT_EXISTS", message);
}

// Small things with files: replacing one as a whole, so that who reads it meanwhile, and who is interrupted, never leaves half of
// it; and taking one that is not there for nothing.
import { open, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "../contract/errors.ts";

/** @param mode of the file, where it holds what only its owner may read */
export async function replaceFile(path: string, text: string, mode?: number): Promise<void> {
  await writeFile(`${path}.new`, text, mode === undefined ? {} : { mode });
  await rename(`${path}.new`, path);
}

/** As `replaceFile`; when it resolves the file survives a power loss. For what cannot be made again. */
export async function replaceFileDurably(path: string, text: string, mode?: number): Promise<void> {
  const file = await open(`${path}.new`, "w", mode);
  try {
    if (mode !== undefined) await file.chmod(mode); // an older .new, left by a crash, keeps its own mode
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await renameDurably(`${path}.new`, path);
}

/** The new name survives a power loss. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await open(dirname(to), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** For `catch`: a file that is not there is no error. */
export function undefinedIfMissing(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
  return undefined;
}

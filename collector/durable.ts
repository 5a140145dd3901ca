// Small questions to the file system that several parts ask in the same way.

import { open, stat } from "node:fs/promises";
import { codeOf } from "../contract/errors.ts";

/** Makes a file's content, or a folder's entries, survive a loss of power. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === "ENOENT") return false;
    throw error;
  }
}

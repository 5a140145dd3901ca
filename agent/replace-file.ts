// Replaces a file as a whole: who reads it meanwhile, and who is interrupted, never leaves half of it.
import { rename, writeFile } from "node:fs/promises";

/** @param mode of the file, where it holds what only its owner may read */
export async function replaceFile(path: string, text: string, mode?: number): Promise<void> {
  await writeFile(`${path}.new`, text, mode === undefined ? {} : { mode });
  await rename(`${path}.new`, path);
}

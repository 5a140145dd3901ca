// Files that somebody chose for an import: one workbook or several CSV files, read once, and whether they are still the same.

/** A file as it was read. */
export interface ReadFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export type ImportBody =
  | { kind: "workbook"; bytes: Uint8Array<ArrayBuffer> }
  | { kind: "csv"; files: Record<string, string> };

export type ChoiceProblem = "none" | "old_excel" | "other_type" | "several_workbooks" | "mixed";

/** Why these files cannot be imported together; `undefined` when they can. */
export function choiceProblem(names: readonly string[]): ChoiceProblem | undefined {
  if (names.length === 0) return "none";
  const endings = names.map((name) => /\.([^.]*)$/.exec(name)?.[1]?.toLowerCase() ?? "");
  if (endings.includes("xls")) return "old_excel";
  if (endings.some((ending) => ending !== "xlsx" && ending !== "csv")) return "other_type";
  const workbooks = endings.filter((ending) => ending === "xlsx").length;
  if (workbooks === 0 || names.length === 1) return undefined;
  return workbooks === names.length ? "several_workbooks" : "mixed";
}

/** @param read files that `choiceProblem` has nothing against */
export function importBody(read: readonly ReadFile[]): ImportBody {
  const [first] = read;
  if (read.length === 1 && first && /\.xlsx$/i.test(first.name)) return { kind: "workbook", bytes: first.bytes };
  // What is no UTF-8 becomes U+FFFD, which the collector reports with its line.
  const decoder = new TextDecoder("utf-8");
  const texts = read.map(({ name, bytes }): [string, string] => [name, decoder.decode(bytes)]);
  return { kind: "csv", files: Object.fromEntries(texts) };
}

/** The files as they are now. @throws UnreadableFileError for one that was moved, or changed while it was chosen */
export function readAll(files: readonly File[]): Promise<ReadFile[]> {
  return Promise.all(
    files.map(async (file) => {
      try {
        return { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
      } catch (cause) {
        throw new UnreadableFileError(file.name, { cause });
      }
    }),
  );
}

/** Name of the first file that is not what it was when it was read; `undefined` when all are. */
export function changedFile(before: readonly ReadFile[], now: readonly ReadFile[]): string | undefined {
  return before.find(({ name, bytes }) => {
    const same = now.find((one) => one.name === name);
    return same === undefined || !isSame(bytes, same.bytes);
  })?.name;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}

/** The browser cannot read a file any more. */
export class UnreadableFileError extends Error {
  readonly file: string;

  constructor(file: string, options: ErrorOptions) {
    super(`${file} cannot be read`, options);
    this.name = "UnreadableFileError";
    this.file = file;
  }
}

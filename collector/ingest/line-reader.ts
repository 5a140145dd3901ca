// Who reads lines: what a parser hands over of each of them.
import type { RefusalCode } from "../../contract/batch.ts";
import type { FieldNames } from "./line-fields.ts";

export type FieldKind = "number" | "text" | "boolean";

/** Fields of one line as columns, overwritten by the next line; only the first `count` entries count. */
export interface LineFields<F> {
  count: number;
  meaning: F[];
  kind: FieldKind[];
  /** The value of a number (NaN when it is written as NaN or infinite), 1 or 0 of a boolean. */
  number: number[];
  /** Whether a number is written as an integer, with `i` or `u`; only in a dialect that tells. */
  isInteger: boolean[];
  /** The value of a text, else empty. */
  text: string[];
}

/** Who reads the lines; `H` and `F` are what it makes of a head and of a field, remembered by their bytes. */
export interface LineReader<H, F> {
  head(measurement: string, tags: readonly [name: string, value: string][]): H;
  field(head: H, name: string): F;
  /** Where fields of a head's lines are remembered: the same for heads whose fields mean the same. Absent: each has its own. */
  fieldsOf?(head: H): FieldNames<F>;
  /** One well-formed line; `line` counts from 1, with blank lines and comments. */
  line(line: number, head: H, fields: LineFields<F>, atMs: number): void;
  refuse(line: number, code: RefusalCode, message: string): void;
}

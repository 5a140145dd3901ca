// Values of a profile file: OIDs with prefixes, patterns, and how a raw value becomes a number or a text.
import { messageOf } from "../../contract/errors.ts";
import { type Oid, parseOid } from "../snmp/oid.ts";
import type { ValueRule } from "./profile.ts";
import type { ValueFile } from "./schema.ts";

/** Takes one problem; the path is inside the file. */
export type Report = (path: string, message: string) => void;

export type ReadOid = (text: string, path: string) => Oid;

export function compileValue(file: ValueFile, path: string, oid: ReadOid, report: Report): ValueRule {
  const { metric, fact, values, unknown, unknownAbove, unknownBelow, bit, convert, pattern } = file;
  const compiled = pattern === undefined ? undefined : compilePattern(pattern, `${path}.pattern`, report);
  if (compiled && new RegExp(`${compiled.source}|`).exec("")?.length !== 2) {
    report(`${path}.pattern`, "needs exactly one group in brackets, which is the text wanted");
  }
  return {
    oid: oid(file.oid, `${path}.oid`),
    ...(metric === undefined ? {} : { metric }),
    ...(fact === undefined ? {} : { fact }),
    ...(values === undefined ? {} : { values: new Map(Object.entries(values)) }),
    unknown: new Set((unknown ?? []).map(String)),
    ...(unknownAbove === undefined ? {} : { unknownAbove }),
    ...(unknownBelow === undefined ? {} : { unknownBelow }),
    ...(bit === undefined ? {} : { bit }),
    multiplyBy: file.multiplyBy ?? 1,
    divideBy: file.divideBy ?? 1,
    plus: file.plus ?? 0,
    ...(convert === undefined ? {} : { convert }),
    ...(compiled ? { pattern: compiled } : {}),
  };
}

export function compilePattern(source: string, path: string, report: Report): RegExp | undefined {
  try {
    return new RegExp(source, "u");
  } catch (error) {
    report(path, `is no regular expression: ${messageOf(error)}`);
    return undefined;
  }
}

/** An OID in which the first part may be one of `prefixes`. After a problem the result is only a placeholder. */
export function readOid(text: string, prefixes: ReadonlyMap<string, string>, path: string, report: Report): Oid {
  const [head = "", ...rest] = text.split(".");
  const root = /^\d/.test(head) ? head : prefixes.get(head);
  try {
    if (root !== undefined) return parseOid([root, ...rest].join("."));
    report(path, `"${head}" is not among prefixes (${[...prefixes.keys()].join(", ") || "there are none"})`);
  } catch (error) {
    report(path, messageOf(error));
  }
  return { text: "0.0", bytes: Buffer.of(0) };
}

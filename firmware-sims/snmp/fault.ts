// What can be wrong with a simulated device, and how a fault changes what its Mib answers.
import Type from "typebox";
import { createChecker, schemaProblems } from "../../contract/check.ts";
import type { Problem } from "../../contract/errors.ts";
import type { Mib, Variable } from "./mib.ts";

/** Faults of a device. Each has a test that names what the asking side sees. */
export type Fault =
  /** Powered off, or its cable pulled. */
  | { kind: "silent" }
  /** Answers bytes that are not SNMP. */
  | { kind: "garbage" }
  /** Answers late. */
  | { kind: "slow"; delayMs: number }
  /** Sends each answer twice. */
  | { kind: "duplicate" }
  /** Sends the first half of each answer. */
  | { kind: "truncate" }
  /** Does not answer a GETBULK with more repetitions than this, as some Huawei agents whose answer would be too long. */
  | { kind: "silent-when-large"; maxRepetitions: number }
  /** The first value of each answer has a tag that does not exist. */
  | { kind: "unknown-type" }
  /** GETNEXT from a variable answers that same variable again. */
  | { kind: "loop" };

/** The parameter a kind of fault needs. */
const PARAMETER: Readonly<Record<Fault["kind"], "delayMs" | "maxRepetitions" | undefined>> = {
  silent: undefined,
  garbage: undefined,
  slow: "delayMs",
  duplicate: undefined,
  truncate: undefined,
  "silent-when-large": "maxRepetitions",
  "unknown-type": undefined,
  loop: undefined,
};

/**
 * A fault in a file or request. The schema is flat, so that what it says about a mistake can be read; whether the
 * parameter fits the kind is said by `faultProblems`, which belongs to every check.
 */
export const FaultSchema = Type.Unsafe<Fault>(
  Type.Object(
    {
      kind: Type.Enum(Object.keys(PARAMETER)),
      delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 60_000 })),
      maxRepetitions: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000 })),
    },
    { additionalProperties: false },
  ),
);

/** Whether data from outside is a fault. */
export function isFault(value: unknown): value is Fault {
  return faultProblems(value).length === 0;
}

/** Everything that keeps `value` from being a fault. */
export function faultProblems(value: unknown): Problem[] {
  const problems = schemaProblems(createChecker(), FaultSchema, structuredClone(value));
  if (problems.length > 0 || typeof value !== "object" || value === null || !("kind" in value)) return problems;
  const needed = PARAMETER[value.kind as Fault["kind"]]; // the schema has just checked it
  return (["delayMs", "maxRepetitions"] as const).flatMap((parameter) => {
    if (parameter in value === (parameter === needed)) return [];
    return [{ path: parameter, message: parameter === needed ? "is missing" : `means nothing for ${value.kind}` }];
  });
}

/** Application class, number 15: SNMP ends at 7. */
const UNKNOWN_TAG = 0x4f;

/** The Mib as a device with this fault shows it to one request. */
export function faultyMib(mib: Mib, fault: Fault | undefined): Mib {
  switch (fault?.kind) {
    case "loop":
      return { ...mib, next: (oid) => mib.get(oid) ?? mib.next(oid) };
    case "unknown-type":
      return spoilFirst(mib);
    default:
      return mib;
  }
}

/** Gives the first variable that is asked for a value of no type. */
function spoilFirst(mib: Mib): Mib {
  let isFirst = true;
  const spoil = (variable: Variable | undefined): Variable | undefined => {
    if (!isFirst || variable === undefined) return variable;
    isFirst = false;
    return { ...variable, value: { type: "raw", tag: UNKNOWN_TAG, value: Uint8Array.of(1, 2, 3) } };
  };
  return { ...mib, get: (oid) => spoil(mib.get(oid)), next: (oid) => spoil(mib.next(oid)) };
}

// What an agent's error-status means for a probe (RFC 3416 section 3).
import type { ProbeFailure } from "../../contract/metrics.ts";
import { ProbeError } from "../probes/probe.ts";

/** Those with a meaning of their own here. */
export const ERROR_STATUS = { none: 0, tooBig: 1, noSuchName: 2, genErr: 5 } as const;

const NAMES = [
  "noError",
  "tooBig",
  "noSuchName",
  "badValue",
  "readOnly",
  "genErr",
  "noAccess",
  "wrongType",
  "wrongLength",
  "wrongEncoding",
  "wrongValue",
  "noCreation",
  "inconsistentValue",
  "resourceUnavailable",
  "commitFailed",
  "undoFailed",
  "authorizationError",
  "notWritable",
  "inconsistentName",
] as const;

const MAY_NOT_READ =
  ": whoever asks is known and may not read this; compare the access rights and the least protection set on the device";

/** The failure for an error-status other than 0; `subject` says who was asked, never with its community. */
export function statusError(subject: string, status: number, index: number): ProbeError {
  const name = NAMES[status] ?? `error-status ${status}`;
  const reason = reasonOf(name);
  const hint = reason === "auth" ? MAY_NOT_READ : "";
  return new ProbeError(
    reason,
    `${subject}: the agent answered ${name}${index > 0 ? ` (variable ${index})` : ""}${hint}`,
  );
}

function reasonOf(name: string): ProbeFailure {
  switch (name) {
    case "noAccess":
    case "authorizationError":
      return "auth";
    case "noSuchName":
      return "unsupported";
    default:
      return "protocol";
  }
}

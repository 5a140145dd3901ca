// What people declare (kind of evidence D): who entered it, on what it rests, and until when it holds (scoring model 1, 8, 9.4).
import type { DeclaredKind } from "../../contract/declared.ts";

export type { DeclaredKind };

/** A file that an entry rests on; its bytes are kept under their hash. */
export interface Attachment {
  name: string;
  mediaType: string;
  /** SHA-256 of the bytes, 64 hexadecimal digits. */
  sha256: string;
  bytes: number;
}

/** A system of a signed list (MLPS_FILED). */
export interface DeclaredSystem {
  id: string;
  graded: boolean;
  filed: boolean;
  /** Last day on which its assessment is in date; absent: it has none. */
  assessedUntil?: string;
}

/** One declaration. It is never changed: a correction is a new entry, and the old one is withdrawn with its reason. */
export interface DeclaredEntry {
  id: string;
  /** A school's id, a region's code, a zone or a group. */
  scope: string;
  /** An indicator of the catalogue (`STAFF_CERT_RATE`, `SMART_RATE` for the attested school, `IOT_INTEGRATION` for an attested zero of a class …). */
  indicator: string;
  kind: DeclaredKind;
  /** What of the indicator, where it has parts: a class of terminals, a capability, the name of a list, the day of a drill. */
  part?: string;
  /** Of a rate. */
  numerator?: number;
  denominator?: number;
  /** Of a count. */
  count?: number;
  /** Of a flag: attested, or attested that it is not so. */
  holds?: boolean;
  /** Of a list of systems. */
  systems?: readonly DeclaredSystem[];
  author: string;
  /** Day of the signature, the day from which it holds, and the last day on which it does; absent end: 400 days after the signature. */
  signedOn: string;
  validFrom: string;
  validTo?: string;
  note?: string;
  attachments: readonly Attachment[];
  enteredAtMs: number;
  withdrawn?: { atMs: number; author: string; reason: string };
}

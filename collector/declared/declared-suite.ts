// Entries and uploads for tests of what is declared; as a process of its own it declares until it is killed:
// node --import ./register.js declared-suite.ts DATA_DIR
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { pino } from "pino";
import type { Declaration } from "../../contract/declared.ts";
import { openState } from "../state/state.ts";
import { type Attachments, openAttachments } from "./attachments.ts";
import { type Declared, openDeclared } from "./declared.ts";
import type { DeclaredEntry } from "./entry.ts";

export const SCHOOL = "2133000001";
export const COUNTY = "330106";
/** Noon of 2026-09-07 in Zhejiang. */
export const NOW_MS = Date.parse("2026-09-07T12:00:00+08:00");
export const TODAY = 20_703;
export const PDF = Buffer.from("%PDF-1.4 a signed list\n%%EOF\n");
export const PDF_TYPE = "application/pdf";
/** SHA-256 of nothing that exists. */
export const NO_FILE = "0".repeat(64);

let given = 0;

/** An entry as it is kept, which is in force on 2026-09-07. */
export function entryOf(rest: Partial<DeclaredEntry> = {}): DeclaredEntry {
  given += 1;
  return {
    id: `e${given}`,
    scope: SCHOOL,
    indicator: "CIO_RATE",
    kind: "rate",
    numerator: 9,
    denominator: 10,
    author: "Zhang",
    signedOn: "2026-09-01",
    validFrom: "2026-09-01",
    attachments: [{ name: "list.pdf", mediaType: PDF_TYPE, sha256: "a".repeat(64), bytes: 20 }],
    enteredAtMs: NOW_MS + given,
    ...rest,
  };
}

/** A rate that can be taken once `sha256` was uploaded. */
export function rateOf(sha256: string, rest: Partial<Declaration> = {}): Declaration {
  return {
    scope: SCHOOL,
    indicator: "CIO_RATE",
    kind: "rate",
    numerator: 9,
    denominator: 10,
    author: "Zhang",
    signedOn: "2026-09-01",
    attachments: [{ sha256 }],
    ...rest,
  };
}

export async function* once(...chunks: Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks;
}

export const upload = (attachments: Attachments, bytes = PDF, name = "list.pdf") =>
  attachments.store({ name, mediaType: PDF_TYPE, content: once(bytes), atMs: NOW_MS });

export interface Kept {
  attachments: Attachments;
  declared: Declared;
  close(): Promise<void>;
}

/** What a data folder keeps; `nowMs` can be moved. */
export async function openKept(dataDir: string, nowMs = () => NOW_MS, log = pino({ level: "silent" })): Promise<Kept> {
  const state = await openState(join(dataDir, "state.duckdb"));
  const attachments = await openAttachments(state, dataDir);
  const declared = await openDeclared({ state, attachments, nowMs, log });
  return { attachments, declared, close: () => state.close() };
}

/** Uploads and declares without an end, and says what it was promised. */
async function declareUntilKilled(dataDir: string): Promise<void> {
  const { attachments, declared } = await openKept(dataDir);
  const say = (line: string) => writeSync(1, `${line}\n`);
  for (;;) {
    const { sha256 } = await upload(attachments, Buffer.concat([PDF, randomBytes(40_000)]));
    say(`stored ${sha256}`);
    const { id } = await declared.enter(rateOf(sha256), () => "school");
    say(`entered ${id}`);
  }
}

const [program, dataDir] = process.argv.slice(1);
if (program !== undefined && dataDir !== undefined && import.meta.url === pathToFileURL(program).href) {
  await declareUntilKilled(dataDir);
}

// One-time codes that let a machine become a school's agent. The state keeps only their digests: a code is shown once.
import { randomInt } from "node:crypto";
import { sha256 } from "../../contract/identity.ts";
import { type State, type StatePart, type StateTransaction, text, whole } from "../state/state.ts";

/** Crockford's base 32: no I, L, O and U, which are taken for others or make words. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 80 bits. */
const CHARACTERS = 16;

export interface Code {
  school: string;
  /** The agent that it enrols, or enrols again; absent: the school's next. */
  agent?: string;
  expiresAtMs: number;
  /** Absent: it was not used yet. */
  used?: { agent: string; keyId: string };
}

const CODE_TABLE: StatePart = {
  name: "fleet_codes",
  steps: [
    `CREATE TABLE fleet_code (hash VARCHAR NOT NULL, school VARCHAR NOT NULL, agent VARCHAR, made_ms BIGINT NOT NULL,
       expires_ms BIGINT NOT NULL, used_ms BIGINT, used_agent VARCHAR, used_key VARCHAR)`,
  ],
};

/** How long what became of a code is kept after it has expired. */
const KEEP_MS = 30 * 86_400_000;

export class Codes {
  readonly #state: State;

  /** Use `openCodes`. */
  constructor(state: State) {
    this.#state = state;
  }

  /** Makes a code; `and` belongs to it. @returns four groups of four */
  async make(code: Omit<Code, "used">, nowMs: number, and: (t: StateTransaction) => Promise<void>): Promise<string> {
    const written = newCode();
    await this.#state.transaction(async (t) => {
      await t.run("DELETE FROM fleet_code WHERE expires_ms < $1", [Math.round(nowMs - KEEP_MS)]);
      await t.run("INSERT INTO fleet_code VALUES ($1, $2, $3, $4, $5, NULL, NULL, NULL)", [
        digestOf(written),
        code.school,
        code.agent ?? null,
        Math.round(nowMs),
        Math.round(code.expiresAtMs),
      ]);
      await and(t);
    });
    return written;
  }

  /** However it is spelled; `undefined` for one that was never made. */
  async find(written: string): Promise<Code | undefined> {
    const [row] = await this.#state.rows("SELECT * FROM fleet_code WHERE hash = $1", [digestOf(written)]);
    if (row === undefined) return undefined;
    return {
      school: text(row, "school"),
      ...(typeof row.agent === "string" ? { agent: row.agent } : {}),
      expiresAtMs: whole(row, "expires_ms"),
      ...(row.used_ms === undefined ? {} : { used: { agent: text(row, "used_agent"), keyId: text(row, "used_key") } }),
    };
  }

  /** Part of the transaction that enrols. */
  async use(t: StateTransaction, written: string, agent: string, keyId: string, nowMs: number): Promise<void> {
    await t.run("UPDATE fleet_code SET used_ms = $2, used_agent = $3, used_key = $4 WHERE hash = $1", [
      digestOf(written),
      Math.round(nowMs),
      agent,
      keyId,
    ]);
  }
}

/** @throws StateError */
export async function openCodes(state: State): Promise<Codes> {
  await state.prepare(CODE_TABLE);
  return new Codes(state);
}

function newCode(): string {
  const characters = Array.from({ length: CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return characters.replace(/(.{4})(?!$)/g, "$1-");
}

function digestOf(written: string): string {
  return sha256(Buffer.from(written.replaceAll("-", "").toUpperCase()));
}

// Tokens of those who write line protocol: each speaks for one school. Kept as SHA-256; the token itself is shown once.
import { randomBytes } from "node:crypto";
import { ID_PATTERN } from "../../contract/batch.ts";
import { CampusError } from "../../contract/errors.ts";
import { sha256 } from "../../contract/identity.ts";
import type { State, StateRow } from "../state/state.ts";
import { topicProblem } from "./topic.ts";

export interface Token {
  id: string;
  /** Given by people, unique among the tokens that are in force. */
  name: string;
  schoolId: string;
  /** Stands before every device's name; may be empty. */
  prefix: string;
  /** Patterns of topic.ts, for mqtt_consumer. */
  topics: readonly string[];
  createdMs: number;
  /** When it was last shown to the collector, since the collector's start. */
  usedMs?: number;
}

export type NewToken = Pick<Token, "name" | "schoolId" | "prefix" | "topics">;

const PART = {
  name: "write-tokens",
  steps: [
    `CREATE TABLE write_token (
       id VARCHAR PRIMARY KEY, name VARCHAR NOT NULL, school VARCHAR NOT NULL, prefix VARCHAR NOT NULL,
       topics VARCHAR NOT NULL, sha256 VARCHAR NOT NULL, created_ms BIGINT NOT NULL, revoked_ms BIGINT)`,
  ],
} as const;

const TOKEN_BYTES = 32;
/** Shows what it is where it is found, in a file or a log. */
const TOKEN_PREFIX = "cwt_";
const MAX_PREFIX = 64;

/** @throws StateError */
export async function openTokens(state: State): Promise<Tokens> {
  await state.prepare(PART);
  const rows = await state.rows("SELECT * FROM write_token WHERE revoked_ms IS NULL ORDER BY created_ms, id");
  return new Tokens(state, rows);
}

export class Tokens {
  readonly #state: State;
  /** Tokens in force by the SHA-256 of their text, so that a request costs no query. */
  readonly #byDigest = new Map<string, Token>();

  /** Use `openTokens`. */
  constructor(state: State, rows: readonly StateRow[]) {
    this.#state = state;
    for (const row of rows) this.#byDigest.set(String(row.sha256), tokenOf(row));
  }

  /** The token of this text when it is in force. A guess is compared by its hash only, so its time tells nothing. */
  find(text: string, nowMs: number): Token | undefined {
    const token = this.#byDigest.get(sha256(Buffer.from(text)));
    if (token !== undefined) token.usedMs = nowMs;
    return token;
  }

  list(): readonly Token[] {
    return [...this.#byDigest.values()];
  }

  /**
   * Makes a token. @returns its text, which is kept nowhere.
   * @throws CampusError `TOKEN_INVALID` or `TOKEN_EXISTS`; StateError
   */
  async create(wanted: NewToken, nowMs: number): Promise<{ token: Token; text: string }> {
    const problem = problemOf(wanted);
    if (problem !== undefined) throw new CampusError("TOKEN_INVALID", problem);
    if (this.list().some(({ name }) => name === wanted.name)) throw taken(wanted.name);
    const text = `${TOKEN_PREFIX}${randomBytes(TOKEN_BYTES).toString("base64url")}`;
    const digest = sha256(Buffer.from(text));
    const token: Token = { ...wanted, id: digest.slice(0, 12), createdMs: Math.round(nowMs) };
    await this.#state.transaction(async ({ rows, run }) => {
      const same = await rows("SELECT id FROM write_token WHERE name = $1 AND revoked_ms IS NULL", [wanted.name]);
      if (same.length > 0) throw taken(wanted.name);
      const { id, name, schoolId, prefix, topics, createdMs } = token;
      const values = [id, name, schoolId, prefix, JSON.stringify(topics), digest, createdMs];
      await run("INSERT INTO write_token VALUES ($1, $2, $3, $4, $5, $6, CAST($7 AS BIGINT), NULL)", values);
    });
    this.#byDigest.set(digest, token);
    return { token, text };
  }

  /** From now on it is refused. @throws CampusError `NOT_FOUND`; StateError */
  async revoke(name: string, nowMs: number): Promise<Token> {
    const [digest, token] = [...this.#byDigest].find(([, { name: other }]) => other === name) ?? [];
    if (digest === undefined || token === undefined) throw new CampusError("NOT_FOUND", `no token is named "${name}"`);
    const values = [Math.round(nowMs), token.id];
    await this.#state.run("UPDATE write_token SET revoked_ms = CAST($1 AS BIGINT) WHERE id = $2", values);
    this.#byDigest.delete(digest);
    return token;
  }
}

function problemOf({ name, prefix, topics }: NewToken): string | undefined {
  if (!new RegExp(ID_PATTERN).test(name)) {
    return `the name "${name}" is not of letters, digits, dots, dashes and underscores, at most 64`;
  }
  if (prefix.length > MAX_PREFIX) return `the prefix is longer than ${MAX_PREFIX} characters`;
  return topics.map(topicProblem).find((problem) => problem !== undefined);
}

function taken(name: string): CampusError {
  return new CampusError(
    "TOKEN_EXISTS",
    `a token named "${name}" is there already; revoke it first, or take another name`,
  );
}

function tokenOf(row: StateRow): Token {
  return {
    id: String(row.id),
    name: String(row.name),
    schoolId: String(row.school),
    prefix: String(row.prefix),
    topics: topicsOf(String(row.topics)),
    createdMs: Number(row.created_ms),
  };
}

function topicsOf(text: string): string[] {
  const topics: unknown = JSON.parse(text);
  return Array.isArray(topics) ? topics.map(String) : [];
}

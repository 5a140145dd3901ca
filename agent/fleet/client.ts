// Asks the collector for the agent's configuration and tells it what became of one, on a connection of its own, so that a question
// that waits for an answer never holds up a batch.
import { ErrorBodySchema } from "../../contract/batch.ts";
import { shapeGuard } from "../../contract/check.ts";
import { CampusError } from "../../contract/errors.ts";
import type { ConfigOutcome } from "../../contract/fleet.ts";
import { jsonIn } from "../../contract/json.ts";
import { Connection } from "../http.ts";
import type { Signer } from "../identity/signer.ts";
import type { TlsOptions } from "../tls.ts";
import { type Fetched, FetchedSchema } from "./trial.ts";

export interface ConfigClientOptions {
  agent: string;
  /** Without a slash at its end. */
  collector: string;
  signer: Pick<Signer, "requestHeaders">;
  /** The clock that signatures carry. */
  nowMs(): number;
  /** Whom to trust and how to prove oneself beyond the system's usual; for https:// only. */
  tls?: TlsOptions;
}

/** `same`: nothing newer than what was named. `none`: the collector holds none for this agent. */
export type FetchAnswer = { kind: "held"; held: Fetched } | { kind: "same" } | { kind: "none" };

/** What the orchestration needs of it. */
export interface ConfigSource {
  /** Waits at the collector for up to `waitSeconds` for a revision other than the known one. */
  fetch(known: number | undefined, waitSeconds: number, signal: AbortSignal): Promise<FetchAnswer>;
  report(outcome: ConfigOutcome, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** For an answer, beyond what it was asked to wait. */
const DEADLINE_MS = 15_000;
/** 5,000 targets and 100 profiles. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
const isFetched = shapeGuard(FetchedSchema);
const isErrorBody = shapeGuard(ErrorBodySchema);

interface Answer {
  status: number;
  body: unknown;
}

interface Asked {
  method: "GET" | "POST";
  path: string;
  headers: Record<string, string>;
  body: Buffer;
  deadlineMs: number;
}

export class ConfigClient implements ConfigSource {
  readonly #options: ConfigClientOptions;
  readonly #connection: Connection;

  constructor(options: ConfigClientOptions) {
    this.#options = options;
    const isTls = new URL(options.collector).protocol === "https:";
    const tls = options.tls && { tls: options.tls };
    this.#connection = new Connection({ isTls, ...tls, maxAnswerBytes: MAX_ANSWER_BYTES });
  }

  async fetch(known: number | undefined, waitSeconds: number, signal: AbortSignal): Promise<FetchAnswer> {
    const query = waitSeconds > 0 ? `?wait=${waitSeconds}` : "";
    const { status, body } = await this.#ask(
      {
        method: "GET",
        path: `${this.#path()}${query}`,
        headers: known === undefined ? {} : { "if-none-match": `"${known}"` },
        body: Buffer.alloc(0),
        deadlineMs: waitSeconds * 1_000 + DEADLINE_MS,
      },
      signal,
    );
    if (status === 304) return { kind: "same" };
    if (status === 404 && isErrorBody(body) && body.code === "CONFIG_NONE") return { kind: "none" };
    if (status === 200 && isFetched(body)) return { kind: "held", held: body };
    throw unexpected(status, body);
  }

  async report(outcome: ConfigOutcome, signal: AbortSignal): Promise<void> {
    const asked = {
      method: "POST",
      path: `${this.#path()}/outcome`,
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(outcome)),
      deadlineMs: DEADLINE_MS,
    } as const;
    const { status, body } = await this.#ask(asked, signal);
    // A collector that does not know the revision has nobody to be told.
    const isUnknown = status === 404 && isErrorBody(body) && body.code === "CONFIG_NONE";
    if (!isUnknown && (status < 200 || status > 299)) throw unexpected(status, body);
  }

  close(): void {
    this.#connection.close();
  }

  #path(): string {
    return `/v1/agents/${this.#options.agent}/config`;
  }

  async #ask({ method, path, headers, body, deadlineMs }: Asked, stop: AbortSignal): Promise<Answer> {
    const { collector, signer, nowMs } = this.#options;
    // A proxy in front of the collector takes the path of its own away; what the collector sees is what is signed.
    const signed = () => signer.requestHeaders({ method, path, sentAtMs: Math.floor(nowMs()), body });
    const question = {
      method,
      url: new URL(`${collector}${path}`),
      headers: () => ({ ...headers, ...signed() }),
      body,
    };
    const { status, body: text } = await this.#connection.ask(question, deadlineMs, stop);
    return { status, body: jsonIn(text) };
  }
}

function unexpected(status: number, body: unknown): CampusError {
  if (isErrorBody(body))
    return new CampusError(body.code, `${status} ${body.code}: ${body.message}`, { retryable: true });
  return new CampusError("COLLECTOR_ANSWER", `answered with ${status}, and not as a collector does`, {
    retryable: true,
  });
}

// Results that are kept: added when their bytes differ from those before, and never changed.
import type { ResultInputs, ScopeKind } from "../../contract/scorecard.ts";
import { MODEL_VERSION } from "../score/parameters.ts";
import { type State, type StateRow, type StateTransaction, type StateValue, text, whole } from "../state/state.ts";
import { canonicalText, packed, unpackedText } from "./canonical.ts";
import type { GroupBody } from "./group-body.ts";
import type { SchoolBody } from "./school-body.ts";
import { RESULTS } from "./table.ts";

export type ResultBody = SchoolBody | GroupBody;

/** A result to keep; its card says of what, when, and from what. */
export interface NewResult {
  asOf: string;
  body: ResultBody;
  inputs: ResultInputs;
}

/** A result that is kept, without its body. */
export interface KeptResult {
  scope: string;
  kind: ScopeKind;
  asOf: string;
  modelVersion: string;
  revision: number;
  sha256: string;
  computedAtMs: number;
  inputs: ResultInputs;
}

export interface KeptWithBody extends KeptResult {
  body: ResultBody;
}

export interface Added {
  scope: string;
  revision: number;
  sha256: string;
  /** Its bytes are not those of the revision before. */
  isNew: boolean;
}

const COLUMNS = "scope, kind, as_of, model, revision, sha256, computed_at_ms, inputs";

export class ResultStore {
  readonly #state: State;
  readonly #nowMs: () => number;

  /** Use `openResults`. */
  constructor(state: State, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /**
   * Keeps those results that differ from the newest revision of their scope, day and model version.
   * @param together what else has to be kept with them or not at all
   */
  async add(
    results: readonly NewResult[],
    together?: (t: StateTransaction, added: readonly Added[]) => Promise<void>,
  ): Promise<Added[]> {
    const ready = results.map(({ asOf, body, inputs }) => ({ asOf, card: body.card, inputs, ...packed(body) }));
    return this.#state.transaction(async (t) => {
      const newest = await newestOf(ready, t);
      const computedAtMs = BigInt(this.#nowMs());
      const rows: StateValue[][] = [];
      const added = ready.map(({ asOf, card, inputs, bytes, sha256 }): Added => {
        const { scope, kind, modelVersion } = card;
        const last = newest.get(keyOf(scope, asOf, modelVersion)) ?? { revision: 0, sha256: undefined };
        if (last.sha256 === sha256) return { scope, revision: last.revision, sha256, isNew: false };
        const revision = last.revision + 1;
        rows.push([scope, kind, asOf, modelVersion, revision, sha256, computedAtMs, canonicalText(inputs), bytes]);
        return { scope, revision, sha256, isNew: true };
      });
      await insert(rows, t);
      await together?.(t, added);
      return added;
    });
  }

  /** The newest revision of a day, or the one that is asked for; `undefined` when there is none. */
  async get(scope: string, asOf: string, revision?: number, model = MODEL_VERSION): Promise<KeptWithBody | undefined> {
    const [row] = await this.#state.rows(
      `SELECT ${COLUMNS}, bytes FROM result WHERE scope = $1 AND as_of = $2 AND model = $3
       ${revision === undefined ? "" : "AND revision = $4"} ORDER BY revision DESC LIMIT 1`,
      [scope, asOf, model, ...(revision === undefined ? [] : [revision])],
    );
    return row && withBody(row);
  }

  /** The newest result of the newest day, at most of `until`; `undefined` when there is none. */
  async latest(scope: string, until = "9999-12-31", model = MODEL_VERSION): Promise<KeptWithBody | undefined> {
    const [row] = await this.#state.rows(
      `SELECT ${COLUMNS}, bytes FROM result WHERE scope = $1 AND as_of <= $2 AND model = $3
       ORDER BY as_of DESC, revision DESC LIMIT 1`,
      [scope, until, model],
    );
    return row && withBody(row);
  }

  /** All revisions of a day, of every model version, in the order in which they were made. */
  async revisions(scope: string, asOf: string): Promise<KeptResult[]> {
    const rows = await this.#state.rows(
      `SELECT ${COLUMNS} FROM result WHERE scope = $1 AND as_of = $2 ORDER BY computed_at_ms, model, revision`,
      [scope, asOf],
    );
    return rows.map(kept);
  }

  /** The newest revision of every day from `from` on, of every model version, oldest day first, with how many revisions there are. */
  async since(scope: string, from: string): Promise<(KeptWithBody & { revisions: number })[]> {
    const rows = await this.#state.rows(
      `SELECT ${COLUMNS}, bytes, count(*) OVER w AS revisions FROM result WHERE scope = $1 AND as_of >= $2
       WINDOW w AS (PARTITION BY as_of, model)
       QUALIFY row_number() OVER (PARTITION BY as_of, model ORDER BY revision DESC) = 1 ORDER BY as_of, model`,
      [scope, from],
    );
    return rows.map((row) => ({ ...withBody(row), revisions: whole(row, "revisions") }));
  }

  /** The newest revisions of days in the last two months of years, of the present model, oldest day first. */
  async yearEnds(scope: string, model = MODEL_VERSION): Promise<KeptWithBody[]> {
    const rows = await this.#state.rows(
      `SELECT ${COLUMNS}, bytes FROM result WHERE scope = $1 AND model = $2 AND substr(as_of, 6, 2) IN ('10', '11', '12')
       QUALIFY row_number() OVER (PARTITION BY as_of ORDER BY revision DESC) = 1 ORDER BY as_of`,
      [scope, model],
    );
    return rows.map(withBody);
  }

  /** The newest revisions of some schools on a day, by school; one without a result is not there. */
  async schools(ids: readonly string[], asOf: string, model = MODEL_VERSION): Promise<Map<string, KeptWithBody>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#state.rows(
      `SELECT ${COLUMNS}, bytes FROM result WHERE as_of = $1 AND model = $2 AND scope IN (${places(ids.length, 2)})
       QUALIFY row_number() OVER (PARTITION BY scope ORDER BY revision DESC) = 1`,
      [asOf, model, ...ids],
    );
    return new Map(rows.map((row) => [text(row, "scope"), withBody(row)]));
  }
}

export async function openResults(state: State, nowMs: () => number): Promise<ResultStore> {
  await state.prepare(RESULTS);
  return new ResultStore(state, nowMs);
}

function keyOf(scope: string, asOf: string, model: string): string {
  return `${scope} ${asOf} ${model}`;
}

/** The newest revisions of scopes, days and model versions, one question a day. */
async function newestOf(
  results: readonly { asOf: string; card: ResultBody["card"] }[],
  t: StateTransaction,
): Promise<Map<string, { revision: number; sha256: string }>> {
  const newest = new Map<string, { revision: number; sha256: string }>();
  for (const day of new Set(results.map(({ asOf }) => asOf))) {
    const scopes = results.flatMap(({ asOf, card }) => (asOf === day ? [card.scope] : []));
    const rows = await t.rows(
      `SELECT scope, model, max(revision) AS revision, arg_max(sha256, revision) AS sha256 FROM result
       WHERE as_of = $1 AND scope IN (${places(scopes.length, 1)}) GROUP BY scope, model`,
      [day, ...scopes],
    );
    for (const row of rows) {
      const key = keyOf(text(row, "scope"), day, text(row, "model"));
      newest.set(key, { revision: whole(row, "revision"), sha256: text(row, "sha256") });
    }
  }
  return newest;
}

async function insert(rows: readonly (readonly StateValue[])[], t: StateTransaction): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const values = rows.map((row, i) => `(${places(row.length, i * first.length)})`);
  await t.run(`INSERT INTO result (${COLUMNS}, bytes) VALUES ${values.join(", ")}`, rows.flat());
}

/** `$3, $4` for two values after two others. */
function places(count: number, after: number): string {
  return Array.from({ length: count }, (_, i) => `$${after + i + 1}`).join(", ");
}

function kept(row: StateRow): KeptResult {
  return {
    scope: text(row, "scope"),
    // What we have written ourselves.
    kind: text(row, "kind") as ScopeKind,
    asOf: text(row, "as_of"),
    modelVersion: text(row, "model"),
    revision: whole(row, "revision"),
    sha256: text(row, "sha256"),
    computedAtMs: whole(row, "computed_at_ms"),
    inputs: JSON.parse(text(row, "inputs")) as ResultInputs, // as above
  };
}

function withBody(row: StateRow): KeptWithBody {
  const { bytes } = row;
  if (!(bytes instanceof Uint8Array)) throw new TypeError("a result has no bytes");
  return { ...kept(row), body: JSON.parse(unpackedText(bytes)) as ResultBody }; // what we have written ourselves
}

export function isSchoolBody(body: ResultBody): body is SchoolBody {
  return body.card.kind === "school";
}

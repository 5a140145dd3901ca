// What the collector holds for each agent: numbered revisions, and what became of them. A school can hold one before it has an
// agent: the first agent of the school that asks and has none takes it over.
import { isDeepStrictEqual } from "node:util";
import { type CentralConfig, CentralConfigSchema } from "../../../contract/agent-config.ts";
import { compileGuard, createChecker } from "../../../contract/check.ts";
import { CampusError } from "../../../contract/errors.ts";
import { CONFIG_OUTCOMES, type ConfigOutcome } from "../../../contract/fleet.ts";
import { redactTarget } from "../../../contract/target.ts";
import { Turns } from "../../../contract/turns.ts";
import { type State, type StatePart, type StateRow, type StateTransaction, text, whole } from "../../state/state.ts";
import { type Checked, checkedConfig } from "./check.ts";
import { hidden, opened, type Seal, sealed } from "./secrets.ts";
import { Waiters } from "./waiters.ts";

/** Configurations are JSON with their secrets sealed (secrets.ts). Times are milliseconds since 1970. */
const TABLES: StatePart = {
  name: "fleet_configs",
  steps: [
    `CREATE TABLE agent_config (agent VARCHAR NOT NULL, revision BIGINT NOT NULL, config VARCHAR NOT NULL,
       source VARCHAR NOT NULL, note VARCHAR, at_ms BIGINT NOT NULL);
     CREATE TABLE agent_config_outcome (agent VARCHAR NOT NULL, revision BIGINT NOT NULL, outcome VARCHAR NOT NULL,
       problems VARCHAR NOT NULL, at_ms BIGINT NOT NULL);
     CREATE TABLE school_config (school VARCHAR NOT NULL, config VARCHAR NOT NULL, source VARCHAR NOT NULL,
       note VARCHAR, at_ms BIGINT NOT NULL)`,
  ],
};

/** Older revisions of an agent are forgotten. */
const KEPT_REVISIONS = 50;

/** Who put it in, and why. */
export interface PutBy {
  source: string;
  note?: string;
}

export interface LastOutcome extends ConfigOutcome {
  atMs: number;
}

/** What people see of an agent's configuration in the list of agents. */
export interface ConfigView {
  /** The newest revision that the collector holds for it. */
  revision: number;
  /** What the agent last said of a revision. */
  last?: LastOutcome;
}

export interface RevisionView extends PutBy {
  revision: number;
  atMs: number;
}

export interface ConfigsOptions {
  state: State;
  /** 32 bytes (secret-key.ts). */
  key: Uint8Array;
  nowMs(): number;
}

export class AgentConfigs {
  readonly waiters = new Waiters();
  readonly #isConfig = compileGuard<CentralConfig>(createChecker(), CentralConfigSchema);
  readonly #options: ConfigsOptions;
  readonly #views: Map<string, ConfigView>;
  readonly #schools: Set<string>;
  /** What is compared and what is written next belong together. */
  readonly #turns = new Turns();

  /** Use `openConfigs`. */
  constructor(options: ConfigsOptions, views: Map<string, ConfigView>, schools: Set<string>) {
    this.#options = options;
    this.#views = views;
    this.#schools = schools;
  }

  /** `undefined` for an agent that the collector holds nothing for. */
  view(agentId: string): ConfigView | undefined {
    return this.#views.get(agentId);
  }

  /**
   * A new revision for an agent, unless it is what the agent has been given last and has not given back.
   * @throws ConfigError with every problem and its path
   */
  async put(agentId: string, raw: unknown, by: PutBy): Promise<{ revision: number }> {
    const checked = await checkedConfig(raw);
    return this.#turns.take(async () => {
      const view = this.#views.get(agentId);
      if (view && !wasGivenBack(view) && isDeepStrictEqual(await this.#open(agentId, view.revision), checked.config)) {
        return { revision: view.revision };
      }
      const revision = await this.#options.state.transaction((t) => this.#insert(t, agentId, checked, by));
      this.#views.set(agentId, { ...view, revision });
      this.waiters.wakeAgent(agentId);
      return { revision };
    });
  }

  /** For the school's next agent that has none, in the place of what was held before. @throws ConfigError */
  async putForSchool(school: string, raw: unknown, { source, note }: PutBy): Promise<void> {
    const checked = await checkedConfig(raw);
    await this.#turns.take(async () => {
      const { state, nowMs } = this.#options;
      const config = this.#sealed(checked, `school ${school}`);
      await state.transaction(async (t) => {
        await t.run("DELETE FROM school_config WHERE school = $1", [school]);
        const row = [school, config, source, note ?? null, Math.round(nowMs())];
        await t.run("INSERT INTO school_config VALUES ($1, $2, $3, $4, $5)", row);
      });
      this.#schools.add(school);
      this.waiters.wakeSchool(school);
    });
  }

  /** Gives the agent what its school holds, when it has none of its own. */
  async takeOver(agentId: string, school: string): Promise<void> {
    if (this.#views.has(agentId) || !this.#schools.has(school)) return;
    await this.#turns.take(async () => {
      if (this.#views.has(agentId) || !this.#schools.has(school)) return;
      const { state } = this.#options;
      const [row] = await state.rows("SELECT * FROM school_config WHERE school = $1", [school]);
      if (!row) return;
      const checked = await checkedConfig(opened(JSON.parse(text(row, "config")), this.#seal(`school ${school}`)));
      const by = { source: `${text(row, "source")}, for school ${school}`, ...noteOf(row) };
      const revision = await state.transaction(async (t) => {
        await t.run("DELETE FROM school_config WHERE school = $1", [school]);
        return this.#insert(t, agentId, checked, by);
      });
      this.#views.set(agentId, { revision });
      this.#schools.delete(school);
    });
  }

  /** The newest revision, with its secrets: for the agent itself. @throws CampusError SECRETS_UNREADABLE */
  async held(agentId: string): Promise<{ revision: number; config: CentralConfig } | undefined> {
    const view = this.#views.get(agentId);
    return view && { revision: view.revision, config: await this.#open(agentId, view.revision) };
  }

  /** For people: the newest revision without its secrets, and all that are kept, the newest first. */
  async shown(agentId: string): Promise<{ config: unknown; revisions: RevisionView[] } | undefined> {
    const rows = await this.#options.state.rows("SELECT * FROM agent_config WHERE agent = $1 ORDER BY revision DESC", [
      agentId,
    ]);
    const [newest] = rows;
    if (!newest) return undefined;
    const revisions = rows.map((row): RevisionView => {
      const about = { source: text(row, "source"), ...noteOf(row) };
      return { revision: whole(row, "revision"), atMs: whole(row, "at_ms"), ...about };
    });
    return { config: hidden(JSON.parse(text(newest, "config"))), revisions };
  }

  /** For people: what a school holds for its next agent, without its secrets. */
  async shownForSchool(school: string): Promise<unknown> {
    const [row] = await this.#options.state.rows("SELECT config FROM school_config WHERE school = $1", [school]);
    return row && hidden(JSON.parse(text(row, "config")));
  }

  /** What an agent says became of a revision. @returns false for one that it was never given */
  async note(agentId: string, { revision, outcome, problems }: ConfigOutcome): Promise<boolean> {
    return this.#turns.take(async () => {
      const view = this.#views.get(agentId);
      if (!view || revision > view.revision) return false;
      const atMs = Math.round(this.#options.nowMs());
      await this.#options.state.transaction(async (t) => {
        await t.run("DELETE FROM agent_config_outcome WHERE agent = $1", [agentId]);
        const row = [agentId, revision, outcome, JSON.stringify(problems), atMs];
        await t.run("INSERT INTO agent_config_outcome VALUES ($1, $2, $3, $4, $5)", row);
      });
      this.#views.set(agentId, { ...view, last: { revision, outcome, problems, atMs } });
      return true;
    });
  }

  async #insert(t: StateTransaction, agentId: string, checked: Checked, { source, note }: PutBy): Promise<number> {
    const revision = (this.#views.get(agentId)?.revision ?? 0) + 1;
    const config = this.#sealed(checked, `agent ${agentId}`);
    const row = [agentId, revision, config, source, note ?? null, Math.round(this.#options.nowMs())];
    await t.run("INSERT INTO agent_config VALUES ($1, $2, $3, $4, $5, $6)", row);
    await t.run("DELETE FROM agent_config WHERE agent = $1 AND revision <= $2", [agentId, revision - KEPT_REVISIONS]);
    return revision;
  }

  async #open(agentId: string, revision: number): Promise<CentralConfig> {
    const [row] = await this.#options.state.rows("SELECT config FROM agent_config WHERE agent = $1 AND revision = $2", [
      agentId,
      revision,
    ]);
    const config = row && opened(JSON.parse(text(row, "config")), this.#seal(`agent ${agentId}`));
    if (this.#isConfig(config)) return config;
    throw new CampusError("CONFIG_UNREADABLE", `revision ${revision} of agent ${agentId} is not of this version`);
  }

  #sealed({ config, addresses }: Checked, owner: string): string {
    const shownUrl = (path: string) => {
      const address = addresses.get(path);
      return address ? redactTarget(address) : "";
    };
    return JSON.stringify(sealed(config, this.#seal(owner), shownUrl));
  }

  #seal(owner: string): Seal {
    return { key: this.#options.key, owner };
  }
}

/** @throws StateError */
export async function openConfigs(options: ConfigsOptions): Promise<AgentConfigs> {
  const { state } = options;
  await state.prepare(TABLES);
  const views = new Map<string, ConfigView>();
  for (const row of await state.rows("SELECT agent, max(revision) AS revision FROM agent_config GROUP BY agent")) {
    views.set(text(row, "agent"), { revision: whole(row, "revision") });
  }
  for (const row of await state.rows("SELECT * FROM agent_config_outcome")) {
    const view = views.get(text(row, "agent"));
    if (view) view.last = outcomeOf(row);
  }
  const schools = await state.rows("SELECT school FROM school_config");
  return new AgentConfigs(options, views, new Set(schools.map((row) => text(row, "school"))));
}

/** The agent went back from it, or could not use it: the same again means that it is to try once more. */
function wasGivenBack({ revision, last }: ConfigView): boolean {
  return last !== undefined && last.revision === revision && last.outcome !== "applied";
}

function outcomeOf(row: StateRow): LastOutcome {
  const outcome = CONFIG_OUTCOMES.find((name) => name === row.outcome) ?? "refused";
  const problems: unknown = JSON.parse(text(row, "problems"));
  const texts = Array.isArray(problems) ? problems.map(String) : [];
  return { revision: whole(row, "revision"), outcome, problems: texts, atMs: whole(row, "at_ms") };
}

function noteOf(row: StateRow): { note?: string } {
  return typeof row.note === "string" ? { note: row.note } : {};
}

// SNMP: asks a device what it is, picks the profile that fits, and reads what the profile says.
import type { ProbeFailure } from "../../contract/metrics.ts";
import type { Profile, Profiles, TableRule } from "../profiles/profile.ts";
import type { SnmpEngine } from "../snmp/engine.ts";
import type { Oid } from "../snmp/oid.ts";
import type { EngineChange, SnmpPeer } from "../snmp/peer.ts";
import type { SnmpTable } from "../snmp/table.ts";
import { type Probe, type ProbeContext, ProbeError, type ProbeResult, type ProbeTarget } from "./probe.ts";
import { addScalars, IDENTITY, type Said, SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME, ValueLists } from "./single-values.ts";
import { type DeviceMark, SlowColumns, type SlowRun } from "./slow-columns.ts";
import { SnmpFindings } from "./snmp-findings.ts";
import { addTable } from "./snmp-table.ts";
import { decodeText } from "./snmp-value.ts";
import { INTERFACE_COLUMNS, type OwnInterfaces, readInterfaces } from "./standard/interfaces.ts";
import { STANDARD_READERS, type StandardQuestions } from "./standard/standard.ts";

export interface SnmpProbeOptions {
  engine: SnmpEngine;
  profiles: Profiles;
}

/** Problems named in the log; the rest is only counted. */
const PROBLEMS_LOGGED = 10;

/**
 * A probe for SNMP targets.
 *
 * The target's own readings carry its id. Devices behind it (access points of a controller) have readings and facts under
 * their MAC or serial, with the fact `controller`.
 *
 * A run that could not read everything says what (`unread`), and hands out what it read whole: whole tables are true,
 * whatever is wrong with others. Of a table that failed nothing is taken. While the device still answers, a table that it
 * cannot tell costs only itself; when it falls silent, or its budget is spent, the run ends. Where one that lists access
 * points is among what was not read, they are not counted, and nothing is said of any device behind the target. Whatever
 * it failed of, the device had answered: that is `incomplete`.
 *
 * Columns and values that are only texts are not asked in every run (slow-columns.ts).
 * @throws ProbeError `timeout`, `unreachable`, `auth`, `protocol` of the first question; `unsupported` when the profile
 *         named does not exist or the device answers without knowing anything.
 */
export function createSnmpProbe({ engine, profiles }: SnmpProbeOptions): Probe {
  const lists = new ValueLists();
  return (target, context) => new SnmpRun(engine, target, context).read(profiles, lists);
}

/** What is read at a time, and fails alone. */
interface Part {
  name: string;
  /** Absent where it is no table of the profile. */
  rule?: TableRule;
  read(): Promise<void>;
}

/** Failures that are an answer: the device is there, and may well tell the rest. */
const STILL_ANSWERS: ReadonlySet<ProbeFailure> = new Set(["protocol", "auth", "unsupported"]);

/** One run, and what the device has said until now. */
class SnmpRun {
  readonly #engine: SnmpEngine;
  readonly #target: ProbeTarget;
  readonly #context: ProbeContext;
  readonly #peer: SnmpPeer;
  readonly #findings: SnmpFindings;
  readonly #said: Said = new Map();
  readonly #problems: string[] = [];
  #unreadable = 0;
  #rows = 0;
  #interfaces: Promise<OwnInterfaces> | undefined;

  constructor(engine: SnmpEngine, target: ProbeTarget, context: ProbeContext) {
    this.#engine = engine;
    this.#target = target;
    this.#context = context;
    this.#peer = peerOf(target, context);
    this.#findings = new SnmpFindings(target.id, (problem) => this.#problems.push(problem));
  }

  async read(profiles: Profiles, lists: ValueLists): Promise<ProbeResult> {
    const { isSilent, answered, nowMs, memory = {} } = this.#context;
    await this.#ask(IDENTITY, isSilent ? { ...this.#peer, retries: 0 } : this.#peer);
    const profile = chooseProfile(profiles, this.#target, this.#said);
    await answered?.();
    const atMs = nowMs();
    memory.slowColumns ??= new SlowColumns();
    const run = memory.slowColumns.begin(markOf(profile, this.#said), atMs);
    this.#findings.skipTexts(run.skipped);
    const unread = await this.#readAll(profile, lists, run);
    if (!unread && this.#said.size === 0 && this.#rows === 0) {
      const { id } = this.#target;
      throw new ProbeError("unsupported", `${id}: it answers, but has nothing that profile ${profile.name} asks`);
    }
    this.#findings.addText(this.#target.id, "address", this.#peer.host);
    const found = this.#findings.finish(atMs, profile.vendor ?? vendorOf(profile, this.#said));
    const valuesRefused = this.#problems.length + this.#unreadable;
    logRefused(this.#context, valuesRefused, this.#problems);
    const { sightings } = this.#findings;
    return { ...found, valuesRefused, ...(unread && { unread }), ...(sightings && { sightings }) };
  }

  /** @returns why not everything was read; `undefined` when it was. */
  async #readAll(profile: Profile, lists: ValueLists, run: SlowRun): Promise<ProbeError | undefined> {
    const parts = this.#parts(profile, lists, run);
    const unread = new Set(parts);
    let first: { error: ProbeError; name: string } | undefined;
    for (const part of parts) {
      try {
        await part.read();
        run.keep();
        unread.delete(part);
      } catch (error) {
        if (!(error instanceof ProbeError)) throw error;
        run.giveUp(part.rule);
        first ??= { error, name: part.name };
        if (!STILL_ANSWERS.has(error.reason)) break;
      }
    }
    const rules = [...unread].flatMap(({ rule }) => rule ?? []);
    const isListUnread = rules.some(({ listsAccessPoints }) => listsAccessPoints);
    if (isListUnread) this.#findings.leaveOutOthers();
    // What was not handed on counts as not read, and is asked again.
    run.commit(isListUnread ? "target" : "all");
    return first && unreadError(first.error, first.name, profile, rules.length);
  }

  /** All that is read by a profile, in its order. */
  #parts(profile: Profile, lists: ValueLists, run: SlowRun): readonly Part[] {
    const readValues = async () => {
      await this.#ask(lists.of(profile, run.skippedValues(profile)), this.#peer);
      addScalars(this.#findings, profile, this.#said);
    };
    return [
      { name: "its single values", read: readValues },
      ...profile.tables.map((rule) => ({ name: `table "${rule.name}"`, rule, read: () => this.#readTable(rule, run) })),
      ...profile.reads.map((name) => ({
        name: `the standard tables "${name}"`,
        read: async () => {
          const { read, everyMs } = STANDARD_READERS[name];
          if (run.asksRead(name, everyMs)) await read(this.#questions, this.#findings);
        },
      })),
    ];
  }

  async #readTable(rule: TableRule, run: SlowRun): Promise<void> {
    if (rule.unlessKnown !== undefined && this.#findings.knowsAny(rule.unlessKnown)) return;
    if (!run.asksTable(rule)) return;
    const table = await run.read(rule, (columns) => this.#walk(columns));
    if (table) addTable(this.#findings, rule, table);
  }

  /** What standard readers may ask. */
  get #questions(): StandardQuestions {
    const walk = (columns: readonly Oid[]) => this.#walk(columns);
    const interfaces = () => {
      this.#interfaces ??= walk(INTERFACE_COLUMNS).then(readInterfaces);
      return this.#interfaces;
    };
    return { walk, interfaces };
  }

  async #walk(columns: readonly Oid[]): Promise<SnmpTable> {
    const table = await this.#engine.walkColumns(this.#peer, columns, this.#context.signal);
    this.#unreadable += table.refused;
    this.#rows += table.rowKeys.length;
    return table;
  }

  async #ask(oids: readonly Oid[], peer: SnmpPeer): Promise<void> {
    const { values, refused } = await this.#engine.get(peer, oids, this.#context.signal);
    oids.forEach(({ text }, i) => {
      const value = values[i];
      if (value !== undefined) this.#said.set(text, value);
    });
    this.#unreadable += refused;
  }
}

function unreadError(cause: ProbeError, part: string, { name, tables }: Profile, left: number): ProbeError {
  const reason = cause.reason === "internal" ? "internal" : "incomplete";
  const place = `while reading ${part} of profile ${name}; ${tables.length - left} of ${tables.length} tables done`;
  return new ProbeError(reason, `${cause.message} (${place})`, { cause });
}

function markOf(profile: Profile, said: Said): DeviceMark {
  const sysObjectId = said.get(SYS_OBJECT_ID);
  const upTicks = said.get(SYS_UP_TIME);
  return {
    profile,
    sysObjectId: typeof sysObjectId === "string" ? sysObjectId : undefined,
    upTicks: typeof upTicks === "number" ? upTicks : undefined,
  };
}

function peerOf({ address, timeoutMs, retries }: ProbeTarget, { tally, log }: ProbeContext): SnmpPeer {
  const { kind: _, ...who } = address;
  const patience = { timeoutMs, retries, ...(tally && { tally }) };
  if (who.version !== "v3") return { ...who, ...patience };
  const onEngineChanged = (change: EngineChange) => log.warn(change, "another SNMPv3 engine answers at this address");
  return { ...who, ...patience, onEngineChanged };
}

function chooseProfile(profiles: Profiles, target: ProbeTarget, said: Said): Profile {
  if (target.profile !== undefined) {
    const named = profiles.get(target.profile);
    if (named) return named;
    const known = profiles.names.join(", ");
    throw new ProbeError(
      "unsupported",
      `${target.id}: there is no profile "${target.profile}", expected one of ${known}`,
    );
  }
  const sysObjectId = said.get(SYS_OBJECT_ID);
  const sysDescr = said.get(SYS_DESCR);
  return profiles.choose({
    ...(typeof sysObjectId === "string" ? { sysObjectId } : {}),
    ...(typeof sysDescr === "string" ? { sysDescr: decodeText(sysDescr) } : {}),
  });
}

/** The maker by the enterprise number in sysObjectID (1.3.6.1.4.1.NUMBER). */
function vendorOf({ vendors }: Profile, said: Said): string | undefined {
  const match = /^1\.3\.6\.1\.4\.1\.(\d+)/.exec(String(said.get(SYS_OBJECT_ID) ?? ""));
  return vendors.get(Number(match?.[1]));
}

function logRefused({ log }: ProbeContext, valuesRefused: number, problems: readonly string[]): void {
  if (valuesRefused === 0) return;
  log.debug({ valuesRefused, problems: problems.slice(0, PROBLEMS_LOGGED) }, "values refused");
}

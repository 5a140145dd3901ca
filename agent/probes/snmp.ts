// SNMP v2c: asks a device what it is, picks the profile that fits, and reads what the profile says.
import type { Profile, Profiles, TableRule } from "../profiles/profile.ts";
import type { SnmpEngine } from "../snmp/engine.ts";
import { type Oid, parseOid } from "../snmp/oid.ts";
import type { EngineChange, SnmpPeer } from "../snmp/peer.ts";
import type { SnmpTable } from "../snmp/table.ts";
import type { SnmpValue } from "../snmp/value.ts";
import { type Probe, type ProbeContext, ProbeError, type ProbeResult, type ProbeTarget } from "./probe.ts";
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

/** SNMPv2-MIB: sysDescr, sysObjectID, sysUpTime, sysName: asked first, and what most profiles want besides. */
const IDENTITY: readonly Oid[] = [
  "1.3.6.1.2.1.1.1.0",
  "1.3.6.1.2.1.1.2.0",
  "1.3.6.1.2.1.1.3.0",
  "1.3.6.1.2.1.1.5.0",
].map(parseOid);
const [SYS_DESCR = "", SYS_OBJECT_ID = "", SYS_UP_TIME = ""] = IDENTITY.map(({ text }) => text);
/** Problems named in the log; the rest is only counted. */
const PROBLEMS_LOGGED = 10;

/** What the device has said so far, by OID. */
type Said = Map<string, SnmpValue>;

/**
 * A probe for SNMP targets.
 *
 * The target's own readings carry its id. Devices behind it (access points of a controller) have readings and facts under
 * their MAC or serial, with the fact `controller`.
 *
 * A run that fails after the first answer says what it was reading (`unread`), and hands out what was read whole before:
 * whole tables are true, whatever comes after them. Of the table in which it failed nothing is taken. Where one that lists
 * access points is among what was not read, they are not counted, and nothing is said of any device behind the target. A
 * device that answered and then fell silent, or was too slow for its budget, is `incomplete` and not a `timeout`.
 *
 * Columns and values that are only texts are not asked in every run (slow-columns.ts).
 * @throws ProbeError `timeout`, `unreachable`, `auth`, `protocol` of the first question; `unsupported` when the profile
 *         named does not exist or the device answers without knowing anything.
 */
export function createSnmpProbe({ engine, profiles }: SnmpProbeOptions): Probe {
  const lists = new ValueLists();
  return (target, context) => new SnmpRun(engine, target, context).read(profiles, lists);
}

/** One run: what the device has said until now, and where reading is. */
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
  #reading = "its single values";
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
    const left = new Set(profile.tables);
    try {
      await this.#ask(lists.of(profile, run.skippedValues(profile)), this.#peer);
      addScalars(this.#findings, profile, this.#said);
      run.keep();
      for (const rule of profile.tables) {
        await this.#readTable(rule, run);
        run.keep();
        left.delete(rule);
      }
      for (const name of profile.reads) {
        this.#reading = `the standard tables "${name}"`;
        const { read, everyMs } = STANDARD_READERS[name];
        if (run.asksRead(name, everyMs)) await read(this.#questions, this.#findings);
        run.keep();
      }
    } catch (error) {
      if (!(error instanceof ProbeError)) throw error;
      const isListUnread = [...left].some(({ listsAccessPoints }) => listsAccessPoints);
      if (isListUnread) this.#findings.leaveOutOthers();
      // What was not handed on counts as not read, and is asked again.
      else run.commit();
      return this.#unread(error, profile, left.size);
    }
    run.commit();
    return undefined;
  }

  async #readTable(rule: TableRule, run: SlowRun): Promise<void> {
    if (rule.unlessKnown !== undefined && this.#findings.knowsAny(rule.unlessKnown)) return;
    if (!run.asksTable(rule)) return;
    this.#reading = `table "${rule.name}"`;
    const table = await run.read(rule, (columns) => this.#walk(columns));
    if (table) addTable(this.#findings, rule, table);
  }

  #unread(cause: ProbeError, { name, tables }: Profile, left: number): ProbeError {
    const reason = cause.reason === "timeout" ? "incomplete" : cause.reason;
    const place = `while reading ${this.#reading} of profile ${name}; ${tables.length - left} of ${tables.length} tables done`;
    return new ProbeError(reason, `${cause.message} (${place})`, { cause });
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

/** Which single values of a profile are asked. Each list is made once, so that the engine encodes its request once. */
class ValueLists {
  readonly #whole = new WeakMap<Profile, readonly Oid[]>();
  readonly #fast = new WeakMap<Profile, readonly Oid[]>();

  /** `skipped` is either empty or the same for a profile. */
  of(profile: Profile, skipped: ReadonlySet<string>): readonly Oid[] {
    const lists = skipped.size === 0 ? this.#whole : this.#fast;
    const oids = lists.get(profile) ?? askedBy(profile).filter(({ text }) => !skipped.has(text));
    lists.set(profile, oids);
    return oids;
  }
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

/** Single values of a profile that have not been asked for its identity; each once. */
function askedBy({ scalars, ratios }: Profile): readonly Oid[] {
  const known = new Set(IDENTITY.map(({ text }) => text));
  const all = [...scalars.map(({ oid }) => oid), ...ratios.flatMap(({ total, parts }) => [total, ...parts])];
  return all.filter(({ text }) => !known.has(text) && known.add(text));
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

function addScalars(findings: SnmpFindings, { constants, scalars, ratios }: Profile, said: Said): void {
  findings.addConstants(findings.target, constants);
  for (const rule of scalars) findings.addScalar(rule, said.get(rule.oid.text));
  for (const rule of ratios) {
    const parts = rule.parts.map(({ text }) => said.get(text));
    findings.addRatio(rule, said.get(rule.total.text), parts);
  }
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

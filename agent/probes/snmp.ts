// SNMP v2c: asks a device what it is, picks the profile that fits, and reads what the profile says.
import type { Profile, Profiles } from "../profiles/profile.ts";
import type { SnmpEngine } from "../snmp/engine.ts";
import type { SnmpPeer } from "../snmp/exchange.ts";
import { type Oid, parseOid } from "../snmp/oid.ts";
import type { SnmpValue } from "../snmp/value.ts";
import { type Probe, type ProbeContext, ProbeError, type ProbeTarget } from "./probe.ts";
import { SnmpFindings } from "./snmp-findings.ts";
import { addTable } from "./snmp-table.ts";
import { decodeText } from "./snmp-value.ts";

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
const [SYS_DESCR = "", SYS_OBJECT_ID = ""] = IDENTITY.map(({ text }) => text);
/** Problems named in the log; the rest is only counted. */
const PROBLEMS_LOGGED = 10;

/** What the device has said so far, by OID. */
type Said = Map<string, SnmpValue>;

/**
 * A probe for SNMP targets.
 *
 * The target's own readings carry its id. Devices behind it (access points of a controller) have readings and facts under
 * their MAC or serial, with the fact `controller`. A table that was not read to its end makes the whole run fail.
 * @throws ProbeError `timeout`, `unreachable`, `auth`, `protocol`; `unsupported` when the profile named does not exist or
 *         the device answers without knowing anything.
 */
export function createSnmpProbe({ engine, profiles }: SnmpProbeOptions): Probe {
  /** A profile's list is made once, so that the engine encodes its request once. */
  const oidsOf = new WeakMap<Profile, readonly Oid[]>();
  const scalarOids = (profile: Profile): readonly Oid[] => {
    const oids = oidsOf.get(profile) ?? askedBy(profile);
    oidsOf.set(profile, oids);
    return oids;
  };

  return async (target, context) => {
    const { signal, nowMs } = context;
    const peer = peerOf(target);
    const problems: string[] = [];
    const findings = new SnmpFindings(target.id, (problem) => problems.push(problem));
    const said: Said = new Map();
    let unreadable = await ask(engine, peer, IDENTITY, said, signal);
    const atMs = nowMs();
    const profile = chooseProfile(profiles, target, said);
    unreadable += await ask(engine, peer, scalarOids(profile), said, signal);
    addScalars(findings, profile, said);
    let rows = 0;
    for (const rule of profile.tables) {
      if (rule.unlessKnown !== undefined && findings.knows(rule.unlessKnown)) continue;
      const table = await engine.walkColumns(peer, rule.oids, signal);
      unreadable += table.refused;
      rows += table.rowKeys.length;
      addTable(findings, rule, table);
    }
    if (said.size === 0 && rows === 0) {
      throw new ProbeError(
        "unsupported",
        `${target.id}: it answers, but has nothing that profile ${profile.name} asks`,
      );
    }
    findings.addText(target.id, "address", peer.host);
    const found = findings.finish(atMs, profile.vendor ?? vendorOf(profile, said));
    const valuesRefused = problems.length + unreadable;
    logRefused(context, valuesRefused, problems);
    return { ...found, valuesRefused };
  };
}

function peerOf({ address, timeoutMs, retries }: ProbeTarget): SnmpPeer {
  const { host, port, community } = address;
  return { host, port, community, timeoutMs, retries };
}

/** Adds what the device says to `said`; returns how many values could not be read. */
async function ask(
  engine: SnmpEngine,
  peer: SnmpPeer,
  oids: readonly Oid[],
  said: Said,
  signal: AbortSignal,
): Promise<number> {
  const { values, refused } = await engine.get(peer, oids, signal);
  oids.forEach(({ text }, i) => {
    const value = values[i];
    if (value !== undefined) said.set(text, value);
  });
  return refused;
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

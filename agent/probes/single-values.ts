// Single values of a device by a profile: which are asked, and what they say.
import type { Profile } from "../profiles/profile.ts";
import { type Oid, parseOid } from "../snmp/oid.ts";
import type { SnmpValue } from "../snmp/value.ts";
import type { SnmpFindings } from "./snmp-findings.ts";

/** SNMPv2-MIB: sysDescr, sysObjectID, sysUpTime, sysName: asked first, and what most profiles want besides. */
export const IDENTITY: readonly Oid[] = [
  "1.3.6.1.2.1.1.1.0",
  "1.3.6.1.2.1.1.2.0",
  "1.3.6.1.2.1.1.3.0",
  "1.3.6.1.2.1.1.5.0",
].map(parseOid);
export const [SYS_DESCR = "", SYS_OBJECT_ID = "", SYS_UP_TIME = ""] = IDENTITY.map(({ text }) => text);

/** What the device has said so far, by OID. */
export type Said = Map<string, SnmpValue>;

/** Which single values of a profile are asked. Each list is made once, so that the engine encodes its request once. */
export class ValueLists {
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

/** Single values of a profile that have not been asked for its identity; each once. */
function askedBy({ scalars, ratios }: Profile): readonly Oid[] {
  const known = new Set(IDENTITY.map(({ text }) => text));
  const all = [...scalars.map(({ oid }) => oid), ...ratios.flatMap(({ total, parts }) => [total, ...parts])];
  return all.filter(({ text }) => !known.has(text) && known.add(text));
}

export function addScalars(findings: SnmpFindings, { constants, scalars, ratios }: Profile, said: Said): void {
  findings.addConstants(findings.target, constants);
  for (const rule of scalars) findings.addScalar(rule, said.get(rule.oid.text));
  for (const rule of ratios) {
    const parts = rule.parts.map(({ text }) => said.get(text));
    findings.addRatio(rule, said.get(rule.total.text), parts);
  }
}

// Asks one device that answered what it is: the agent's own probe first, then what no profile asks.
import type { Logger } from "pino";
import type { AgentTarget } from "../config/config.ts";
import type { ProbeTable } from "../probes/probe.ts";
import type { Profiles } from "../profiles/profile.ts";
import { type Outcome, startRun } from "../schedule/run.ts";
import type { SnmpEngine } from "../snmp/engine.ts";
import type { SnmpPeer } from "../snmp/peer.ts";
import { type About, askAbout, orNothing } from "./about.ts";
import { type Access, type AccessOptions, accessTo, peerAt, RETRIES } from "./access.ts";
import type { Answer, FoundDevice, Warning } from "./found.ts";
import { guessKind } from "./kind.ts";
import { plainText } from "./plain.ts";
import { children, defined, metricsOf, textsOf } from "./said.ts";
import { SYSTEM, type SystemTexts, systemTexts } from "./system.ts";

export interface IdentifyOptions extends AccessOptions {
  engine: SnmpEngine;
  probes: ProbeTable;
  profiles: Profiles;
  timeoutMs: number;
  /** Monotonic real time in milliseconds. */
  realMs(): number;
  nowMs(): number;
  signal: AbortSignal;
  log: Logger;
}

/** How long one device may take to say what it is; a controller of hundreds of access points needs some seconds. */
const DEADLINE_MS = 30_000;

/** The device, followed by those that it speaks for. */
export async function identify(answer: Answer, options: IdentifyOptions): Promise<FoundDevice[]> {
  const access = accessTo(answer, options);
  if (!access) return [v3Device(answer, options.profiles)];
  const { signal, engine, timeoutMs, probes, realMs, nowMs, log } = options;
  const { outcome } = startRun(targetOf(answer, access, options), signal, { probes, realMs, nowMs, log });
  const run = await outcome;
  const peer = peerAt(access.target, timeoutMs);
  const deadline = deadlineOf(signal);
  const about = await askAbout(engine, peer, deadline);
  // A device that only its engine's id is known of has not been asked for these yet.
  const system = (answer.sysDescr ?? answer.sysObjectId) ? undefined : await askSystem(engine, peer, deadline);
  return [ownDevice({ ...system, ...answer }, access, run, about, options), ...children(answer, run)];
}

function targetOf({ address }: Answer, { target }: Access, { timeoutMs }: IdentifyOptions): AgentTarget {
  return {
    id: address,
    address: target,
    segment: "main",
    timeoutMs,
    retries: RETRIES,
    intervalMs: DEADLINE_MS,
    deadlineMs: DEADLINE_MS,
  };
}

async function askSystem(engine: SnmpEngine, peer: SnmpPeer, signal: AbortSignal): Promise<SystemTexts | undefined> {
  return systemTexts((await orNothing(engine.get(peer, SYSTEM, signal)))?.values ?? []);
}

function deadlineOf(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]);
}

/** Of a device that speaks only SNMPv3 the maker is known by its number, and its MAC if the engine's id is made of it. */
function v3Device({ address, engine }: Answer, profiles: Profiles): FoundDevice {
  const vendor = engine && vendorOf(engine.enterprise, profiles);
  return {
    ...defined({ vendor, mac: engine?.mac }),
    address,
    otherAddresses: [],
    kind: "unknown",
    access: { kind: "v3" },
    warnings: [{ code: "SNMP_V3_ONLY", message: "v3 only, credentials wanted" }],
  };
}

function vendorOf(enterprise: number, profiles: Profiles): string | undefined {
  return profiles.get("generic")?.vendors.get(enterprise);
}

function ownDevice(
  answer: Answer,
  { shown: access }: Access,
  run: Outcome | undefined,
  about: About,
  { profiles }: IdentifyOptions,
): FoundDevice {
  const { address, sysDescr, sysObjectId } = answer;
  const said = textsOf(run?.result?.facts.find(({ device }) => device === address));
  const profile = profiles.choose({ ...defined({ sysObjectId, sysDescr }) });
  const metrics = metricsOf(address, run?.result?.readings ?? []);
  const evidence = { ...about.evidence, profileKind: profile.kind, sysDescr, sysObjectId, metrics };
  return {
    ...defined({
      name: said.name ?? plainText(answer.sysName),
      vendor: said.vendor ?? profile.vendor ?? about.texts.vendor,
      model: said.model ?? about.texts.model,
      firmware: said.firmware ?? about.texts.firmware,
      serial: said.serial ?? about.texts.serial,
      mac: said.mac ?? about.texts.mac ?? answer.engine?.mac,
      description: plainText(sysDescr),
    }),
    address,
    otherAddresses: [],
    profile: profile.name,
    kind: guessKind({ ...evidence, children: children(answer, run).length }),
    access,
    warnings: [...defaultWarnings(answer), ...readWarnings(run)],
  };
}

function defaultWarnings({ defaults }: Answer): Warning[] {
  return defaults.map((value) => ({
    code: "SNMP_DEFAULT_COMMUNITY",
    message:
      value === "private"
        ? 'answers to the default community "private": anybody may read it, and probably change it'
        : `answers to the default community "${value}": anybody may read it`,
  }));
}

function readWarnings(run: Outcome | undefined): Warning[] {
  if (run && !run.failure) return [];
  const why = run?.failure ? `(${run.failure.reason}): ${plainText(run.failure.message) ?? ""}` : "before the stop";
  return [{ code: "DEVICE_UNREADABLE", message: `answers, but was not read whole ${why}` }];
}

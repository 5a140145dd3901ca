import { type Logger, pino } from "pino";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../../contract/metrics.ts";
import { exampleAps } from "../../firmware-sims/models/example-aps.ts";
import { createHuaweiAc } from "../../firmware-sims/models/huawei-ac.ts";
import { type SnmpDevice, startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { createStaticMib, type Mib, type MibRow } from "../../firmware-sims/snmp/mib.ts";
import { parseOid } from "../../firmware-sims/snmp/oid.ts";
import { counter64, integer, oidValue, text, timeTicks } from "../../firmware-sims/snmp/value.ts";
import type { AgentTarget } from "../config/config.ts";
import { loadProfiles } from "../profiles/load.ts";
import type { Profiles } from "../profiles/profile.ts";
import { Places } from "../schedule/places.ts";
import { type Outcome, probeReading, startRun } from "../schedule/run.ts";
import { createSnmpEngine, type SnmpEngine } from "../snmp/engine.ts";
import {
  answer,
  boundSocket,
  type Cell,
  closeSocket,
  endCell,
  type Responder,
  type Script,
  type SeenRequest,
  startResponder,
  textCell,
} from "../snmp/hostile-suite.ts";
import type { ProbeMemory, ProbeTable } from "./probe.ts";
import { createProbes } from "./table.ts";

/** Longer than a busy machine takes to answer, where an answer is expected. */
const PATIENT_MS = 2_000;
/** Where none is. */
const HURRIED_MS = 40;

describe("what a person sees of an agent that", () => {
  let profiles: Profiles;
  let engine: SnmpEngine;
  let probes: ProbeTable;
  let memory: ProbeMemory;
  let closing: (() => Promise<void>)[];
  const log: Logger = pino({ level: "silent" });

  beforeAll(async () => {
    profiles = await loadProfiles();
  });
  beforeEach(() => {
    engine = createSnmpEngine({ tickMs: 5 });
    probes = createProbes({ engine, profiles });
    memory = {};
    closing = [];
  });
  afterEach(async () => {
    await engine.close();
    await Promise.all(closing.map((close) => close()));
  });

  async function device(mib: Mib): Promise<SnmpDevice> {
    const started = await startSnmpDevice({ mib, community: "public" });
    closing.push(() => started.close());
    return started;
  }

  async function responder(script: Script): Promise<Responder> {
    const started = await startResponder(script);
    closing.push(() => started.close());
    return started;
  }

  /** One round, as the scheduler makes it. */
  async function ask(port: number, change: Partial<AgentTarget> = {}, isSilent = false): Promise<Outcome> {
    const address = { kind: "snmp", host: "127.0.0.1", port, community: "public" } as const;
    const target = { id: "ac-1", address, segment: "main", timeoutMs: PATIENT_MS, retries: 1, ...change };
    const controller = new AbortController();
    const turn = { places: new Places(4), lateMs: 0, isLaggard: false, isSilent, memory, controller };
    const options = { probes, nowMs: () => Date.now(), realMs: () => performance.now(), log, turn };
    const full: AgentTarget = { intervalMs: 60_000, deadlineMs: 15_000, ...target };
    const outcome = await startRun(full, new AbortController().signal, options).outcome;
    if (!outcome) throw new RangeError("nobody stopped this run");
    return outcome;
  }

  const valuesOf = ({ result }: Outcome, id: string, instance?: string): Values | undefined =>
    result?.readings.find((reading) => reading.device === id && reading.instance === instance)?.values;

  it("loops: incomplete, the table in which it does, and what was read beside that", async () => {
    const ac = await device(createHuaweiAc({ aps: exampleAps(3) }).mib);
    ac.setFault({ kind: "loop" });
    const outcome = await ask(ac.port);
    expect(outcome).toMatchObject({ answered: true, failure: { reason: "incomplete" } });
    expect(outcome.failure?.message).toMatch(/does not advance in its tables .*table "[a-z-]+" of profile huawei-ac/);
    expect(valuesOf(outcome, "ac-1")).toMatchObject({ wifi_aps_claimed: 3 });
    // How many there are was not read, so nothing is said of it; and nothing of any access point.
    expect(valuesOf(outcome, "ac-1")).not.toHaveProperty("wifi_aps_registered");
    expect(new Set(outcome.result?.readings.map((reading) => reading.device))).toEqual(new Set(["ac-1"]));
  });

  it("cannot tell one table: incomplete and which, everything else, and that table asked again in the next round", async () => {
    const { mib } = createHuaweiAc({ aps: exampleAps(3) });
    const radios = parseOid("1.3.6.1.4.1.2011.6.139.16");
    const isOfRadios = (oid: readonly number[]) => radios.every((arc, i) => oid[i] === arc);
    let isBroken = true;
    const ac = await device({
      size: mib.size,
      get: (oid) => mib.get(oid),
      // What it says next is where it has been before.
      next: (oid) => (isBroken && isOfRadios(oid) ? mib.next(parseOid("1.3.6.1.2.1.1")) : mib.next(oid)),
    });
    const outcome = await ask(ac.port);
    expect(outcome).toMatchObject({ answered: true, failure: { reason: "incomplete" } });
    const [, done, all] =
      /while reading table "radios" .*; (\d+) of (\d+) tables done/.exec(outcome.failure?.message ?? "") ?? [];
    expect(Number(all) - Number(done)).toBe(1);
    expect(valuesOf(outcome, "ac-1")).toMatchObject({ wifi_aps_registered: 3, wifi_aps_up: 3 });
    const interfaces = ({ result }: Outcome) =>
      result?.readings.filter(({ measurement }) => measurement === "interface").length;
    expect(interfaces(outcome)).toBeGreaterThan(0);
    isBroken = false;
    const after = await ask(ac.port);
    expect(after.failure).toBeUndefined();
    expect(after.result?.readings.some(({ measurement }) => measurement === "radio")).toBe(true);
    expect(interfaces(after)).toBe(interfaces(outcome));
  });

  it("answers the first question against the protocol: protocol, and that it is there", async () => {
    const { peer } = await responder((request) => answer({ id: request.id, cells: [] }));
    expect(await ask(peer.port)).toMatchObject({ answered: true, failure: { reason: "protocol" } });
  });

  it("answers only every other datagram: everything at the second attempt, however often it is asked again", async () => {
    const { peer } = await responder((request, attempt) => {
      if (attempt % 2 === 1) return undefined;
      if (request.operation !== "get") return answer({ id: request.id, cells: request.names.map(endCell) });
      return answer({
        id: request.id,
        cells: [textCell(request.names[0] ?? "", "a box"), ...noSuchCells(request).slice(1)],
      });
    });
    const change = { timeoutMs: 300, retries: 5 };
    // It was silent before: one datagram, which is the one that is lost, and then the one that is not.
    expect(await ask(peer.port, change, true)).toMatchObject({ answered: false, requests: 1 });
    const outcome = await ask(peer.port, change, true);
    expect(outcome.failure).toBeUndefined();
    expect(outcome.retransmissions).toBeGreaterThan(0);
  });

  it("answers from another port: timeout, as nobody knows who that is", async () => {
    const other = await boundSocket("127.0.0.1");
    closing.push(() => closeSocket(other));
    const { peer } = await responder((request, _, { asker }) => {
      other.send(answer({ id: request.id, cells: noSuchCells(request) }), asker.port, asker.address);
      return undefined;
    });
    expect(await ask(peer.port, { timeoutMs: HURRIED_MS })).toMatchObject({
      answered: false,
      failure: { reason: "timeout" },
    });
    await expect.poll(() => engine.stats.unexpected).toBeGreaterThan(0);
  });

  it("answers another request: timeout", async () => {
    const { peer } = await responder((request) => answer({ id: request.id ^ 1, cells: noSuchCells(request) }));
    expect(await ask(peer.port, { timeoutMs: HURRIED_MS })).toMatchObject({ failure: { reason: "timeout" } });
    expect(engine.stats.unexpected).toBeGreaterThan(0);
  });

  it("answers late, but while it is still being asked: everything, and that a question was repeated", async () => {
    const gateway = await device(gatewayMib());
    gateway.setFault({ kind: "slow", delayMs: 120 });
    const outcome = await ask(gateway.port, { timeoutMs: 100, retries: 5 });
    expect(outcome.failure).toBeUndefined();
    expect(outcome.retransmissions).toBeGreaterThan(0);
    expect(valuesOf(outcome, "ac-1")).toMatchObject({ uptime_seconds: 1_000 });
  });

  it("answers only when nobody waits any more: timeout, and the next round is not disturbed by it", async () => {
    const slow = await device(gatewayMib());
    slow.setFault({ kind: "slow", delayMs: 3 * HURRIED_MS });
    expect(await ask(slow.port, { timeoutMs: HURRIED_MS, retries: 0 })).toMatchObject({
      failure: { reason: "timeout" },
    });
    slow.setFault(undefined);
    const outcome = await ask(slow.port);
    expect(outcome.failure).toBeUndefined();
    expect(valuesOf(outcome, "ac-1")).toMatchObject({ uptime_seconds: 1_000 });
  });

  it("sends half a datagram: timeout with the reason, counted for this device, and nothing of the half", async () => {
    const half = await device(gatewayMib());
    half.setFault({ kind: "truncate" });
    const outcome = await ask(half.port, { timeoutMs: HURRIED_MS });
    expect(outcome).toMatchObject({ answered: false, failure: { reason: "timeout" } });
    expect(outcome.failure?.message).toContain("from there are no SNMP answer");
    expect(outcome.malformed).toBeGreaterThan(0);
    expect(probeReading(outcome).values.probe_malformed).toBe(outcome.malformed);
    expect(outcome).not.toHaveProperty("result");
    expect(engine.stats.malformed).toBeGreaterThan(0);
  });

  it("wraps a counter: the counter as it is, and never a difference", async () => {
    let inBytes = 2 ** 40;
    const { port } = await device(gatewayMib({ inBytes: () => inBytes }));
    expect(valuesOf(await ask(port), "ac-1", "wan0")).toMatchObject({ if_in_bytes_total: 2 ** 40 });
    inBytes = 17;
    expect(valuesOf(await ask(port), "ac-1", "wan0")).toMatchObject({ if_in_bytes_total: 17, if_up: 1 });
  });

  it("reboots: an uptime that fell, and all its texts at once", async () => {
    let upMs = 1_000_000;
    const ac = createHuaweiAc({ aps: exampleAps(2) });
    const { port } = await device(withUptime(ac.mib, () => upMs));
    const serials = ({ result }: Outcome) =>
      result?.facts.filter(({ device, texts }) => device !== "ac-1" && texts.serial !== undefined).length;
    expect(serials(await ask(port))).toBe(2);
    upMs += 60_000;
    const before = await ask(port);
    expect(serials(before)).toBe(0);
    expect(valuesOf(before, "ac-1")).toMatchObject({ wifi_aps_registered: 2, wifi_aps_up: 2, uptime_seconds: 1_060 });
    upMs = 5_000;
    const after = await ask(port);
    expect(serials(after)).toBe(2);
    expect(valuesOf(after, "ac-1")).toMatchObject({ uptime_seconds: 5 });
  });

  it("answers every question with noSuchInstance: unsupported, and which profile found nothing", async () => {
    const { peer } = await responder((request) =>
      request.operation === "get"
        ? answer({ id: request.id, cells: noSuchCells(request) })
        : answer({ id: request.id, cells: request.names.map(endCell) }),
    );
    const outcome = await ask(peer.port);
    expect(outcome).toMatchObject({ answered: true, failure: { reason: "unsupported" } });
    expect(outcome.failure?.message).toBe("ac-1: it answers, but has nothing that profile generic asks");
  });

  it("falls silent in the middle of a table: incomplete and where, and the tables it told before", async () => {
    const { mib } = createHuaweiAc({ aps: exampleAps(20) });
    const radios = parseOid("1.3.6.1.4.1.2011.6.139.16");
    const ac = await device({
      size: mib.size,
      get: (oid) => mib.get(oid),
      next: (oid) => {
        // It still answers this one, which is not the whole table.
        if (radios.every((arc, i) => oid[i] === arc)) ac.setFault({ kind: "silent" });
        return mib.next(oid);
      },
    });
    const outcome = await ask(ac.port, { deadlineMs: 1_500 });
    expect(outcome).toMatchObject({ answered: true, failure: { reason: "incomplete" } });
    expect(outcome.failure?.message).toMatch(
      /while reading table "radios" of profile huawei-ac; [1-9]\d* of \d+ tables done/,
    );
    expect(valuesOf(outcome, "ac-1")).toMatchObject({ wifi_aps_registered: 20, wifi_aps_up: 20 });
    expect(outcome.result?.readings.some(({ measurement }) => measurement === "radio")).toBe(false);
  });

  it("is dead: one datagram a round, and everything in the very round in which it answers again", async () => {
    const gateway = await device(gatewayMib());
    gateway.setFault({ kind: "silent" });
    const first = await ask(gateway.port, { timeoutMs: HURRIED_MS, retries: 2 });
    expect(first).toMatchObject({ answered: false, requests: 3, failure: { reason: "timeout" } });
    const second = await ask(gateway.port, { timeoutMs: HURRIED_MS, retries: 2 }, true);
    expect(second).toMatchObject({ answered: false, requests: 1, retransmissions: 0 });
    gateway.setFault(undefined);
    const third = await ask(gateway.port, {}, true);
    expect(third.failure).toBeUndefined();
    expect(valuesOf(third, "ac-1", "wan0")).toMatchObject({ if_up: 1 });
  });
});

/** A router with one interface, up for a thousand seconds. */
function gatewayMib({ inBytes = () => 1 }: { inBytes?: () => number } = {}): Mib {
  const row = (oid: string, value: MibRow["value"]): MibRow => ({ oid: parseOid(oid), value });
  return createStaticMib([
    row("1.3.6.1.2.1.1.1.0", text("a router")),
    row("1.3.6.1.2.1.1.2.0", oidValue("1.3.6.1.4.1.99999.1")),
    row("1.3.6.1.2.1.1.3.0", timeTicks(1_000_000)),
    row("1.3.6.1.2.1.31.1.1.1.1.1", text("wan0")),
    row("1.3.6.1.2.1.2.2.1.8.1", integer(1)),
    row("1.3.6.1.2.1.31.1.1.1.6.1", () => counter64(inBytes())),
  ]);
}

/** The same device with an uptime that the test sets, in milliseconds. */
function withUptime(mib: Mib, upMs: () => number): Mib {
  const sysUpTime = createStaticMib([{ oid: parseOid("1.3.6.1.2.1.1.3.0"), value: () => timeTicks(upMs()) }]);
  return { ...mib, size: mib.size, get: (oid) => sysUpTime.get(oid) ?? mib.get(oid), next: (oid) => mib.next(oid) };
}

/** RFC 3416 section 4.2.1: what an agent says of a value that it does not have. */
const NO_SUCH_INSTANCE = 0x81;

function noSuchCells({ names }: SeenRequest): Cell[] {
  return names.map((name) => ({ name, tag: NO_SUCH_INSTANCE, content: Buffer.alloc(0) }));
}

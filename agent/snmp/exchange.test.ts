import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import { answer, integerCell, type Responder, Responders, type Script } from "./hostile-suite.ts";
import { parseOid } from "./oid.ts";

const NAMES = Array.from({ length: 12 }, (_, i) => `1.3.6.1.4.1.99.${i}.0`);
const never = () => AbortSignal.timeout(15_000);

describe("turns", () => {
  let engine: SnmpEngine;
  const responders = new Responders();

  beforeEach(() => {
    engine = createSnmpEngine({ tickMs: 5, openMax: 2 });
  });
  afterEach(async () => {
    await engine.close();
    await responders.close();
  });

  const start = (script: Script) => responders.start(script);

  const get = (peer: Responder["peer"], name: string, signal = never()) => engine.get(peer, [parseOid(name)], signal);

  it("keeps no more requests open than it may, and asks the others in their order", async () => {
    const held: (() => void)[] = [];
    const { peer, seen } = await start(({ id, names }, _, responder) => {
      held.push(() => responder.send(answer({ id, cells: names.map((name) => integerCell(name, 1)) })));
      return undefined;
    });
    const asked = NAMES.map((name) => get({ ...peer, timeoutMs: 60_000 }, name));
    let most = 0;
    for (let answered = 0; answered < NAMES.length; answered++) {
      await expect.poll(() => held.length).toBeGreaterThan(0);
      most = Math.max(most, held.length);
      held.shift()?.();
      await asked[answered];
    }
    expect(most).toBeLessThanOrEqual(2);
    expect(seen.map(({ names }) => names[0])).toEqual(NAMES);
  });

  it("does not let a silent device keep its place beyond its time", async () => {
    const silent = await start(() => undefined);
    const living = await start(({ id, names }) => answer({ id, cells: names.map((name) => integerCell(name, 1)) }));
    const dead = { ...silent.peer, timeoutMs: 30, retries: 1 };
    const failing = NAMES.slice(0, 4).map((name) =>
      expect(get(dead, name)).rejects.toMatchObject({ reason: "timeout" }),
    );
    await expect(get(living.peer, NAMES[0] ?? "")).resolves.toMatchObject({ values: [1] });
    await Promise.all(failing);
  });

  it("gives up those that wait for a turn when their signal aborts, without having sent them", async () => {
    const { peer, seen } = await start(() => undefined);
    const patient = { ...peer, timeoutMs: 60_000 };
    const controller = new AbortController();
    const open = NAMES.slice(0, 2).map((name) => get(patient, name).catch((error: unknown) => error));
    await expect.poll(() => seen.length).toBe(2);
    const waiting = expect(get(patient, NAMES[2] ?? "", controller.signal)).rejects.toMatchObject({
      reason: "timeout",
    });
    controller.abort();
    await waiting;
    expect(seen).toHaveLength(2);
    await engine.close();
    await expect(Promise.all(open)).resolves.toMatchObject([{ reason: "internal" }, { reason: "internal" }]);
  });

  it("fails those that wait for a turn when it is closed", async () => {
    const { peer, seen } = await start(() => undefined);
    const asked = NAMES.map((name) => get({ ...peer, timeoutMs: 60_000 }, name).catch((error: unknown) => error));
    await expect.poll(() => seen.length).toBe(2);
    await engine.close();
    await expect(Promise.all(asked)).resolves.toMatchObject(NAMES.map(() => ({ reason: "internal" })));
    expect(seen).toHaveLength(2);
  });

  it("lets a walk that goes on wait behind those that were asked meanwhile", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => integerCell(`1.3.6.1.2.1.2.2.1.8.${i + 1}`, 1));
    const { peer, seen } = await start(({ id, names, operation }) => {
      const from = operation === "get" ? -1 : rows.findIndex(({ name }) => name === names[0]);
      const cells = operation === "get" ? names.map((name) => integerCell(name, 1)) : rows.slice(from + 1, from + 5);
      const end = { name: names[0] ?? "", tag: 0x82, content: Buffer.alloc(0) };
      return answer({ id, cells: cells.length > 0 ? cells : [end] });
    });
    const walks = [0, 1].map(() => engine.walkColumns(peer, [parseOid("1.3.6.1.2.1.2.2.1.8")], never()));
    const gets = NAMES.map((name) => get(peer, name));
    const [tables] = await Promise.all([Promise.all(walks), Promise.all(gets)]);
    expect(tables.map(({ rowKeys }) => rowKeys.length)).toEqual([40, 40]);
    const operations = seen.map(({ operation }) => operation);
    // All single questions stand before the walks' third.
    expect(operations.lastIndexOf("get")).toBeLessThanOrEqual(NAMES.length + 3);
  });
});

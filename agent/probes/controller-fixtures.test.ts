// Controllers as schools have them, made by us from their MIB modules because no recording shows these tables: access points
// that are offline, absent from the running tables, or listed by both controllers of a pair. Values are made up; numbers,
// indexes and enumerations are the modules'.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identity, mac, openRowProbe, type RowProbe, text, textsOf, valuesOf } from "./row-suite.ts";

let device: RowProbe;

beforeAll(async () => {
  device = await openRowProbe();
});
afterAll(() => device.close());

/** `count` numbers from 1, with as many digits each. */
const numbered = (count: number) => Array.from({ length: count }, (_, i) => String(i + 1).padStart(3, "0"));

describe("an H3C controller with 300 access points, 12 of them offline and absent from the running table", () => {
  const H = "1.3.6.1.4.1.25506.2.75";
  const all = numbered(300).map((n, i) => ({ serial: `210235A1GW${n}`, name: `room-${n}`, isUp: i % 25 !== 7 }));
  const up = all.filter(({ isUp }) => isUp);
  const controller = (claimed: number) => [
    ...identity("1.3.6.1.4.1.25506.1.1234", "H3C Comware Platform Software, Version 7.1.064, H3C WX5540H"),
    `${H}.1.1.2.1.0|66|${claimed}`,
    `${H}.1.1.2.2.0|66|${up.length * 3}`,
  ];
  const running = up.flatMap(({ serial, name }, i) => [
    `${H}.2.1.1.1.2.${text(serial)}|64x|0a14${(i >> 8).toString(16).padStart(2, "0")}${(i & 255).toString(16).padStart(2, "0")}`,
    `${H}.2.1.1.1.4.${text(serial)}|2|5`,
    `${H}.2.1.1.1.8.${text(serial)}|2|1`,
    `${H}.2.1.2.1.7.${text(serial)}|66|3`,
    `${H}.2.1.2.1.8.${text(serial)}|4|${name}`,
    ...[1, 2].map((radio) => `${H}.2.1.3.1.5.${text(serial)}.${radio}|2|${radio === 1 ? 149 : 6}`),
  ]);
  /** hh3cDot11APBriefInfo, newer firmware: all that are configured, by name. */
  const brief = all.flatMap(({ serial, name, isUp }) => [
    `${H}.2.1.12.1.2.${text(name)}|4|${serial}`,
    `${H}.2.1.12.1.25.${text(name)}|2|${isUp ? 1 : 2}`,
  ]);
  /** Older firmware: those that are configured and idle, by name. */
  const idle = all.flatMap(({ serial, name, isUp }) => (isUp ? [] : [`${H}.2.1.9.1.2.${text(name)}|4|${serial}`]));

  it.each([
    { firmware: "newer", rows: brief },
    { firmware: "older", rows: idle },
  ])(
    "counts 300 registered and 288 up by the table of $firmware firmware, and agrees with the controller",
    async ({ rows }) => {
      const result = await device.probe([...controller(288), ...running, ...rows]);
      expect(valuesOf(result, "ac")).toMatchObject({
        wifi_aps_registered: 300,
        wifi_aps_up: 288,
        wifi_aps_claimed: 288,
        wifi_aps_agree: 1,
        wifi_clients: 864,
      });
      const states = all.map(({ serial }) => valuesOf(result, serial));
      expect(states.filter((values) => values?.wifi_ap_up === 1)).toHaveLength(288);
      // An access point that is offline has a state and nothing else.
      expect(states.filter((values) => values?.wifi_ap_up === 0)).toEqual(Array(12).fill({ wifi_ap_up: 0 }));
      expect(result.valuesRefused).toBe(0);
    },
  );

  it("says in the reading that the controller counts otherwise than its rows", async () => {
    const result = await device.probe([...controller(300), ...running, ...brief]);
    expect(valuesOf(result, "ac")).toMatchObject({ wifi_aps_up: 288, wifi_aps_claimed: 300, wifi_aps_agree: 0 });
  });

  it("says nothing about agreement where the state of one access point is not known", async () => {
    const [first] = up;
    const state = `${H}.2.1.1.1.4.${text(String(first?.serial))}`;
    // 9 is no value of hh3cDot11APOperationStatus.
    const unclear = running.map((row) => (row.startsWith(`${state}|`) ? `${state}|2|9` : row));
    const result = await device.probe([...controller(288), ...unclear, ...idle]);
    const values = valuesOf(result, "ac");
    expect(values).toMatchObject({ wifi_aps_registered: 300, wifi_aps_claimed: 288 });
    expect(values).not.toHaveProperty("wifi_aps_up");
    expect(values).not.toHaveProperty("wifi_aps_agree");
  });
});

describe("a Ruijie controller with a table of offline access points", () => {
  const R = "1.3.6.1.4.1.4881.1.1.10.2";
  const macOf = (n: number) => `58:69:6c:00:01:${n.toString(16).padStart(2, "0")}`;
  const rows = [
    ...identity("1.3.6.1.4.1.4881.1.3.1.1.49", "Ruijie High-capacity Wireless Switch (WS6816) By Ruijie Networks"),
    `${R}.56.1.1.11.0|2|40`,
    // Online ones in the list; two of the offline ones stay there with their state, three have left it.
    ...Array.from({ length: 42 }, (_, i) => [
      `${R}.56.2.1.1.1.2.${mac(macOf(i))}|4|ap-${i}`,
      `${R}.56.2.1.1.1.34.${mac(macOf(i))}|66|2`,
      `${R}.56.2.1.1.1.48.${mac(macOf(i))}|2|${i < 40 ? 1 : 2}`,
    ]).flat(),
    ...[40, 41, 42, 43, 44].map((n) => `${R}.56.2.1.5.1.2.${mac(macOf(n))}|4|ap-${n}`),
  ];

  it("counts 45 registered and 40 up; those only in the offline table are down by name", async () => {
    const result = await device.probe(rows);
    expect(valuesOf(result, "ac")).toMatchObject({
      wifi_aps_registered: 45,
      wifi_aps_up: 40,
      wifi_aps_claimed: 40,
      wifi_aps_agree: 1,
    });
    expect(valuesOf(result, macOf(44))).toEqual({ wifi_ap_up: 0 });
    expect(textsOf(result, macOf(44))).toMatchObject({ name: "ap-44", mac: macOf(44), controller: "ac" });
  });

  it("does not call an access point down that is in the offline table and online in the list", async () => {
    // It came back between the two walks.
    const result = await device.probe([...rows, `${R}.56.2.1.5.1.2.${mac(macOf(3))}|4|ap-3`]);
    expect(valuesOf(result, macOf(3))).toMatchObject({ wifi_ap_up: 1, wifi_clients: 2 });
    expect(valuesOf(result, "ac")).toMatchObject({ wifi_aps_registered: 45, wifi_aps_up: 40 });
  });
});

describe("a Huawei pair, where the standby lists the same access points", () => {
  const W = "1.3.6.1.4.1.2011.6.139";
  const macOf = (n: number) => `9c:71:3a:00:02:${n.toString(16).padStart(2, "0")}`;
  /** hwWlanApRunState of each access point on one controller. */
  const controller = (claimed: number, states: readonly number[]) => [
    ...identity("1.3.6.1.4.1.2011.2.240.6", "Huawei AC6805 Huawei Versatile Routing Platform Software"),
    `${W}.12.1.2.1.0|66|${claimed}`,
    ...states.flatMap((state, n) => [
      `${W}.13.3.3.1.2.${mac(macOf(n))}|4|21500826410SH${n}`,
      `${W}.13.3.3.1.6.${mac(macOf(n))}|2|${state}`,
      `${W}.13.3.3.1.44.${mac(macOf(n))}|66|${state === 8 ? 5 : 0}`,
    ]),
  ];
  // Thirty access points: 20 work on the first, 8 on the second, two are broken and both say so.
  const active = [...Array(20).fill(8), ...Array(8).fill(11), 4, 4];
  const standby = [...Array(20).fill(11), ...Array(8).fill(8), 4, 4];

  it("counts each working access point once, on the controller where it works", async () => {
    const one = await device.probe(controller(20, active), "ac-1");
    const other = await device.probe(controller(8, standby), "ac-2");
    expect(valuesOf(one, "ac-1")).toMatchObject({ wifi_aps_registered: 22, wifi_aps_up: 20, wifi_aps_agree: 1 });
    expect(valuesOf(other, "ac-2")).toMatchObject({ wifi_aps_registered: 10, wifi_aps_up: 8, wifi_aps_agree: 1 });
    const upOn = [one, other].map(({ readings }) =>
      readings.filter(({ values }) => values.wifi_ap_up === 1).map((reading) => reading.device),
    );
    const both = upOn.flat();
    expect(both).toHaveLength(28);
    expect(new Set(both).size).toBe(28);
  });

  it("says nothing of an access point that works on the other controller", async () => {
    const one = await device.probe(controller(20, active), "ac-1");
    expect(valuesOf(one, macOf(20))).toBeUndefined();
    expect(textsOf(one, macOf(20))).toBeUndefined();
  });
});

describe("a TP-Link Omada access point", () => {
  const rows = [
    ...identity("1.3.6.1.4.1.11863.3.2.10", "EAP245"),
    "1.3.6.1.4.1.11863.10.1.1.1.0|2|31",
    "1.3.6.1.4.1.11863.10.1.10.3.0|4|EAP245",
    "1.3.6.1.4.1.11863.10.1.10.5.0|4|5.0.6 Build 20220223",
  ];

  it("is in service with its clients, model and firmware", async () => {
    const result = await device.probe(rows, "eap-1");
    expect(valuesOf(result, "eap-1")).toMatchObject({ wifi_ap_up: 1, wifi_clients: 31 });
    expect(textsOf(result, "eap-1")).toMatchObject({ vendor: "TP-Link", model: "EAP245" });
  });

  it("tells no clients where its firmware does not", async () => {
    const [descr = "", objectId = ""] = rows;
    const result = await device.probe([descr, objectId], "eap-1");
    expect(valuesOf(result, "eap-1")).toEqual({ wifi_ap_up: 1 });
  });
});

// Wi-Fi profiles of which no recording shows the tables: what they make of rows as the vendor's MIB module describes them.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identity, mac, openRowProbe, type RowProbe, text, textsOf, valuesOf } from "./row-suite.ts";

let device: RowProbe;

beforeAll(async () => {
  device = await openRowProbe();
});
afterAll(() => device.close());

const probe: RowProbe["probe"] = (rows) => device.probe(rows);

describe("h3c-comware", () => {
  const H = "1.3.6.1.4.1.25506.2.75";
  const [running, loading, elsewhere, idle] = ["210235A1GWB1", "210235A1GWB2", "210235A1GWB3", "210235A1GWB4"];
  const rows = [
    ...identity("1.3.6.1.4.1.25506.1.1234", "H3C Comware Platform Software, Version 7.1.064, H3C WX3510H"),
    `${H}.1.1.2.1.0|66|1`,
    `${H}.1.1.2.2.0|66|17`,
    // hh3cDot11APOperationStatus and hh3cDot11APConnectionType.
    ...[
      [running, 5, 1],
      [loading, 3, 1],
      [elsewhere, 5, 2],
    ].flatMap(([serial, state, role]) => [
      `${H}.2.1.1.1.4.${text(String(serial))}|2|${state}`,
      `${H}.2.1.1.1.8.${text(String(serial))}|2|${role}`,
    ]),
    `${H}.2.1.1.1.3.${text(running)}|4x|741f4a010203`,
    `${H}.2.1.2.1.7.${text(running)}|66|17`,
    `${H}.2.1.2.1.8.${text(running)}|4|building-1-201`,
    `${H}.2.1.2.1.9.${text(running)}|4|WA5320`,
    `${H}.2.1.10.1.2.${text(running)}|2|12`,
    `${H}.2.1.10.1.4.${text(running)}|2|255`,
    // Configured: the brief table by name; one of them is idle and stands nowhere else. The entry for access points to
    // come has no serial number.
    `${H}.2.1.12.1.2.${text("building-1-201")}|4|${running}`,
    `${H}.2.1.12.1.25.${text("building-1-201")}|2|1`,
    `${H}.2.1.12.1.2.${text("building-1-202")}|4|${idle}`,
    `${H}.2.1.12.1.25.${text("building-1-202")}|2|2`,
    `${H}.2.1.12.1.2.${text("auto")}|4|`,
    `${H}.2.1.12.1.25.${text("auto")}|2|2`,
    // Radios: TruthValue, channel, dBm, busy, clients.
    ...[
      [1, 1, 149, 20, 35, 12],
      [2, 2, 6, 17, 255, 5],
    ].flatMap(([radio, state, channel, power, busy, clients]) => [
      `${H}.2.1.3.1.4.${text(running)}.${radio}|2|${state}`,
      `${H}.2.1.3.1.5.${text(running)}.${radio}|2|${channel}`,
      `${H}.2.1.3.1.6.${text(running)}.${radio}|2|${power}`,
      `${H}.2.1.3.1.26.${text(running)}.${radio}|2|${busy}`,
      `${H}.2.2.8.1.6.${text(running)}.${radio}|66|${clients}`,
    ]),
  ];

  it("knows who runs, who does not, and leaves out what works on the other controller of the pair", async () => {
    const result = await probe(rows);
    expect(valuesOf(result, "ac")).toMatchObject({
      wifi_aps_claimed: 1,
      wifi_aps_registered: 3,
      wifi_aps_up: 1,
      wifi_clients: 17,
    });
    expect(valuesOf(result, running)).toEqual({ wifi_ap_up: 1, wifi_clients: 17, cpu_busy_ratio: 0.12 });
    expect(valuesOf(result, loading)).toEqual({ wifi_ap_up: 0 });
    expect(valuesOf(result, idle)).toEqual({ wifi_ap_up: 0 });
    expect(valuesOf(result, elsewhere)).toBeUndefined();
    expect(result.valuesRefused).toBe(0);
  });

  it("knows offline ones of older firmware by the table of idle ones", async () => {
    const brief = `${H}.2.1.12.`;
    const older = [
      ...rows.filter((row) => !row.startsWith(brief)),
      `${H}.2.1.9.1.2.${text("building-1-202")}|4|${idle}`,
    ];
    const result = await probe(older);
    expect(valuesOf(result, idle)).toEqual({ wifi_ap_up: 0 });
    expect(valuesOf(result, "ac")).toMatchObject({ wifi_aps_registered: 3, wifi_aps_up: 1 });
  });

  it("reads radios, where 255 percent is not known", async () => {
    const result = await probe(rows);
    expect(valuesOf(result, running, "1")).toEqual({
      wifi_radio_up: 1,
      wifi_channel_number: 149,
      wifi_tx_power_dbm: 20,
      wifi_channel_busy_ratio: 0.35,
      wifi_radio_clients: 12,
    });
    expect(valuesOf(result, running, "2")).toEqual({
      wifi_radio_up: 0,
      wifi_channel_number: 6,
      wifi_tx_power_dbm: 17,
      wifi_radio_clients: 5,
    });
  });

  it("names the access points and the controller", async () => {
    const result = await probe(rows);
    expect(textsOf(result, running)).toEqual({
      vendor: "H3C",
      controller: "ac",
      serial: running,
      mac: "74:1f:4a:01:02:03",
      name: "building-1-201",
      model: "WA5320",
    });
    expect(textsOf(result, "ac")).toMatchObject({ vendor: "H3C", model: "WX3510H", firmware: "7.1.064" });
  });
});

describe("aruba-controller", () => {
  const A = "1.3.6.1.4.1.14823.2.2.1.5.2.1";
  const [up, down, standby] = ["00:4e:35:c2:22:e8", "00:4e:35:c2:22:e9", "00:4e:35:c2:22:ea"];

  it("counts by wlanAPStatus, and leaves out those for which it is the standby", async () => {
    const result = await probe([
      ...identity("1.3.6.1.4.1.14823.1.1.36", "ArubaOS (MODEL: Aruba7210), Version 8.5.0.0"),
      ...[
        [up, 1, 0],
        [down, 2, 0],
        [standby, 1, 1],
      ].flatMap(([ap, status, role]) => [
        `${A}.4.1.19.${mac(String(ap))}|2|${status}`,
        `${A}.4.1.41.${mac(String(ap))}|2|${role}`,
      ]),
      `${A}.4.1.6.${mac(up)}|4|CNBJHMV0WN`,
    ]);
    expect(valuesOf(result, "ac")).toEqual({ wifi_aps_registered: 2, wifi_aps_up: 1 });
    expect(valuesOf(result, up)).toEqual({ wifi_ap_up: 1 });
    expect(valuesOf(result, down)).toEqual({ wifi_ap_up: 0 });
    expect(valuesOf(result, standby)).toBeUndefined();
    expect(textsOf(result, "ac")).toMatchObject({ model: "Aruba7210", firmware: "8.5.0.0" });
    expect(textsOf(result, up)).toMatchObject({ serial: "CNBJHMV0WN", mac: up });
  });
});

describe("ruckus", () => {
  const ap = "58:93:96:01:02:03";

  it("SmartZone: the MAC with its length before it, and the state as a word", async () => {
    const S = "1.3.6.1.4.1.25053.1.4.2.1.1.2.2.1";
    const gone = "58:93:96:01:02:04";
    const result = await probe([
      ...identity("1.3.6.1.4.1.25053.3.1.11.1", "Ruckus Wireless SmartZone"),
      `${S}.16.6.${mac(ap)}|4|Connect`,
      `${S}.16.6.${mac(gone)}|4|Disconnect`,
      `${S}.15.6.${mac(ap)}|66|9`,
      `${S}.15.6.${mac(gone)}|66|0`,
      `${S}.9.6.${mac(ap)}|4|921602003432`,
    ]);
    expect(valuesOf(result, "ac")).toEqual({ wifi_aps_registered: 2, wifi_aps_up: 1 });
    expect(valuesOf(result, ap)).toEqual({ wifi_ap_up: 1, wifi_clients: 9 });
    expect(valuesOf(result, gone)).toEqual({ wifi_ap_up: 0 });
    expect(textsOf(result, ap)).toMatchObject({ vendor: "Ruckus", serial: "921602003432" });
  });

  it("ZoneDirector: connected(1) alone is up; radios have their clients", async () => {
    const Z = "1.3.6.1.4.1.25053.1.2.2.1.1.2";
    const states = [0, 1, 2, 3, 4];
    const result = await probe([
      ...identity("1.3.6.1.4.1.25053.3.1.5.15", "Ruckus Wireless ZD1200"),
      ...states.map((state) => `${Z}.1.1.3.${mac(`58:93:96:01:02:0${state}`)}|2|${state}`),
      `${Z}.2.1.4.${mac("58:93:96:01:02:01")}.0|2|11`,
      `${Z}.2.1.8.${mac("58:93:96:01:02:01")}.0|66|3`,
    ]);
    expect(states.map((state) => valuesOf(result, `58:93:96:01:02:0${state}`)?.wifi_ap_up)).toEqual([0, 1, 0, 0, 0]);
    expect(valuesOf(result, "58:93:96:01:02:01", "0")).toEqual({ wifi_channel_number: 11, wifi_radio_clients: 3 });
  });

  it("Unleashed of older firmware answers as a ZoneDirector", async () => {
    const result = await probe([
      ...identity("1.3.6.1.4.1.25053.3.1.5.20", "Ruckus Wireless R510"),
      "1.3.6.1.4.1.25053.1.2.1.1.1.15.1.0|66|4",
      "1.3.6.1.4.1.25053.1.2.1.1.1.15.2.0|66|6",
    ]);
    expect(valuesOf(result, "ac")).toEqual({ wifi_aps_claimed: 4, wifi_clients: 6 });
  });
});

describe("cisco-airespace", () => {
  const B = "1.3.6.1.4.1.14179.2";
  const radioMac = "00:27:e3:01:02:00";
  const rows = [
    "1.3.6.1.4.1.9.9.618.1.8.4.0|66|1",
    "1.3.6.1.4.1.14179.1.1.5.1.0|2|7",
    "1.3.6.1.4.1.14179.1.1.5.2.0|2|1000",
    "1.3.6.1.4.1.14179.1.1.5.3.0|2|600",
    `${B}.2.1.1.6.${mac(radioMac)}|2|1`,
    `${B}.2.1.1.17.${mac(radioMac)}|4|FCW2222N0AA`,
    `${B}.2.1.1.33.${mac(radioMac)}|4x|0027e3aabbcc`,
    // bsnAPIfOperStatus is down(1), up(2); of noise only the radio's own channel counts.
    ...[
      [0, 1, 2, 3],
      [1, 36, 1, 0],
    ].flatMap(([slot, channel, state, clients]) => [
      `${B}.2.2.1.4.${mac(radioMac)}.${slot}|2|${channel}`,
      `${B}.2.2.1.12.${mac(radioMac)}.${slot}|2|${state}`,
      `${B}.2.2.1.15.${mac(radioMac)}.${slot}|65|${clients}`,
    ]),
    `${B}.2.13.1.3.${mac(radioMac)}.0|2|41`,
    `${B}.2.15.1.21.${mac(radioMac)}.0.1|2|-91`,
    `${B}.2.15.1.21.${mac(radioMac)}.0.6|2|-80`,
    `${B}.1.1.1.38.1|65|3`,
    `${B}.1.1.1.38.2|65|0`,
  ];

  it.each([
    ["AireOS", "1.3.6.1.4.1.9.1.1069", "Cisco Controller"],
    ["older AireOS", "1.3.6.1.4.1.14179.1.1.4.3", ""],
    ["Business Wireless", "1.3.6.1.4.1.9.6.1.37.240.1", "Cisco Business Wireless"],
    ["Catalyst 9800", "1.3.6.1.4.1.9.1.2669", "Cisco IOS Software [Cupertino], C9800 Software (C9800_IOSXE-K9)"],
  ])("%s: access points by the MAC of their radios", async (_, sysObjectId, sysDescr) => {
    const result = await probe([...identity(sysObjectId, sysDescr), ...rows]);
    expect(valuesOf(result, "ac")).toEqual({
      wifi_aps_agree: 1,
      wifi_aps_claimed: 1,
      wifi_aps_registered: 1,
      wifi_aps_up: 1,
      wifi_clients: 3,
      cpu_busy_ratio: 0.07,
      memory_used_ratio: 0.4,
    });
    expect(valuesOf(result, radioMac)).toEqual({ wifi_ap_up: 1, wifi_clients: 3 });
    expect(valuesOf(result, radioMac, "0")).toEqual({
      wifi_channel_number: 1,
      wifi_radio_up: 1,
      wifi_radio_clients: 3,
      wifi_channel_busy_ratio: 0.41,
      wifi_noise_dbm: -91,
    });
    expect(valuesOf(result, radioMac, "1")).toEqual({
      wifi_channel_number: 36,
      wifi_radio_up: 0,
      wifi_radio_clients: 0,
    });
    expect(textsOf(result, radioMac)).toMatchObject({
      vendor: "Cisco",
      mac: "00:27:e3:aa:bb:cc",
      serial: "FCW2222N0AA",
    });
  });
});

describe("fortigate", () => {
  const G = "1.3.6.1.4.1.12356.101.14";
  const [online, offline, standby, waiting, silent] = ["FP1", "FP2", "FP3", "FP4", "FP5"];

  it("counts sessions that are onLine(2); without one it is offline, and one that waits for admission is nobody's yet", async () => {
    const result = await probe([
      ...identity("1.3.6.1.4.1.12356.101.1.644", ""),
      `${G}.2.5.0|66|1`,
      ...[
        [online, 2],
        [offline, 1],
        [standby, 5],
      ].map(([serial, state]) => `${G}.4.4.1.7.1.${text(String(serial))}|2|${state}`),
      `${G}.4.4.1.17.1.${text(online)}|66|4`,
      `${G}.4.3.1.2.1.${text(online)}|2|3`,
      `${G}.4.3.1.3.1.${text(online)}|4|library`,
      `${G}.4.3.1.2.1.${text(waiting)}|2|1`,
      `${G}.4.3.1.2.1.${text(silent)}|2|3`,
      // Modes ap(3) and notExist(1).
      `${G}.4.5.1.3.1.${text(online)}.1|2|3`,
      `${G}.4.5.1.7.1.${text(online)}.1|66|6`,
      `${G}.4.5.1.8.1.${text(online)}.1|2|17`,
      `${G}.4.5.1.9.1.${text(online)}.1|66|4`,
      `${G}.4.5.1.3.1.${text(online)}.3|2|1`,
      `${G}.4.5.1.9.1.${text(online)}.3|66|0`,
    ]);
    expect(valuesOf(result, "ac")).toEqual({
      wifi_aps_agree: 1,
      wifi_aps_claimed: 1,
      wifi_aps_registered: 3,
      wifi_aps_up: 1,
    });
    expect(valuesOf(result, silent)).toEqual({ wifi_ap_up: 0 });
    expect(valuesOf(result, waiting)).toBeUndefined();
    expect(valuesOf(result, online)).toEqual({ wifi_ap_up: 1, wifi_clients: 4 });
    expect(valuesOf(result, offline)).toEqual({ wifi_ap_up: 0 });
    expect(valuesOf(result, online, "1")).toEqual({
      wifi_radio_up: 1,
      wifi_channel_number: 6,
      wifi_tx_power_dbm: 17,
      wifi_radio_clients: 4,
    });
    expect(valuesOf(result, online, "3")).toBeUndefined();
    expect(textsOf(result, online)).toMatchObject({ vendor: "Fortinet", serial: online, name: "library" });
  });
});

describe("extreme-ewc", () => {
  it("names access points by serial number; active(1) of a table of all times does not say that one is up", async () => {
    const X = "1.3.6.1.4.1.4329.15.3.5";
    const result = await probe([
      ...identity(
        "1.3.6.1.4.1.4329.15.1.1.13",
        "Extreme Networks Wireless Controller - V2110 Medium,  System Version 10.21",
      ),
      ...[
        [1, "1234567890123456", 1, 10],
        [2, "1234567890123457", 2, 0],
      ].flatMap(([entry, serial, state, clients]) => [
        `${X}.1.2.1.4.${entry}|4|${serial}`,
        `${X}.1.2.1.22.${entry}|2|${state}`,
        `${X}.2.2.1.14.${entry}|66|${clients}`,
      ]),
    ]);
    expect(valuesOf(result, "1234567890123456")).toEqual({ wifi_clients: 10 });
    expect(valuesOf(result, "1234567890123457")).toEqual({ wifi_ap_up: 0 });
    // Of one it is not known: nobody may say how many are up.
    expect(valuesOf(result, "ac")).toEqual({ wifi_aps_registered: 2 });
  });
});

describe("tplink-eap", () => {
  it("is in service when it answers, and tells its clients where its firmware does", async () => {
    const EAP = "1.3.6.1.4.1.11863.10.1";
    const who = identity("1.3.6.1.4.1.11863.3.2.10", "");
    const result = await probe([...who, `${EAP}.1.1.0|2|5`, `${EAP}.10.3.0|4|EAP245`, `${EAP}.10.5.0|4|5.0.4`]);
    expect(valuesOf(result, "ac")).toEqual({ wifi_ap_up: 1, wifi_clients: 5 });
    expect(textsOf(result, "ac")).toMatchObject({ vendor: "TP-Link", model: "EAP245", firmware: "5.0.4" });
    expect(valuesOf(await probe(who), "ac")).toEqual({ wifi_ap_up: 1 });
  });
});

describe("generic", () => {
  it("reads channels and product of an access point without a profile by IEEE802dot11-MIB", async () => {
    const DOT11 = "1.2.840.10036";
    const result = await probe([
      ...identity("1.3.6.1.4.1.99999.7", "Some access point"),
      "1.3.6.1.2.1.31.1.1.1.1.1|4|eth0",
      "1.3.6.1.2.1.31.1.1.1.1.2|4|wlan0",
      "1.3.6.1.2.1.31.1.1.1.1.3|4|wlan1",
      "1.3.6.1.2.1.31.1.1.1.1.4|4|wlan2",
      `${DOT11}.4.5.1.1.2|2|11`,
      `${DOT11}.4.11.1.1.3|2|149`,
      // A radio that is off.
      `${DOT11}.4.11.1.1.4|2|0`,
      `${DOT11}.3.1.2.1.3.2|4|AP-7`,
      `${DOT11}.3.1.2.1.4.2|4|1.0.3`,
    ]);
    expect(valuesOf(result, "ac", "wlan0")).toEqual({ wifi_channel_number: 11 });
    expect(valuesOf(result, "ac", "wlan1")).toEqual({ wifi_channel_number: 149 });
    expect(result.readings.filter(({ measurement }) => measurement === "radio")).toHaveLength(2);
    expect(textsOf(result, "ac")).toMatchObject({ model: "AP-7", firmware: "1.0.3" });
  });
});

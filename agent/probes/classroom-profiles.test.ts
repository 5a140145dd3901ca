// Printers, projectors, cameras and computers, made of rows as their MIB modules describe them: what each state means, also
// those that no recording shows.
import { describe, expect, it } from "vitest";
import type { ProbeResult } from "./probe.ts";
import { identity, rowDevice, textsOf, valuesOf } from "./row-suite.ts";

const ID = "it";
const { probe, value } = rowDevice(ID);

describe("a printer", () => {
  const [DEVICE, ERRORS, MARKER] = ["1.3.6.1.2.1.25.3.2.1", "1.3.6.1.2.1.25.3.5.1.2", "1.3.6.1.2.1.43.10.2.1"];
  const printer = (...rows: string[]) => probe([...identity("1.3.6.1.4.1.2435.2.3.9.1", "Brother NC-8300h"), ...rows]);
  const ofType = (index: number, type: number) => `${DEVICE}.2.${index}|6|1.3.6.1.2.1.25.3.1.${type}`;

  it.each([
    { status: "unknown(1)", raw: 1, can: undefined },
    { status: "running(2)", raw: 2, can: 1 },
    { status: "warning(3)", raw: 3, can: 1 },
    { status: "testing(4)", raw: 4, can: 1 },
    { status: "down(5)", raw: 5, can: 0 },
  ])("that is $status", async ({ raw, can }) => {
    const result = await printer(ofType(1, 5), `${DEVICE}.5.1|2|${raw}`);
    expect(value(result, "printer_can_print")).toBe(can);
  });

  it("is judged by its own row, not by that of its disk or its network card", async () => {
    const result = await printer(
      ...[ofType(1, 6), `${DEVICE}.3.1|4|Hard disk`, `${DEVICE}.5.1|2|5`],
      ...[ofType(2, 4), `${DEVICE}.3.2|4|Ethernet`, `${DEVICE}.5.2|2|5`],
      ...[ofType(3, 5), `${DEVICE}.3.3|4|Brother HL-5590DN`, `${DEVICE}.5.3|2|2`],
    );
    expect(value(result, "printer_can_print")).toBe(1);
    expect(textsOf(result, ID)).toMatchObject({ vendor: "Brother", model: "Brother HL-5590DN" });
  });

  const flags = (result: ProbeResult) =>
    (["printer_paper_out", "printer_toner_out", "printer_door_open", "printer_jammed"] as const).map((metric) =>
      value(result, metric),
    );

  it.each([
    { case: "nothing", octets: "00", says: [0, 0, 0, 0] },
    { case: "lowPaper(0)", octets: "80", says: [0, 0, 0, 0] },
    { case: "noPaper(1)", octets: "40", says: [1, 0, 0, 0] },
    { case: "lowToner(2)", octets: "20", says: [0, 0, 0, 0] },
    { case: "noToner(3)", octets: "10", says: [0, 1, 0, 0] },
    { case: "doorOpen(4)", octets: "08", says: [0, 0, 1, 0] },
    { case: "jammed(5)", octets: "04", says: [0, 0, 0, 1] },
    { case: "offline(6)", octets: "02", says: [0, 0, 0, 0] },
    { case: "two of them", octets: "44", says: [1, 0, 0, 1] },
    { case: "only bits of the second octet", octets: "0004", says: [0, 0, 0, 0] },
    { case: "no octet at all", octets: "", says: [undefined, undefined, undefined, undefined] },
  ])("with an error state of $case", async ({ octets, says }) => {
    expect(flags(await printer(`${ERRORS}.1|4x|${octets}`))).toEqual(says);
  });

  it.each([
    { case: "impressions(7)", unit: 7, pages: 1_204 },
    { case: "sheets(8)", unit: 8, pages: 1_204 },
    { case: "hours(11)", unit: 11, pages: undefined },
    { case: "meters(17)", unit: 17, pages: undefined },
  ])("that counts $case", async ({ unit, pages }) => {
    const result = await printer(`${MARKER}.3.1.1|2|${unit}`, `${MARKER}.4.1.1|65|1204`);
    expect(value(result, "printer_pages_total")).toBe(pages);
  });

  it("with an engine for each colour has printed as many pages as the one that has worked most", async () => {
    const engines = [900, 1_204, 300].flatMap((pages, i) => [
      `${MARKER}.3.1.${i + 1}|2|7`,
      `${MARKER}.4.1.${i + 1}|65|${pages}`,
    ]);
    expect(value(await printer(...engines), "printer_pages_total")).toBe(1_204);
  });
});

describe("an Epson projector", () => {
  const E = "1.3.6.1.4.1.1248.4.1.1";
  const projector = (state: string, ...rows: string[]) =>
    probe([...identity("1.3.6.1.4.1.1248.4.1", "EPSON Projector"), `${E}.1.9.0|4|${state}`, ...rows]);

  it.each([
    { case: "standby, which is no fault", state: "01 0000 0000 00 00 T1", on: 0, fault: 0 },
    { case: "warm-up", state: "02 0000 0000", on: 1, fault: 0 },
    { case: "normal", state: "03 0000 0000", on: 1, fault: 0 },
    { case: "cool-down", state: "04 0000 0000", on: 0, fault: 0 },
    { case: "normal with a warning of no signal", state: "03 0002 0000", on: 1, fault: 0 },
    { case: "standby after the fan has failed", state: "01 0000 0004", on: 0, fault: 1 },
    { case: "too hot", state: "03 0005 0006", on: 1, fault: 1 },
    { case: "abnormal", state: "FF 0000 0001", on: undefined, fault: 1 },
    { case: "an alarm that nobody knows", state: "03 0000 0099", on: 1, fault: undefined },
    { case: "an empty text", state: "", on: undefined, fault: undefined },
  ])("that is in $case", async ({ state, on, fault }) => {
    const result = await projector(state);
    expect([value(result, "projector_on"), value(result, "projector_fault")]).toEqual([on, fault]);
    expect(result.valuesRefused).toBe(0);
  });

  it("counts hours of its lamp, and says version and serial number in one text", async () => {
    const result = await projector("01 0000 0000", `${E}.1.1.0|2|1234`, `${E}.1.8.0|4|104G109/X2Y7L801234`);
    expect(value(result, "projector_lamp_seconds")).toBe(1_234 * 3_600);
    expect(textsOf(result, ID)).toMatchObject({ vendor: "Epson", serial: "X2Y7L801234", firmware: "104G109" });
    expect(textsOf(await projector("01 0000 0000", `${E}.1.8.0|4|X2Y7L801234`), ID)).toMatchObject({
      serial: "X2Y7L801234",
    });
  });
});

it("a Christie projector counts hours of its lamp, and says nothing of faults", async () => {
  const C = "1.3.6.1.4.1.25766.1.12.1.1";
  const rows = [...identity("1.3.6.1.4.1.25766.1.12.1.4", "Solaria"), `${C}.3.5.1.6.1|2|3475`, `${C}.2.7.0|4|4.8.1.3`];
  const result = await probe(rows);
  expect(valuesOf(result, ID)).toEqual({ projector_lamp_seconds: 3_475 * 3_600 });
  expect(textsOf(result, ID)).toMatchObject({ vendor: "Christie", model: "Solaria", firmware: "4.8.1.3" });
});

it.each([
  { state: "disabled(1)", raw: 1, works: undefined },
  { state: "ok(2)", raw: 2, works: 1 },
  { state: "failed(3)", raw: 3, works: 0 },
])("a video bar whose camera and SIP line are $state", async ({ raw, works }) => {
  const P = "1.3.6.1.4.1.13885.101.1";
  const rows = [`${P}.3.6.1.0|2|${raw}`, `${P}.2.8.3.1.2.1|2|${raw}`];
  const result = await probe([...identity("1.3.6.1.4.1.2684", "Videoconferencing Device"), ...rows]);
  expect(value(result, "sensor_ok", "camera")).toBe(works);
  expect(value(result, "sensor_ok", "SIP line 1")).toBe(works);
});

describe("cameras and recorders", () => {
  it.each([
    { status: "Normal(0)", raw: 0, works: 1 },
    { status: "Unformatted(1)", raw: 1, works: 0 },
    { status: "Abnormal(2)", raw: 2, works: 0 },
    { status: "Smartfailed(3)", raw: 3, works: 0 },
    { status: "Mismatch(4)", raw: 4, works: 0 },
    { status: "Idle(5)", raw: 5, works: 1 },
    { status: "NotOnline(6)", raw: 6, works: 0 },
    { status: "Reparing(10)", raw: 10, works: undefined },
    { status: "Formatting(11)", raw: 11, works: undefined },
  ])("a Hikvision recorder's disk is $status", async ({ raw, works }) => {
    const K = "1.3.6.1.4.1.50001.1.241.1";
    const rows = [`${K}.2.1|4|HDD`, `${K}.3.1|2|${raw}`, `${K}.4.1|2|0`, `${K}.5.1|2|0`];
    const result = await probe([...identity("1.3.6.1.4.1.50001", "NVR"), ...rows]);
    expect(value(result, "sensor_ok", "HDD")).toBe(works);
    expect(value(result, "storage_size_bytes", "HDD")).toBeUndefined();
    expect(result.valuesRefused).toBe(0);
  });

  it("a Hikvision camera writes its numbers as texts", async () => {
    const K = "1.3.6.1.4.1.39165.1";
    const result = await probe([
      ...identity("1.3.6.1.4.1.39165", "Hikvision"),
      `${K}.1.0|4|DS-2CD2T46`,
      `${K}.4.0|4|c0:56:e3:01:02:03`,
      `${K}.7.0|4|37 PERCENT`,
    ]);
    expect(value(result, "cpu_busy_ratio")).toBe(0.37);
    expect(textsOf(result, ID)).toMatchObject({ model: "DS-2CD2T46", mac: "c0:56:e3:01:02:03" });
  });

  it.each([
    { case: "works", status: 1, volume: "Running", device: 1, disk: 1 },
    { case: "has failed", status: 0, volume: "Error", device: 0, disk: 0 },
    { case: "is new to us", status: 7, volume: "Rebuilding", device: undefined, disk: undefined },
  ])("a Dahua recorder that $case", async ({ status, volume, device, disk }) => {
    const D = "1.3.6.1.4.1.1004849.2";
    const rows = [`${D}.1.2.8.0|2|${status}`, `${D}.4.1.1.5.1|4|${volume}`, `${D}.1.3.0|2|12`];
    const result = await probe([...identity("1.3.6.1.4.1.1004849.3.2.10", "none"), ...rows]);
    expect(value(result, "sensor_ok", "device")).toBe(device);
    expect(value(result, "sensor_ok", "volume 1")).toBe(disk);
    expect(value(result, "cpu_busy_ratio")).toBe(0.12);
  });

  it("an Axis camera does not know whether a card is broken or was never there", async () => {
    const V = "1.3.6.1.4.1.368.4.1";
    const rows = [`${V}.8.1.3.1|2|1`, `${V}.8.1.3.2|2|2`, `${V}.2.1.3.2.1|2|2`, `${V}.4.1.2.1|2|2`];
    const result = await probe([...identity("1.3.6.1.4.1.368.1.1", "; AXIS P3245; Dome; 10.1; x"), ...rows]);
    expect(value(result, "sensor_ok", "storage 1")).toBe(1);
    expect(value(result, "sensor_ok", "storage 2")).toBeUndefined();
    expect(value(result, "sensor_ok", "fan 2.1")).toBe(0);
    expect(value(result, "sensor_ok", "video 1")).toBe(0);
  });
});

describe("a classroom PC", () => {
  const H = "1.3.6.1.2.1.25";

  it("with Windows says how long it has been running, how busy it is, and how full", async () => {
    const result = await probe([
      ...identity(
        "1.3.6.1.4.1.311.1.1.3.1.1",
        "Hardware: Intel64 Family 6 Model 158 Stepping 10 AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build 19045 Multiprocessor Free)",
      ),
      // sysUpTime is that of its SNMP service.
      "1.3.6.1.2.1.1.3.0|67|6000",
      `${H}.1.1.0|67|8640000`,
      `${H}.3.3.1.2.3|2|10`,
      `${H}.3.3.1.2.4|2|30`,
      ...storage(1, 4, "C:\\ Label:  Serial Number c4f1", 4_096, 31_000_000, 15_500_000),
      ...storage(2, 7, "D:\\", 0, 0, 0),
      ...storage(3, 3, "Virtual Memory", 65_536, 200_000, 90_000),
      ...storage(4, 2, "Physical Memory", 65_536, 130_000, 52_000),
    ]);
    expect(valuesOf(result, ID)).toEqual({
      uptime_seconds: 60,
      host_uptime_seconds: 86_400,
      cpu_busy_ratio: 0.2,
      memory_used_ratio: 0.4,
    });
    expect(valuesOf(result, ID, "C:\\ Label:  Serial Number c4f1")).toEqual({
      storage_size_bytes: 126_976_000_000,
      storage_used_ratio: 0.5,
    });
    expect(textsOf(result, ID)?.firmware).toBe("Windows Version 6.3 (Build 19045");
  });

  it.each([
    {
      sysDescr: "Linux pc-17 6.1.0-37-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 x86_64",
      firmware: "6.1.0-37-amd64",
    },
    { sysDescr: "Linux 6.1.0 | DELL SRV #1", firmware: "6.1.0" },
    { sysDescr: "FreeBSD nas.school 13.2-RELEASE FreeBSD 13.2-RELEASE amd64", firmware: "13.2-RELEASE" },
  ])("with $sysDescr says its kernel", async ({ sysDescr, firmware }) => {
    const result = await probe([...identity("1.3.6.1.4.1.8072.3.2.10", sysDescr), `${H}.1.1.0|67|100`]);
    expect(textsOf(result, ID)?.firmware).toBe(firmware);
    expect(value(result, "host_uptime_seconds")).toBe(1);
  });

  /** A row of hrStorageTable. */
  function storage(index: number, type: number, name: string, units: number, size: number, used: number): string[] {
    return [
      `${H}.2.3.1.2.${index}|6|${H}.2.1.${type}`,
      `${H}.2.3.1.3.${index}|4|${name}`,
      `${H}.2.3.1.4.${index}|2|${units}`,
      `${H}.2.3.1.5.${index}|2|${size}`,
      `${H}.2.3.1.6.${index}|2|${used}`,
    ];
  }
});

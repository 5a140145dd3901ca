// Recorded devices, with what LibreNMS read from the same recordings as the peer. The recordings stand beside the project
// and are not part of it.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Values } from "../../contract/metrics.ts";
import { type SnmpDevice, startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../../firmware-sims/snmp/snmprec.ts";
import { loadProfiles } from "../profiles/load.ts";
import { createSnmpEngine, type SnmpEngine } from "../snmp/engine.ts";
import { parseOid } from "../snmp/oid.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import { createProbes } from "./table.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/devices/librenms/", import.meta.url));
const RECORDINGS = ["vrp_ac6605-26", "unifi_nanohd", "unifi_ukultra"] as const;
type Recording = (typeof RECORDINGS)[number];

const missing = RECORDINGS.every((name) => existsSync(`${FOLDER}${name}.snmprec`))
  ? undefined
  : "recordings not present (../shared/devices/librenms)";

/** One row of LibreNMS's `wireless_sensors`; numbers are already multiplied and divided. */
interface WirelessSensor {
  sensor_class: string;
  sensor_index: string;
  sensor_oids: string;
  sensor_current: number;
}

/** What LibreNMS found, as far as these tests look. */
interface Peer {
  wireless: { poller: { wireless_sensors: WirelessSensor[] } };
  processors: { discovery: { processors: { processor_usage: number; processor_oid: string }[] } };
  mempools?: { discovery: { mempools: { mempool_perc: number }[] } };
  os: { discovery: { devices: Record<"sysObjectID" | "sysDescr" | "version" | "hardware", string | null>[] } };
}

describe.skipIf(missing !== undefined)(
  `recorded devices${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let engine: SnmpEngine;
    let ask: Probe;

    beforeAll(async () => {
      engine = createSnmpEngine({ tickMs: 5 });
      ask = createProbes({ engine, profiles: await loadProfiles() }).snmp;
    });
    afterAll(() => engine.close());

    async function probe(name: Recording): Promise<ProbeResult> {
      return withDevice(name, {}, async ({ host, port }) => {
        const address = { kind: "snmp", host, port, community: "public" } as const;
        const target = { id: name, address, segment: "main", timeoutMs: 2_000, retries: 1 };
        return ask(target, { signal: AbortSignal.timeout(15_000), log: pino({ level: "silent" }), nowMs: () => 1 });
      });
    }

    describe("Huawei AC6605 (vrp_ac6605-26)", () => {
      const name = "vrp_ac6605-26";
      const ap = "50:6f:77:ea:dc:a0";

      it("claims the access points that LibreNMS counts", async () => {
        const values = valuesOf(await probe(name), name);
        expect(values?.wifi_aps_claimed).toBe(sensor(name, "ap-count", "ap-count"));
        expect(values?.wifi_aps_registered).toBe(1);
      });

      it("does not know whether an access point is up, because its state is not in the recording", async () => {
        // hwWlanApRunState (HUAWEI-WLAN-AP-MIB 13.3.3.1.6) was not asked by who recorded it: neither 0 nor 1 may come of that.
        const result = await probe(name);
        expect(valuesOf(result, ap)).toBeUndefined();
        expect(valuesOf(result, name)).not.toHaveProperty("wifi_aps_up");
      });

      it("has the clients that LibreNMS sums over the network names", async () => {
        // hwWlanCurAssocStaNum (12.1.2.2) is not in the recording; so the sum over hwWlanSsidStatTable 17.1.2.1.2/.3 counts, as
        // with LibreNMS. hwWlanVapStaNum says 0 in every row there: the two are sampled at different times.
        expect(valuesOf(await probe(name), name)?.wifi_clients).toBe(sensor(name, "clients", "total-all-ssids"));
        expect(sensor(name, "clients", "total-all-ssids")).toBe(7);
      });

      it("has the processor and memory of the board that LibreNMS reads", async () => {
        const values = valuesOf(await probe(name), name);
        const { processors, mempools } = peerOf(name);
        expect(values?.cpu_busy_ratio).toBe((processors.discovery.processors[0]?.processor_usage ?? -1) / 100);
        expect(values?.memory_used_ratio).toBe((mempools?.discovery.mempools[0]?.mempool_perc ?? -1) / 100);
        // hwEntityTemperature of the same board, row 9; 0 and 2147483647 in the other rows mean no sensor.
        expect(values?.temperature_celsius).toBe(40);
      });

      it("says of each radio what its rows say", async () => {
        // LibreNMS reads the same rows of hwWlanRadioInfoTable, but its expected results do not list them: the rows are
        // channel 16.1.2.1.7, utilisation .25 and EIRP .45.
        const result = await probe(name);
        const rows = { channel: "7", busy: "25", power: "45" } as const;
        for (const radio of [0, 1]) {
          const said = (column: keyof typeof rows) =>
            recorded(name, `1.3.6.1.4.1.2011.6.139.16.1.2.1.${rows[column]}.80.111.119.234.220.160.${radio}`);
          expect(valuesOf(result, ap, String(radio))).toEqual({
            wifi_channel_number: said("channel"),
            wifi_channel_busy_ratio: said("busy") / 100,
            wifi_tx_power_dbm: said("power"),
          });
        }
      });

      it("names the access point and the controller", async () => {
        const { facts } = await probe(name);
        const texts = (device: string) => facts.find((fact) => fact.device === device)?.texts;
        expect(texts(ap)).toEqual({
          vendor: "Huawei",
          controller: name,
          mac: ap,
          serial: "2102350PKF10J1000078",
          model: "AP7050DN-E",
          name: "TestAP-NAME",
        });
        const [os] = peerOf(name).os.discovery.devices;
        expect(texts(name)).toMatchObject({ vendor: "Huawei", model: os?.hardware });
        expect(os?.version).toContain(texts(name)?.firmware);
      });

      it("has all its interfaces", async () => {
        const { readings } = await probe(name);
        expect(readings.filter(({ measurement }) => measurement === "interface")).toHaveLength(33);
      });

      it("is walked to its end although ten of its rows would not fit a datagram", async () => {
        // Q-BRIDGE dot1qVlanCurrentEgressPorts and …UntaggedPorts hold 12 kB a row here: 4 rows fit 65,507 bytes, 10 do not.
        const columns = ["4", "5"].map((column) => parseOid(`1.3.6.1.2.1.17.7.1.4.2.1.${column}`));
        const table = await withDevice(name, { maxMessageBytes: 65_507 }, ({ host, port }) =>
          engine.walkColumns(
            { host, port, community: "public", timeoutMs: 500, retries: 1 },
            columns,
            AbortSignal.timeout(15_000),
          ),
        );
        expect(table.columns.map((column) => column.map((cell) => String(cell).length))).toEqual([
          [12_156, 12_156, 12_156, 12_156, 12_156, 12_156, 12_156, 12_155],
          [12_156, 12_156, 12_156, 12_156, 12_156, 12_156, 12_156, 12_155],
        ]);
      });

      it("is walked to its end when it stays silent above four repetitions", async () => {
        const column = parseOid("1.3.6.1.2.1.31.1.1.1.1");
        const table = await withDevice(name, {}, async (device) => {
          device.setFault({ kind: "silent-when-large", maxRepetitions: 4 });
          const { host, port } = device;
          const peer = { host, port, community: "public", timeoutMs: 150, retries: 3 };
          return engine.walkColumns(peer, [column], AbortSignal.timeout(15_000));
        });
        expect(table.rowKeys).toHaveLength(33);
      });
    });

    describe.each(["unifi_nanohd", "unifi_ukultra"] as const)("UniFi (%s)", (name) => {
      it("has in each band the clients, channel and power that LibreNMS reads", async () => {
        const result = await probe(name);
        for (const band of ["ng", "na"]) {
          const values = valuesOf(result, name, band);
          expect(values?.wifi_radio_clients).toBe(sensor(name, "clients", band));
          expect(values?.wifi_tx_power_dbm).toBe(sensor(name, "power", band));
          // LibreNMS gives the frequency in MHz, worked out from the channel.
          expect(values?.wifi_channel_number && megahertz(values.wifi_channel_number)).toBe(
            sensor(name, "frequency", band),
          );
        }
      });

      it("has in each band the utilisation that LibreNMS reads, and none where the access point says 0", async () => {
        // unifiRadioTable's rows are numbered; 1 is ng and 2 is na in both recordings. ukultra's na is off: it has no virtual AP
        // and says 0 for the air it does not hear; nanohd says 0 for every radio, as much firmware does: it is not known.
        const result = await probe(name);
        const busy = (band: string) => valuesOf(result, name, band)?.wifi_channel_busy_ratio;
        const said = (index: string) =>
          sensors(name).find(({ sensor_oids }) => sensor_oids.includes(`1.3.6.1.4.1.41112.1.6.1.1.1.6.${index}"`));
        const wanted = (index: string) => {
          const percent = said(index)?.sensor_current ?? -1;
          return percent === 0 ? undefined : percent / 100;
        };
        expect({ ng: busy("ng"), na: busy("na") }).toEqual({ ng: wanted("1"), na: wanted("2") });
      });

      it("has the sum of clients over bands", async () => {
        const bands = ["ng", "na"].map((band) => sensor(name, "clients", band) ?? 0);
        expect(valuesOf(await probe(name), name)?.wifi_clients).toBe(bands.reduce((sum, n) => sum + n, 0));
      });

      it("has the mean of the processors that LibreNMS lists one by one", async () => {
        const loads = peerOf(name).processors.discovery.processors.map(({ processor_usage }) => processor_usage);
        const mean = loads.reduce((sum, load) => sum + load, 0) / loads.length;
        expect(valuesOf(await probe(name), name)?.cpu_busy_ratio).toBeCloseTo(mean / 100, 10);
      });

      it("has the memory that LibreNMS reads", async () => {
        // LibreNMS rounds to whole percent. ukultra has memFree and no memTotal: with either alone nothing can be said.
        const percent = peerOf(name).mempools?.discovery.mempools[0]?.mempool_perc;
        const ratio = valuesOf(await probe(name), name)?.memory_used_ratio;
        expect(ratio === undefined ? undefined : Math.round(ratio * 100)).toBe(percent);
      });

      it("is in service, and says its model and firmware", async () => {
        const result = await probe(name);
        expect(valuesOf(result, name)?.wifi_ap_up).toBe(1);
        // "UAP-nanoHD 5.43.36.12724": LibreNMS leaves both out where unifiApSystem is missing, sysDescr has them all the same.
        const [model, firmware] = peerOf(name).os.discovery.devices[0]?.sysDescr?.split(" ") ?? [];
        expect(result.facts[0]?.texts).toMatchObject({ vendor: "Ubiquiti", model, firmware });
      });
    });

    it.each(RECORDINGS)("%s holds no value that had to be refused", async (name) => {
      expect(await probe(name)).toMatchObject({ valuesRefused: 0 });
    });
  },
);

async function withDevice<T>(
  name: Recording,
  options: { maxMessageBytes?: number },
  use: (device: SnmpDevice) => Promise<T>,
): Promise<T> {
  const { rows } = readSnmprec(readFileSync(`${FOLDER}${name}.snmprec`, "utf8"));
  const device = await startSnmpDevice({ mib: createStaticMib(rows), community: "public", ...options });
  try {
    return await use(device);
  } finally {
    await device.close();
  }
}

function peerOf(name: Recording): Peer {
  return JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8")) as Peer; // LibreNMS's own shape, described in SOURCE.md
}

function sensors(name: Recording): WirelessSensor[] {
  return peerOf(name).wireless.poller.wireless_sensors;
}

/** What LibreNMS says of one sensor; `undefined` when it has none such. */
function sensor(name: Recording, sensorClass: string, index: string): number | undefined {
  return sensors(name).find((s) => s.sensor_class === sensorClass && s.sensor_index === index)?.sensor_current;
}

/** A number of the recording itself. */
function recorded(name: Recording, oid: string): number {
  const line = readFileSync(`${FOLDER}${name}.snmprec`, "utf8")
    .split("\n")
    .find((candidate) => candidate.startsWith(`${oid}|`));
  return Number(line?.split("|")[2]);
}

function valuesOf({ readings }: ProbeResult, device: string, instance?: string): Values | undefined {
  return readings.find((reading) => reading.device === device && reading.instance === instance)?.values;
}

/** Centre of a 20 MHz channel (IEEE 802.11, sections on operating channels of 2.4 and 5 GHz). */
function megahertz(channel: number): number {
  if (channel === 14) return 2_484;
  return channel < 14 ? 2_407 + 5 * channel : 5_000 + 5 * channel;
}

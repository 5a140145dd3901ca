// What the agent says of recorded Wi-Fi devices, beside what LibreNMS read from the same recordings. A recording stands
// beside the project and is no part of it; LibreNMS is another reader, not the truth: where the two differ, the table says
// which fact of the MIB or of the recording explains it.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MetricName, Values } from "../../contract/metrics.ts";
import { startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../../firmware-sims/snmp/snmprec.ts";
import { loadProfiles } from "../profiles/load.ts";
import type { Profiles } from "../profiles/profile.ts";
import { createSnmpEngine, type SnmpEngine } from "../snmp/engine.ts";
import type { Probe, ProbeResult } from "./probe.ts";
import { createProbes } from "./table.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/devices/librenms/", import.meta.url));

/** What the agent says instead of what LibreNMS says, and why; `undefined`: nothing. */
type Differences = Record<string, readonly [agent: number | string | undefined, because: string]>;

interface Recording {
  name: string;
  profile: string;
  /** The device and the radio that LibreNMS's sensor of this index is about; neither when it is the target. */
  radio?: (index: string, sensorClass: string) => { device?: string; instance?: string };
  differences: Differences;
}

/** A radio that no reading is about. */
const NOT_READ = { instance: "none" };

const RECORDINGS: readonly Recording[] = [
  { name: "arubaos", profile: "aruba-controller", differences: {} },
  {
    name: "aruba-instant",
    profile: "aruba-instant",
    radio: (index) => {
      const [device, instance] = index.split(".");
      return instance === undefined ? {} : { device: device ?? "", instance };
    },
    differences: {
      "frequency 6828cfc7e9c0.2": [
        5265,
        "a 6 GHz radio, whose channel LibreNMS does not know; megahertz() here takes it for 5 GHz",
      ],
      "frequency 6828cfc80448.2": [5345, "the same; the channel is tested below"],
      cpu: [
        undefined,
        "aiAPCPUUtilization is of each access point, and tested there; LibreNMS lists the three as processors",
      ],
      memory: [undefined, "aiAPMemoryFree and aiAPTotalMemory are of each access point as well"],
      serial: [undefined, "LibreNMS takes that of the first access point for the cluster's"],
    },
  },
  {
    name: "ruckuswireless_zd1200",
    profile: "ruckus-zonedirector",
    radio: (index, sensorClass) => (`${sensorClass} ${index}` === "ap-count 1" || index === "9" ? {} : NOT_READ),
    differences: {
      "ap-count 2": [
        undefined,
        "registered access points are counted row by row, and their table is not in the recording",
      ],
      "clients 1": [undefined, "clients of one network name: there is no such metric"],
      "clients 2": [undefined, "clients of one network name: there is no such metric"],
      "clients 3": [undefined, "clients of one network name: there is no such metric"],
      "clients 4": [undefined, "clients of one network name: there is no such metric"],
      "clients 5": [undefined, "clients of one network name: there is no such metric"],
      "clients 6": [undefined, "clients of one network name: there is no such metric"],
      "clients 7": [undefined, "clients of one network name: there is no such metric"],
      "clients 8": [undefined, "clients of one network name: there is no such metric"],
      firmware: ["9.13.3.0 build 145", "LibreNMS writes the country code, an object of its own, behind it"],
    },
  },
  {
    name: "ruckuswireless-unleashed",
    profile: "ruckus-unleashed",
    differences: {
      firmware: ["200.15.6.112 build 54", "LibreNMS writes the country code, an object of its own, behind it"],
    },
  },
  {
    name: "ruckuswireless-hotzone",
    profile: "ruckus-ap",
    radio: (instance) => ({ instance }),
    differences: {
      firmware: ["9.13.3.0.145", "LibreNMS writes the country code, an object of its own, behind it"],
    },
  },
  {
    name: "routeros",
    profile: "mikrotik",
    radio: (index) => ({ instance: `ifName ${index}` }),
    differences: {
      "noise-floor 8": [undefined, "mtxrWlApNoiseFloor is 0 where the interface has no frequency: not known"],
      "noise-floor 9": [undefined, "the same: a second network name of a radio"],
    },
  },
  {
    name: "routeros_rb433gl",
    profile: "mikrotik",
    radio: (index) => ({ instance: `ifName ${index}` }),
    differences: {},
  },
  {
    name: "ciscowap_iw9165dh",
    profile: "generic",
    differences: {
      memory: [
        undefined,
        "it has hrStorageTable only, where what is used includes what caches hold; UCD-SNMP-MIB would tell",
      ],
    },
  },
  {
    name: "fortigate_60f",
    profile: "fortigate",
    differences: {
      model: ["FGT_60F", "entPhysicalModelName; LibreNMS looks the sysObjectID up in a list of models"],
    },
  },
  { name: "fortiwlc", profile: "fortiwlc", differences: {} },
  {
    name: "ewc",
    profile: "extreme-ewc",
    radio: (index) => (index.startsWith("100") ? { instance: `ifName ${index}` } : index === "0" ? {} : NOT_READ),
    differences: {
      "ap-count 1": [
        undefined,
        "configured access points are counted row by row, and no row here says which one it is",
      ],
      model: ["V2110 Medium", "in sysDescr, where LibreNMS does not look"],
      firmware: ["10.21.04.0005", "in sysDescr, where LibreNMS does not look"],
      "clients 1": [
        undefined,
        "clients of an access point that its row names by a number only: serial and MAC are not in the recording",
      ],
      "clients Test VNS": [undefined, "clients of one network name: there is no such metric"],
      "utilization 1.1": [
        undefined,
        "index is the number of the access point and of the radio: nothing ties it to a MAC or to an interface",
      ],
      "utilization 1.2": [undefined, "the same"],
    },
  },
  {
    name: "hiveos-wireless_ap130",
    profile: "aerohive",
    radio: (index) => (index === "1" ? {} : { instance: index === "5" ? "wifi0" : "wifi1" }),
    differences: {},
  },
  {
    name: "epmp_epmp-ap-connected-sta",
    profile: "cambium-epmp",
    differences: {
      "frequency 0": [
        undefined,
        "5190 MHz is the centre of 40 MHz, or of a channel of its own: no channel of 20 MHz has it",
      ],
      model: [undefined, "LibreNMS makes it up from the mode of operation"],
    },
  },
  {
    name: "airos_airos8",
    profile: "airos",
    radio: (instance) => ({ instance }),
    differences: {
      "frequency 1": [undefined, "5780 MHz lies between the channels of 20 MHz, 153 and 157"],
      "power 1": [
        24,
        "LibreNMS has two sensors of this name: -70 is the signal it receives, 24 the power of ubntRadioTxPower",
      ],
    },
  },
  { name: "zyxelwlc_nxc2500", profile: "zyxel-nxc", differences: {} },
  {
    name: "grandstream-ap_gwn7660",
    profile: "grandstream",
    radio: (index) => (index.includes("s") ? {} : { instance: index === "1" ? "wifi0" : "wifi1" }),
    differences: {
      "clients ssid1": [
        undefined,
        "LibreNMS counts rows of a table of clients that is not in the recording: its 0 stands on nothing",
      ],
      "clients ssid2": [
        undefined,
        "LibreNMS counts rows of a table of clients that is not in the recording: its 0 stands on nothing",
      ],
      "clients ssid3": [
        undefined,
        "LibreNMS counts rows of a table of clients that is not in the recording: its 0 stands on nothing",
      ],
      "clients total-clients": [
        undefined,
        "LibreNMS counts rows of a table of clients that is not in the recording: its 0 stands on nothing",
      ],
      firmware: ["1.0.25.41", "the text ends in NUL, which LibreNMS shows as a dot"],
    },
  },
  {
    name: "openwrt",
    profile: "openwrt",
    radio: (index) => (index === "3" ? {} : { instance: String(Number(index) - 1) }),
    differences: {
      memory: [undefined, "hrStorageTable only, as with the Cisco access point"],
    },
  },
];

const missing = RECORDINGS.every(({ name }) => existsSync(`${FOLDER}${name}.snmprec`))
  ? undefined
  : "recordings not present (../shared/devices/librenms)";

/** One row of LibreNMS's `wireless_sensors`; numbers are already multiplied and divided. */
interface WirelessSensor {
  sensor_class: string;
  sensor_index: string;
  sensor_oids: string;
  sensor_current: number;
}

interface Tables {
  wireless_sensors?: WirelessSensor[];
  processors?: { processor_usage: number }[];
  mempools?: { mempool_perc: number }[];
  devices?: Record<"hardware" | "version" | "serial", string | null>[];
}

/** What LibreNMS found: per module what it discovered, and what it then polled where that is not the same. */
type Peer = Partial<
  Record<"wireless" | "processors" | "mempools" | "os", { discovery?: Tables | string; poller?: Tables | string }>
>;

/** How LibreNMS's classes of sensor are our metrics, and our number in its unit. */
const CLASSES: Record<string, { metric: MetricName; ofDevice?: MetricName; inItsUnit?: (value: number) => number }> = {
  "ap-count": { metric: "wifi_aps_registered", ofDevice: "wifi_aps_claimed" },
  clients: { metric: "wifi_radio_clients", ofDevice: "wifi_clients" },
  utilization: { metric: "wifi_channel_busy_ratio", inItsUnit: (ratio) => Math.round(ratio * 1_000) / 10 },
  "noise-floor": { metric: "wifi_noise_dbm" },
  power: { metric: "wifi_tx_power_dbm" },
  channel: { metric: "wifi_channel_number" },
  frequency: { metric: "wifi_channel_number", inItsUnit: megahertz },
};

describe.skipIf(missing !== undefined)(
  `recorded Wi-Fi devices${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    let engine: SnmpEngine;
    let profiles: Profiles;
    let ask: Probe;

    beforeAll(async () => {
      engine = createSnmpEngine({ tickMs: 5 });
      profiles = await loadProfiles();
      ask = createProbes({ engine, profiles }).snmp;
    });
    afterAll(() => engine.close());

    async function probe(name: string): Promise<ProbeResult> {
      const { rows } = readSnmprec(readFileSync(`${FOLDER}${name}.snmprec`, "utf8"));
      const device = await startSnmpDevice({ mib: createStaticMib(rows), community: "public" });
      try {
        const address = { kind: "snmp", host: device.host, port: device.port, community: "public" } as const;
        const target = { id: name, address, segment: "main", timeoutMs: 2_000, retries: 1 };
        return await ask(target, {
          signal: AbortSignal.timeout(15_000),
          log: pino({ level: "silent" }),
          nowMs: () => 1,
        });
      } finally {
        await device.close();
      }
    }

    it.each(RECORDINGS)(
      "$name is read by $profile, and says what LibreNMS says but for what is explained",
      async (recording) => {
        const { name, profile, differences } = recording;
        expect(profiles.choose(identityOf(name)).name).toBe(profile);
        const result = await probe(name);
        const peer = peerSays(name);
        const explained = Object.fromEntries(Object.entries(differences).map(([key, [agent]]) => [key, agent]));
        expect(agentSays(recording, result, Object.keys(peer))).toStrictEqual({ ...peer, ...explained });
        expect(Object.keys(differences).filter((key) => !(key in peer))).toEqual([]);
        expect(result.valuesRefused).toBe(0);
      },
    );

    it("a controller of 1386 access points is read well within the deadline, with every radio that it shows", async () => {
      const { readings, facts } = await probe("arubaos");
      const radios = readings.filter(({ measurement }) => measurement === "radio");
      expect(radios).toHaveLength(1_380);
      // wlanAPRadioChannel, half dBm, percent and clients of the first row; LibreNMS does not list radios.
      expect(radios.find((r) => r.device === "00:4e:35:c2:22:e8" && r.instance === "1")?.values).toEqual({
        wifi_channel_number: 44,
        wifi_tx_power_dbm: 19,
        wifi_channel_busy_ratio: 0.04,
        wifi_radio_clients: 18,
      });
      const ofAps = readings.filter(({ values, device }) => device !== "arubaos" && values.wifi_clients !== undefined);
      const sum = ofAps.reduce((clients, { values }) => clients + (values.wifi_clients ?? 0), 0);
      const ofRadios = radios.reduce((clients, { values }) => clients + (values.wifi_radio_clients ?? 0), 0);
      expect(sum).toBe(ofRadios);
      expect(facts.find(({ device }) => device === "00:4e:35:c2:22:e8")?.texts).toEqual({
        vendor: "Aruba",
        controller: "arubaos",
        mac: "00:4e:35:c2:22:e8",
        name: "ar6-bib4le2n",
      });
      // wlsxWlanAPTable is not in the recording: nobody may say how many of the 1386 are up.
      const own = readings.find(({ device, measurement }) => device === "arubaos" && measurement === "device")?.values;
      expect(own).toMatchObject({ wifi_aps_claimed: 1386, wifi_clients: 2654, temperature_celsius: 58 });
      expect(own).not.toHaveProperty("wifi_aps_up");
      expect(own).not.toHaveProperty("wifi_aps_registered");
    });

    it("access points of an Aruba Instant cluster have their own processor, memory and state", async () => {
      const { readings, facts } = await probe("aruba-instant");
      const macs = ["68:28:cf:c7:e9:c0", "68:28:cf:c8:04:48", "70:3a:0e:c9:c2:46"];
      const values = macs.map((mac) => readings.find((r) => r.device === mac && r.measurement === "device")?.values);
      const loads = tablesOf("aruba-instant", "processors").processors?.map((row) => row.processor_usage);
      const pools = tablesOf("aruba-instant", "mempools").mempools?.map((row) => row.mempool_perc);
      expect(values.map((own) => Math.round((own?.cpu_busy_ratio ?? -1) * 100))).toEqual(loads);
      expect(values.map((own) => Math.round((own?.memory_used_ratio ?? -1) * 100))).toEqual(pools);
      expect(values.map((own) => own?.wifi_ap_up)).toEqual([1, 1, 1]);
      expect(facts.find(({ device }) => device === macs[0])?.texts).toMatchObject({
        serial: "PHRCKYJ2RR",
        model: "635",
        name: "ECA-Ultimo-L11-AP06",
        address: "192.168.126.30",
      });
      const sixGhz = readings.find((r) => r.device === macs[0] && r.instance === "2")?.values;
      expect(sixGhz?.wifi_channel_number).toBe(53);
    });

    it("access points of a Grandstream group are up by the word they are shown with", async () => {
      const { readings } = await probe("grandstream-ap_gwn7660");
      const own = readings.find(
        ({ device, measurement }) => device.startsWith("grandstream") && measurement === "device",
      );
      expect(own?.values).toMatchObject({ wifi_aps_registered: 4, wifi_aps_up: 4 });
    });
  },
);

function recorded(name: string, oid: string): string | undefined {
  const line = readFileSync(`${FOLDER}${name}.snmprec`, "utf8")
    .split(/\r?\n/)
    .find((candidate) => candidate.startsWith(`${oid}|`));
  return line?.split("|").slice(2).join("|");
}

function identityOf(name: string): { sysObjectId: string; sysDescr: string } {
  const [sysDescr = "", sysObjectId = ""] = ["1", "2"].map((n) => recorded(name, `1.3.6.1.2.1.1.${n}.0`));
  return { sysObjectId, sysDescr };
}

function tablesOf(name: string, module: keyof Peer): Tables {
  const peer = JSON.parse(readFileSync(`${FOLDER}${name}.json`, "utf8")) as Peer; // LibreNMS's own shape, described in SOURCE.md
  const { discovery, poller } = peer[module] ?? {};
  const discovered = typeof discovery === "object" ? discovery : {};
  return typeof poller === "object" ? { ...discovered, ...poller } : discovered;
}

/** By "class index" or name of a fact; `undefined` where LibreNMS has none. Of two sensors of one name the first counts. */
function peerSays(name: string): Record<string, number | string | undefined> {
  const said: Record<string, number | string | undefined> = {};
  for (const { sensor_class, sensor_index, sensor_current } of tablesOf(name, "wireless").wireless_sensors ?? []) {
    if (CLASSES[sensor_class] === undefined) continue;
    said[`${sensor_class} ${sensor_index}`] ??= sensor_current;
  }
  const [device] = tablesOf(name, "os").devices ?? [];
  const loads = (tablesOf(name, "processors").processors ?? []).map(({ processor_usage }) => processor_usage);
  return {
    ...said,
    model: device?.hardware || undefined,
    firmware: device?.version || undefined,
    serial: device?.serial || undefined,
    cpu: loads.length === 0 ? undefined : Math.round(loads.reduce((sum, load) => sum + load, 0) / loads.length),
    memory: tablesOf(name, "mempools").mempools?.[0]?.mempool_perc,
  };
}

/** The same, by the agent. */
function agentSays(
  { name, radio }: Recording,
  { readings, facts }: ProbeResult,
  keys: readonly string[],
): Record<string, number | string | undefined> {
  const valuesOf = (device: string, instance?: string): Values =>
    Object.assign(
      {},
      ...readings.filter((r) => r.device === device && r.instance === instance).map(({ values }) => values),
    );
  const texts = facts.find(({ device }) => device === name)?.texts ?? {};
  const percent = (ratio: number | undefined) => (ratio === undefined ? undefined : Math.round(ratio * 100));
  const own = valuesOf(name);
  const said: Record<string, number | string | undefined> = {
    model: texts.model,
    firmware: texts.firmware,
    serial: texts.serial,
    cpu: percent(own.cpu_busy_ratio),
    memory: percent(own.memory_used_ratio),
  };
  for (const key of keys) {
    const [sensorClass = "", index = ""] = key.split(/ (.*)/);
    const rule = CLASSES[sensorClass];
    if (rule === undefined) continue;
    const { device, instance } = radio?.(index, sensorClass) ?? {};
    const values = valuesOf(device === undefined ? name : macOf(device), instance && nameOf(name, instance));
    const own = rule.ofDevice === undefined ? undefined : values[rule.ofDevice];
    const value = instance === undefined ? (own ?? values[rule.metric]) : values[rule.metric];
    said[key] = value === undefined ? undefined : (rule.inItsUnit?.(value) ?? value);
  }
  return said;
}

/** "ifName 4" is the name of that interface; anything else is the instance itself. */
function nameOf(name: string, instance: string): string | undefined {
  const [, ifIndex] = /^ifName (\d+)$/.exec(instance) ?? [];
  return ifIndex === undefined ? instance : recorded(name, `1.3.6.1.2.1.31.1.1.1.1.${ifIndex}`);
}

function macOf(digits: string): string {
  return digits.match(/../g)?.join(":") ?? digits;
}

/** Centre of a 20 MHz channel of 2.4 or 5 GHz (IEEE 802.11). */
function megahertz(channel: number): number {
  if (channel === 14) return 2_484;
  return channel < 14 ? 2_407 + 5 * channel : 5_000 + 5 * channel;
}

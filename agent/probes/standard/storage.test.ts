import { describe, expect, it } from "vitest";
import { readSnmprec } from "../../../firmware-sims/snmp/snmprec.ts";
import { readFrom } from "./reader-suite.ts";
import { readStorage } from "./storage.ts";

const ENTRY = "1.3.6.1.2.1.25.2.3.1";
/** HOST-RESOURCES-TYPES. */
const TYPE = { other: 1, ram: 2, virtual: 3, fixed: 4, removable: 5, compactDisc: 7, flash: 9, network: 10 } as const;

interface Row {
  type?: keyof typeof TYPE;
  name: string;
  /** hrStorageAllocationUnits in bytes. */
  units?: number;
  size?: number;
  used?: number;
}

function mib(...rows: Row[]) {
  const lines = rows.flatMap(({ type = "fixed", name, units = 4_096, size = 1_000, used = 250 }, i) => [
    `${ENTRY}.2.${i + 1}|6|1.3.6.1.2.1.25.2.1.${TYPE[type]}`,
    `${ENTRY}.3.${i + 1}|4|${name}`,
    `${ENTRY}.4.${i + 1}|2|${units}`,
    `${ENTRY}.5.${i + 1}|2|${size}`,
    `${ENTRY}.6.${i + 1}|2|${used}`,
  ]);
  return readSnmprec(lines.join("\n")).rows;
}

const read = (...rows: Row[]) => readFrom(mib(...rows), readStorage);

describe("readStorage", () => {
  it("says how large a disk is and how full", async () => {
    const result = await read({ name: "/" });
    expect(result.readings).toEqual([
      {
        measurement: "storage",
        device: "sw",
        instance: "/",
        atMs: 1,
        values: { storage_size_bytes: 4_096_000, storage_used_ratio: 0.25 },
      },
    ]);
  });

  it.each<{ case: string; row: Row; bytes: number; ratio: number }>([
    { case: "an empty disk", row: { name: "/", used: 0 }, bytes: 4_096_000, ratio: 0 },
    { case: "a full disk", row: { name: "/", used: 1_000 }, bytes: 4_096_000, ratio: 1 },
    {
      case: "12 TB, whose size is negative in 32 bits",
      row: { name: "/", size: 3_000_000_000 - 2 ** 32, used: 1_500_000_000 },
      bytes: 12_288_000_000_000,
      ratio: 0.5,
    },
    {
      case: "12 TB of which more than 8 are used",
      row: { name: "/", size: 3_000_000_000 - 2 ** 32, used: 2_400_000_000 - 2 ** 32 },
      bytes: 12_288_000_000_000,
      ratio: 0.8,
    },
    { case: "flash memory", row: { type: "flash", name: "flash:" }, bytes: 4_096_000, ratio: 0.25 },
  ])("reads $case", async ({ row, bytes, ratio }) => {
    const result = await read(row);
    expect(result.value("storage_size_bytes", row.name)).toBe(bytes);
    expect(result.value("storage_used_ratio", row.name)).toBe(ratio);
    expect(result.problems).toEqual([]);
  });

  it.each<{ case: string; row: Row }>([
    { case: "an empty drive, whose size is 0", row: { name: "D:\\", size: 0, used: 0 } },
    { case: "a CD drive", row: { type: "compactDisc", name: "D:\\" } },
    { case: "a removable disk", row: { type: "removable", name: "E:\\" } },
    { case: "a disk of another computer", row: { type: "network", name: "/mnt/nas" } },
    { case: "/run, which is in memory", row: { name: "/run" } },
    { case: "what is mounted below /run", row: { name: "/run/user/1000" } },
    { case: "shared memory", row: { name: "/dev/shm" } },
    { case: "the kernel's own file systems", row: { name: "/sys/fs/cgroup" } },
    { case: "swap", row: { type: "virtual", name: "Swap space" } },
  ])("says nothing of $case", async ({ row }) => {
    expect((await read(row)).readings).toEqual([]);
  });

  it("takes a directory that only begins like those for a disk", async () => {
    expect((await read({ name: "/runtime" })).value("storage_used_ratio", "/runtime")).toBe(0.25);
  });

  it("counts memory of Net-SNMP without buffers and caches", async () => {
    const result = await read(
      { type: "ram", name: "Physical memory", units: 1_024, size: 8_000_000, used: 7_600_000 },
      { type: "virtual", name: "Virtual memory", units: 1_024, size: 9_000_000, used: 7_600_000 },
      { type: "other", name: "Memory buffers", units: 1_024, size: 8_000_000, used: 400_000 },
      { type: "other", name: "Cached memory", units: 1_024, size: 5_200_000, used: 5_200_000 },
    );
    expect(result.value("memory_used_ratio")).toBe(0.25);
    expect(result.readings).toHaveLength(1);
  });

  it("counts memory of Windows, which has no such rows", async () => {
    const result = await read({ type: "ram", name: "Physical Memory", units: 65_536, size: 260_000, used: 130_000 });
    expect(result.value("memory_used_ratio")).toBe(0.5);
  });

  it("leaves memory alone where the device's own profile knew it", async () => {
    const memory = mib({ type: "ram", name: "Physical memory", size: 100, used: 90 });
    const result = await readFrom(memory, async (_, findings) => findings.add("memory_used_ratio", 0.3), readStorage);
    expect(result.value("memory_used_ratio")).toBe(0.3);
  });

  it("says nothing of a row without its size", async () => {
    const rows = mib({ name: "/" }).filter(({ oid }) => !oid.join(".").startsWith(`${ENTRY}.5.`));
    expect((await readFrom(rows, readStorage)).readings).toEqual([]);
  });
});

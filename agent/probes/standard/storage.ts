// Memory and disks by HOST-RESOURCES-MIB::hrStorageTable (RFC 2790): what a row is stands in its own type column.
import { parseOid } from "../../snmp/oid.ts";
import type { SnmpValue } from "../../snmp/value.ts";
import type { SnmpFindings } from "../snmp-findings.ts";
import { readName } from "../snmp-value.ts";
import type { StandardReader } from "./standard.ts";

/** hrStorageType, hrStorageDescr, hrStorageAllocationUnits (bytes), hrStorageSize and hrStorageUsed (units). */
const COLUMNS = [2, 3, 4, 5, 6].map((column) => parseOid(`1.3.6.1.2.1.25.2.3.1.${column}`));

/** HOST-RESOURCES-TYPES. */
const RAM = "1.3.6.1.2.1.25.2.1.2";
const DISKS = new Set(["1.3.6.1.2.1.25.2.1.4", "1.3.6.1.2.1.25.2.1.9"]); // hrStorageFixedDisk, hrStorageFlashMemory
/** File systems in memory and of the kernel, which Net-SNMP calls fixed disks. */
const NO_DISK = /^\/(run|dev|sys|proc)(\/|$)/;
/** Rows of Net-SNMP for memory that counts as used and is given back when it is needed. */
const GIVEN_BACK = new Set(["Memory buffers", "Cached memory"]);

interface Storage {
  type: string;
  name: string;
  sizeBytes: number;
  usedBytes: number;
}

export const readStorage: StandardReader = async (device, findings) => {
  const { rowKeys, columns } = await device.walk(COLUMNS);
  const rows = rowKeys.flatMap((_, row) => storageOf(columns.map((column) => column[row])) ?? []);
  for (const { type, name, sizeBytes, usedBytes } of rows) {
    if (!DISKS.has(type) || NO_DISK.test(name)) continue;
    findings.add("storage_size_bytes", sizeBytes, name);
    findings.add("storage_used_ratio", usedBytes / sizeBytes, name);
  }
  addMemory(rows, findings);
};

/** A row of which everything is known; an empty drive has size 0 and says nothing. */
function storageOf([type, descr, units, size, used]: readonly (SnmpValue | undefined)[]): Storage | undefined {
  const name = readName(descr);
  if (typeof type !== "string" || name === undefined) return undefined;
  if (typeof units !== "number" || typeof size !== "number" || typeof used !== "number") return undefined;
  const sizeBytes = unsigned(size) * units;
  return sizeBytes > 0 ? { type, name, sizeBytes, usedBytes: unsigned(used) * units } : undefined;
}

/** Integer32 shows disks of more than 2^31 units as negative. */
function unsigned(value: number): number {
  return value < 0 ? value + 2 ** 32 : value;
}

function addMemory(rows: readonly Storage[], findings: SnmpFindings): void {
  const memory = rows.find(({ type }) => type === RAM);
  if (memory === undefined || findings.knows("memory_used_ratio")) return;
  const givenBack = rows.filter(({ name }) => GIVEN_BACK.has(name)).reduce((sum, { usedBytes }) => sum + usedBytes, 0);
  findings.add("memory_used_ratio", Math.max(0, memory.usedBytes - givenBack) / memory.sizeBytes);
}

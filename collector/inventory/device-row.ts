// From a row of devices.csv to a device, and from one of serves.csv to what it serves.
import { deviceKey } from "../../contract/mac.ts";
import { DEVICE_ROLES, EXPECTED_ON, type InventoryDevice, SERVES_ROLES, type Serves } from "./inventory.ts";
import type { Row } from "./row.ts";

export function toDevice(row: Row<"devices.csv">): InventoryDevice {
  const kind = row.required("kind", "what it is, for example ap");
  if (kind && !/^[a-z][a-z0-9_-]*$/.test(kind)) row.report("kind", `"${kind}" is not a lower-case word`);
  const id = row.id("id");
  const venue = row.text("venue");
  const parent = row.text("parent");
  const installedOn = row.day("installed_on");
  const role = row.option("role", DEVICE_ROLES, true);
  const uplink = toUplink(row, role);
  return {
    id,
    school: row.required("school", "a school's id"),
    kind,
    name: row.text("name") ?? id,
    key: deviceKey(row.required("key", "what readings call it: a target's id, a serial or a MAC")),
    ...(venue !== undefined && { venue }),
    ...(parent !== undefined && { parent }),
    segment: row.text("segment") ?? "main",
    expectedOn: row.choice("expected_on", EXPECTED_ON, "always"),
    ...toAsset(row),
    ...(installedOn !== undefined && { installedOn }),
    ...(role !== undefined && { role }),
    ...(uplink && { uplink }),
  };
}

/** What the asset register says of it. */
function toAsset(row: Row<"devices.csv">): Pick<InventoryDevice, "owner" | "operator" | "assetCode" | "location"> {
  const owner = row.text("owner");
  const operator = row.text("operator");
  const assetCode = row.text("asset_code");
  const location = row.text("location");
  return {
    ...(owner !== undefined && { owner }),
    ...(operator !== undefined && { operator }),
    ...(assetCode !== undefined && { assetCode }),
    ...(location !== undefined && { location }),
  };
}

/** Only an egress has an uplink, and only an uplink has a contract. */
function toUplink(row: Row<"devices.csv">, role: InventoryDevice["role"]): InventoryDevice["uplink"] {
  const instance = row.text("uplink_interface");
  const contractMbps = row.number("contract_mbps", "Mbit/s above 0", (v) => v > 0);
  if (instance !== undefined && role !== "egress")
    row.report("uplink_interface", "is said of a device with role egress only");
  if (instance === undefined) {
    if (row.text("contract_mbps") !== undefined)
      row.report("contract_mbps", "is said of an uplink_interface, which is empty");
    return undefined;
  }
  return { instance, ...(contractMbps !== undefined && { contractMbps }) };
}

export function toServes(row: Row<"serves.csv">): Serves {
  const dbm = row.number("walk_test_dbm", "dBm from -120 to 0", (v) => v >= -120 && v <= 0);
  const day = row.day("walk_test_date");
  // A level without its day, or the reverse, proves nothing, and nobody would notice that it is ignored.
  if (row.text("walk_test_dbm") !== undefined && day === undefined)
    row.report("walk_test_date", "is empty beside a level");
  if (day !== undefined && row.text("walk_test_dbm") === undefined)
    row.report("walk_test_dbm", "is empty beside a date");
  return {
    device: row.required("device", "a device's id"),
    venue: row.required("venue", "a venue's id"),
    role: row.choice("role", SERVES_ROLES),
    ...(dbm !== undefined && day !== undefined && { walkTest: { dbm, day } }),
  };
}

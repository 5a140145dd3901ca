// What a county and a school do before readings flow, with the real programs: import an inventory, make a code, enrol.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { start } from "./programs.ts";

export type InventoryRows = Partial<Record<"schools" | "venues" | "devices" | "serves", readonly string[]>>;

const HEADS = {
  schools: "id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at",
  venues: "id,school,building,room,name,kind,main_teaching,area_m2,seats",
  devices: "id,school,kind,name,key,venue,parent,segment,expected_on",
  serves: "device,venue,role",
} as const satisfies Record<keyof InventoryRows, string>;

/** Puts the rows of these files in force, without their heads; a file that is not given has no rows. */
export async function importInventory(collectorUrl: string, rows: InventoryRows): Promise<void> {
  const files = Object.entries(HEADS).map(([name, head]): [string, string] => {
    const lines = name in rows ? (rows[name as keyof InventoryRows] ?? []) : []; // `in` has just checked it
    return [`${name}.csv`, [head, ...lines, ""].join("\n")];
  });
  const response = await fetch(`${collectorUrl}/v1/inventory`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ files: Object.fromEntries(files) }),
  });
  expect(response.status, await response.clone().text()).toBe(200);
}

/** Runs a program to its end, which must be a good one; what it wrote. */
export async function ran(name: "agent" | "collector", args: readonly string[]): Promise<string> {
  const program = start(name, args);
  expect(await program.finished(), program.output()).toBe(0);
  return program.output();
}

/** Makes a code for a school and enrols the agent in `dir` with it, at the collector or at what stands before it; keeps an agent.yaml. */
export async function enrol(
  school: string,
  dir: string,
  at: { collector: string; agentSees?: string; agent?: string },
) {
  const { collector, agentSees = collector, agent } = at;
  const wish = ["--school", school, ...(agent === undefined ? [] : ["--agent", agent])];
  const made = JSON.parse(await ran("collector", ["code", ...wish, "--collector", collector, "--json"]));
  const isThere = existsSync(join(dir, "agent.yaml"));
  return ran("agent", [
    "enroll",
    "--collector",
    agentSees,
    "--code",
    made.code,
    "--dir",
    dir,
    ...(isThere ? ["--force"] : []),
  ]);
}

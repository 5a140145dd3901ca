import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCsvFolder } from "./csv-folder.ts";
import { filesWith } from "./files-suite.ts";
import { loadInventoryFiles, saveInventory } from "./folder-suite.ts";

describe("the folder of the inventory", () => {
  let root: string;
  let dir: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "campanile-inventory-"));
    dir = join(root, "data", "inventory");
  });
  afterEach(() => rm(root, { recursive: true }));

  const texts = (name: string) => new Map([["agents.csv", name]]);

  it("holds nothing before the first save", async () => {
    await expect(loadInventoryFiles(dir)).resolves.toBeUndefined();
  });

  it("gives back what was saved last", async () => {
    await saveInventory(dir, filesWith({}));
    await saveInventory(dir, filesWith({ "calendar.csv": undefined }));
    await expect(loadInventoryFiles(dir)).resolves.toEqual(filesWith({ "calendar.csv": undefined }));
  });

  it("marks bytes that are not UTF-8, so that reading can refuse them", async () => {
    await writeFile(join(root, "agents.csv"), Buffer.from([0xb5, 0xda, 0xd2, 0xbb]));
    await writeFile(join(root, "notes.txt"), "not an inventory file");
    const files = await readCsvFolder(root);
    expect([...files.keys()]).toEqual(["agents.csv"]);
    expect(files.get("agents.csv")).toContain("\uFFFD");
  });

  it("says what it could not do", async () => {
    await writeFile(join(root, "data"), "a file where a folder should be");
    await expect(saveInventory(dir, texts("x"))).rejects.toMatchObject({ code: "INVENTORY_FOLDER" });
    await expect(loadInventoryFiles(dir)).rejects.toMatchObject({ code: "INVENTORY_FOLDER" });
    await expect(readCsvFolder(dir)).rejects.toMatchObject({ code: "INVENTORY_FOLDER" });
  });
});

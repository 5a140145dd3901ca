import { describe, expect, it } from "vitest";
import { diffInventory, hasChanges } from "../diff.ts";
import { FILES, FULL, filesWith, SCHOOL } from "../files-suite.ts";
import { readInventory } from "../read.ts";
import { loadRegions } from "../regions.ts";
import { textOf } from "../table.ts";
import { readWorkbook } from "./read.ts";
import { writeWorkbook } from "./write.ts";

const inventoryOf = (texts: Map<string, string>) => readInventory(texts, loadRegions());

describe("a workbook of an inventory", () => {
  it.each([
    { what: "a plain inventory", texts: filesWith({}) },
    { what: "one with all that is optional", texts: filesWith(FULL) },
    { what: "one without the files that can be left out", texts: filesWith({ "calendar.csv": undefined }) },
    {
      what: "commas, quotes, line feeds and characters of XML",
      texts: filesWith({
        "venues.csv": `${FILES["venues.csv"]}\nv9,${SCHOOL},"A, <north> & ""south""",901,"Room\n9 'x' 😀 𠮷",classroom,,,`,
      }),
    },
    {
      what: "texts that look like numbers, dates and formulas",
      texts: filesWith({
        "venues.csv": `${FILES["venues.csv"]}\nv9,${SCHOOL},3-2,007,=1+1,classroom,,62.50,`,
      }),
    },
    {
      what: "columns that Excel touched once",
      texts: filesWith({ "agents.csv": `id,school,name,,\ngw-1,${SCHOOL},Gateway,,\n` }),
    },
  ])("is the same inventory when it is read again: $what", async ({ texts }) => {
    const { files, problems } = await readWorkbook(await writeWorkbook(texts));
    const again = readInventory(files, loadRegions(), problems);
    expect(hasChanges(diffInventory(inventoryOf(texts), again))).toBe(false);
    expect(again.contents).toEqual(inventoryOf(texts).contents);
    // And as it is kept.
    const kept = new Map([...files].map(([name, source]) => [name, textOf(source)]));
    expect(inventoryOf(kept).contents).toEqual(again.contents);
  });

  it("leaves out characters that a workbook cannot hold", async () => {
    const texts = filesWith({ "agents.csv": `id,school,name\ngw-1,${SCHOOL},Gate\u000bway\u0001\n` });
    const { files } = await readWorkbook(await writeWorkbook(texts));
    expect(textOf(files.get("agents.csv") ?? "")).toBe(`id,school,name\ngw-1,${SCHOOL},Gateway\n`);
  });

  it("of nothing has a sheet with a header for every file, to begin with", async () => {
    const { files, problems } = await readWorkbook(await writeWorkbook(new Map()));
    expect(problems).toEqual([]);
    expect(readInventory(files, loadRegions()).schools).toEqual([]);
    expect(files.size).toBe(9);
  });

  it("is not written when it would be larger than can be read", async () => {
    const rows = `${SCHOOL},a\n`.repeat(200_000);
    await expect(writeWorkbook(new Map([["agents.csv", `school,name\n${rows}`]]))).rejects.toMatchObject({
      code: "WORKBOOK_TOO_LARGE",
    });
  });
});

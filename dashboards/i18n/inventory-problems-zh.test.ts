import { describe, expect, it } from "vitest";
import { problemInChinese } from "./inventory-problems-zh.ts";

describe("what is wrong, in Chinese", () => {
  it.each([
    ['is "cellar", expected classroom, office', "“cellar”不对，应为：classroom, office"],
    ['is "", expected classroom, office', "不能为空，应为：classroom, office"],
    ['is "many", expected square metres above 0', "“many”不对，应为：大于 0 的平方米数"],
    ['is "x", expected 2133000001- and a suffix', "“x”不对，应为 2133000001- 加后缀"],
    ["is empty, expected an id", "不能为空，应填：编号"],
    ["is empty, expected the header id,name", "没有内容，第一行应为列名 id,name"],
    ['"v9" is not in venues.csv', "“v9”不在 venues.csv 中"],
    ['"v1" belongs to school 2133000002', "“v1”属于另一所学校 2133000002"],
    ['"v1" belongs to school 2133000002, the device to 2133000001', "“v1”属于学校 2133000002，而设备属于 2133000001"],
    ['"330106" is in g already from the beginning to further notice', "“330106”在 最初 至 今后 已属于 g"],
    ["has 3 cells, expected 9 as in the header", "有 3 个单元格，表头有 9 列"],
    ['row "v1" is there already', "已有同名的行“v1”"],
    ["a → b → a is a circle, expected a path that ends", "上级关系成了循环：a → b → a"],
  ])("%s", (message, want) => {
    expect(problemInChinese(message)).toBe(want);
  });

  it("stays as it came when it is not known, and takes nothing in a cell for a place to fill", () => {
    expect(problemInChinese("is odd")).toBe("is odd");
    expect(problemInChinese('"$2" is not in venues.csv')).toBe("“$2”不在 venues.csv 中");
  });
});

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openState, type State } from "../state/state.ts";
import { type NewToken, openTokens } from "./tokens.ts";

const NOW = 1_788_742_920_000;
const WISH: NewToken = { name: "county", schoolId: "2133000001", prefix: "lab-", topics: ["zigbee2mqtt/{device}"] };

describe("tokens", () => {
  let folder: string;
  let state: State;
  const path = () => join(folder, "state.duckdb");

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tokens-"));
    state = await openState(path());
  });
  afterEach(async () => {
    await state.close();
    await rm(folder, { recursive: true });
  });

  it("are found by their text only, also after a restart", async () => {
    const tokens = await openTokens(state);
    const { token, text } = await tokens.create(WISH, NOW);
    expect(tokens.find(text, NOW + 1)).toMatchObject({ ...WISH, id: token.id, createdMs: NOW, usedMs: NOW + 1 });
    expect(tokens.find(`${text}x`, NOW)).toBeUndefined();
    expect(tokens.find(token.id, NOW)).toBeUndefined();
    expect(tokens.find("", NOW)).toBeUndefined();
    await state.close();
    state = await openState(path());
    const again = await openTokens(state);
    expect(again.find(text, NOW)).toMatchObject({ ...WISH, id: token.id, createdMs: NOW });
    expect(again.list()).toHaveLength(1);
  });

  it("are kept nowhere as they are", async () => {
    const { text } = await (await openTokens(state)).create(WISH, NOW);
    await state.close();
    const file = await readFile(path());
    state = await openState(path());
    expect(file.includes(text)).toBe(false);
    expect(file.includes(text.slice(4))).toBe(false);
    expect(text).toMatch(/^cwt_[A-Za-z0-9_-]{43}$/);
  });

  it("that are revoked are refused at once and for ever; their names are free again", async () => {
    const tokens = await openTokens(state);
    const { text } = await tokens.create(WISH, NOW);
    await expect(tokens.revoke(WISH.name, NOW)).resolves.toMatchObject({ name: WISH.name });
    expect(tokens.find(text, NOW)).toBeUndefined();
    await expect(tokens.revoke(WISH.name, NOW)).rejects.toMatchObject({ code: "NOT_FOUND" });
    const { text: second } = await tokens.create(WISH, NOW);
    const again = await openTokens(state);
    expect([again.find(text, NOW), again.find(second, NOW)?.name]).toEqual([undefined, WISH.name]);
  });

  it("have names of their own, also when two are made at the same moment", async () => {
    const tokens = await openTokens(state);
    const both = await Promise.allSettled([tokens.create(WISH, NOW), tokens.create(WISH, NOW)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    await expect(tokens.create(WISH, NOW)).rejects.toMatchObject({ code: "TOKEN_EXISTS" });
  });

  it.each<Partial<NewToken>>([
    { name: "" },
    { name: "a b" },
    { name: "a".repeat(65) },
    { prefix: "p".repeat(65) },
    { topics: ["a/{device}", "a/b"] },
  ])("are not made from %j", async (wrong) => {
    const tokens = await openTokens(state);
    await expect(tokens.create({ ...WISH, ...wrong }, NOW)).rejects.toMatchObject({ code: "TOKEN_INVALID" });
    expect(tokens.list()).toEqual([]);
  });
});

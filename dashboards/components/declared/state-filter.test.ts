import { describe, expect, it } from "vitest";
import { shallowRef } from "vue";
import { ENTRY_STATES, type EntryState } from "../../../contract/declared.ts";
import { useStateFilter } from "./state-filter.ts";

const t = (key: string) => key;
const entries = (...states: EntryState[]) => states.map((state, id) => ({ id, state }));
const filterOf = (list: () => readonly { id: number; state: EntryState }[]) =>
  useStateFilter(t, { states: ENTRY_STATES, wordOf: (state) => `entryState.${state}`, list });

describe("choosing by state", () => {
  it("offers all, and each state that occurs with its number", () => {
    const { options, chosen } = filterOf(() => entries("withdrawn", "in_force", "withdrawn"));
    expect(chosen.value).toBe("all");
    expect(options.value).toEqual([
      { value: "all", label: "declared.all 3" },
      { value: "in_force", label: "entryState.in_force 1" },
      { value: "withdrawn", label: "entryState.withdrawn 2" },
    ]);
  });

  it("shows what is in the state that is chosen, also once the list is another", () => {
    const list = shallowRef(entries("in_force", "expired"));
    const { shown, chosen } = filterOf(() => list.value);
    expect(shown.value).toEqual(list.value);
    chosen.value = "expired";
    expect(shown.value).toEqual([{ id: 1, state: "expired" }]);
    list.value = entries("in_force");
    expect(shown.value).toEqual([]);
  });

  it("offers all of nothing", () => {
    expect(filterOf(() => []).options.value).toEqual([{ value: "all", label: "declared.all 0" }]);
  });
});

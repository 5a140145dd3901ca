// Choosing by state what is shown of a list: all of it, or one of the states that occur, each with how many it has.
import { type ComputedRef, computed, type ShallowRef, shallowRef } from "vue";
import type { Text, TextKey } from "../../i18n/text.ts";

export interface StateFilterOptions<S extends string, T> {
  /** In the order of the choices. */
  states: readonly S[];
  wordOf(state: S): TextKey;
  list(): readonly T[];
}

export interface StateChoice<S extends string> {
  value: S | "all";
  label: string;
}

export interface StateFilter<S extends string, T> {
  chosen: ShallowRef<S | "all">;
  /** A state that nothing is in is no choice. */
  options: ComputedRef<StateChoice<S>[]>;
  shown: ComputedRef<readonly T[]>;
}

export function useStateFilter<S extends string, T extends { state: S }>(
  t: Text["t"],
  { states, wordOf, list }: StateFilterOptions<S, T>,
): StateFilter<S, T> {
  const chosen: ShallowRef<S | "all"> = shallowRef("all");
  const within = (wanted: S) => list().filter(({ state }) => state === wanted);
  const options = computed(() => {
    const choices: StateChoice<S>[] = [{ value: "all", label: `${t("declared.all")} ${list().length}` }];
    for (const state of states) {
      const count = within(state).length;
      if (count > 0) choices.push({ value: state, label: `${t(wordOf(state))} ${count}` });
    }
    return choices;
  });
  const shown = computed(() => (chosen.value === "all" ? list() : within(chosen.value)));
  return { chosen, options, shown };
}

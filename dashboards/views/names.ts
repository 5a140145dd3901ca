// Names of a school's rooms and devices by id, for a view that was told only ids.
import { onScopeDispose, shallowRef, watch } from "vue";
import type { Live } from "../live.ts";

/**
 * A function from id to name; the id itself until the names are here. Asked once per school, because names hardly change.
 */
export function useNames(live: Live, school: () => string | undefined): (id: string) => string {
  const names = shallowRef<ReadonlyMap<string, string>>(new Map());
  const asking = new AbortController();
  onScopeDispose(() => asking.abort());
  watch(school, async (id) => {
    if (id === undefined) return;
    // That the collector does not answer is told by the polls; without names the page shows ids and nothing is lost.
    const found = await live.api.school(id, asking.signal).catch(() => undefined);
    if (found) names.value = new Map([...found.venues, ...found.deviceList].map((each) => [each.id, each.name]));
  });
  return (id) => names.value.get(id) ?? id;
}

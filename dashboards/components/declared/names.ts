// Names of indicators and of whom they speak, in the language of the page; what has no name is shown by its id.
import { computed } from "vue";
import { useText } from "../../i18n/text.ts";
import { SELDOM_MS, useLive } from "../../live.ts";

export interface Names {
  indicator(id: string): string;
  /** Of a school or a county of the inventory; `undefined` for any other. */
  scope(id: string): string | undefined;
}

interface Named {
  name: string;
  nameEn?: string;
}

/** To be called inside a component's setup. */
export function useNames(): Names {
  const { api, poll, schools } = useLive();
  const { pickName } = useText();
  const catalogue = poll((signal) => api.indicators(signal), SELDOM_MS).data;
  const indicators = computed(
    () => new Map((catalogue.value?.indicators ?? []).map(({ id, nameZh, nameEn }) => [id, { name: nameZh, nameEn }])),
  );
  const scopes = computed(() => {
    const named = new Map<string, Named>();
    for (const school of schools.data.value?.schools ?? []) {
      named.set(school.id, school);
      named.set(school.county.code, school.county);
    }
    return named;
  });
  const nameIn = (names: ReadonlyMap<string, Named>, id: string) => {
    const named = names.get(id);
    return named && pickName(named);
  };
  return {
    indicator: (id) => nameIn(indicators.value, id) ?? id,
    scope: (id) => nameIn(scopes.value, id),
  };
}

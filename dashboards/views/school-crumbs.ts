// The way from the overview through a school to something inside it.
import { type ComputedRef, computed } from "vue";
import type { RouteLocationRaw } from "vue-router";
import { useText } from "../i18n/text.ts";
import type { Live } from "../live.ts";
import { PROVINCE, to } from "../router.ts";

/** Crumbs to what `here` names; while it has not arrived, its id stands for it, and so does a school's that no list has. */
export function useSchoolCrumbs(
  live: Live,
  id: () => string,
  here: () => { school: string; name: string } | undefined,
): ComputedRef<{ text: string; to?: RouteLocationRaw }[]> {
  const { t, pickName } = useText();
  const nameOfSchool = (schoolId: string) => {
    const school = live.schools.data.value?.schools.find((each) => each.id === schoolId);
    return school ? pickName(school) : schoolId;
  };
  return computed(() => {
    const known = here();
    return [
      { text: t("app.home"), to: to.region(PROVINCE) },
      ...(known ? [{ text: nameOfSchool(known.school), to: to.school(known.school) }] : []),
      { text: known?.name ?? id() },
    ];
  });
}

// The tone and the icon of what a version of the inventory is today. The word comes from i18n.
import { CircleCheckFilled, Clock, RemoveFilled, View } from "@element-plus/icons-vue";
import type { Mark } from "../../marks.ts";
import type { VersionState } from "./versions.ts";

export const VERSION_MARKS: Record<VersionState, Mark> = {
  in_force: { tone: "good", icon: CircleCheckFilled },
  planned: { tone: "warn", icon: Clock },
  past: { tone: "off", icon: View },
  superseded: { tone: "off", icon: RemoveFilled },
};

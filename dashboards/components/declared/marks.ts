// The tone and the icon of what was declared or objected to. The word comes from i18n: colour and icon never stand alone.
import {
  CircleCheckFilled,
  CircleCloseFilled,
  Clock,
  QuestionFilled,
  RemoveFilled,
  WarningFilled,
} from "@element-plus/icons-vue";
import type { COMPARISON_RESULTS, EntryState } from "../../../contract/declared.ts";
import type { ObjectionState } from "../../../contract/objections.ts";
import type { Mark } from "../../marks.ts";

const off: Mark = { tone: "off", icon: RemoveFilled };

export const ENTRY_MARKS: Record<EntryState, Mark> = {
  in_force: { tone: "good", icon: CircleCheckFilled },
  not_yet: { tone: "off", icon: Clock },
  superseded: off,
  expired: { tone: "warn", icon: Clock },
  no_attachment: { tone: "bad", icon: WarningFilled },
  withdrawn: off,
};

export const COMPARISON_MARKS: Record<(typeof COMPARISON_RESULTS)[number], Mark> = {
  agree: { tone: "good", icon: CircleCheckFilled },
  disagree: { tone: "warn", icon: WarningFilled },
  not_comparable: { tone: "unknown", icon: QuestionFilled },
};

export const OBJECTION_MARKS: Record<ObjectionState, Mark> = {
  open: { tone: "warn", icon: WarningFilled },
  upheld: { tone: "good", icon: CircleCheckFilled },
  rejected: { tone: "off", icon: CircleCloseFilled },
  withdrawn: off,
};

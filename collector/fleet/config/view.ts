// What the list of agents says of an agent's configuration.
import type { FleetAgent } from "../../../contract/api.ts";
import { instantText } from "../../inventory/day.ts";
import type { ConfigView } from "./configs.ts";

export function configurationView(view: ConfigView | undefined): FleetAgent["configuration"] {
  if (!view) return undefined;
  const { revision, last } = view;
  if (!last) return { revision };
  const { atMs, ...outcome } = last;
  return { revision, last: { ...outcome, at: instantText(atMs) } };
}

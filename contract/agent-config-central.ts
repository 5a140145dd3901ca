// What a configuration that a collector holds must fulfil beyond what any configuration must: checked by the collector when it
// is put in, and by the agent again before it is used.
import { keyOf } from "./agent-config-rules.ts";
import type { Problem } from "./errors.ts";

/** Files that a collector may name: of one folder beside the agent's file, so that it cannot have others read and sent out. */
export const SECRETS_FOLDER = "secrets";
/** Environment variables that a collector may name. */
export const SECRET_VARIABLES = "CAMPANILE_";

const FILE = /^(\.\/)?secrets\/[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const VARIABLE = /^CAMPANILE_[A-Z0-9_]+$/;

/** References to secrets in the school that a collector may not make, and profiles of one name. */
export function centralProblems(raw: unknown): Problem[] {
  return [...referenceProblems(raw, ""), ...doubledProfiles(keyOf(raw, "profiles"))];
}

/** Every `{ file }` and `{ env }` below `value`: whatever is written like one is one. */
function referenceProblems(value: unknown, path: string): Problem[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((entry, i) => referenceProblems(entry, `${path}[${i}]`));
  return Object.entries(value).flatMap(([key, inner]): Problem[] => {
    const at = path === "" ? key : `${path}.${key}`;
    if (typeof inner !== "string") return referenceProblems(inner, at);
    if (key === "file" && !FILE.test(inner))
      return [{ path: at, message: `is not a file of the folder ${SECRETS_FOLDER}/ beside the agent's own file` }];
    if (key === "env" && !VARIABLE.test(inner))
      return [{ path: at, message: `is not the name of a variable that begins with ${SECRET_VARIABLES}` }];
    return [];
  });
}

function doubledProfiles(raw: unknown): Problem[] {
  if (!Array.isArray(raw)) return [];
  const names = raw.map((profile) => keyOf(profile, "name"));
  return names.flatMap((name, i) => {
    const first = names.indexOf(name);
    if (typeof name !== "string" || first === i) return [];
    return [{ path: `profiles[${i}].name`, message: `"${name}" is the name of profiles[${first}] already` }];
  });
}

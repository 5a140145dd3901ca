// Checks data from a file against a schema and says every problem in words: path, what is there, what was expected.
import type { Static, TSchema } from "typebox";
import { Settings } from "typebox/system";
import { Value } from "typebox/value";
import { ConfigError, type Problem } from "./errors.ts";

/** More than anybody will read; typebox stops at 8 by default, and we promise every problem at once. */
const MAX_PROBLEMS = 500;

/**
 * The value with the schema's defaults filled in.
 * @throws ConfigError with every problem of the file at once.
 */
export function checked<S extends TSchema>(
  file: string,
  schema: S,
  value: unknown,
  more: (value: Static<S>) => Problem[] = () => [],
): Static<S> {
  const filled = Value.Default(schema, Value.Clone(value));
  const problems = schemaProblems(schema, filled);
  if (problems.length > 0) throw new ConfigError(file, problems);
  const good = filled as Static<S>; // schemaProblems found nothing against it
  const others = more(good);
  if (others.length > 0) throw new ConfigError(file, others);
  return good;
}

/** Every way in which `value` is not what `schema` says; empty when it is. */
export function schemaProblems(schema: TSchema, value: unknown): Problem[] {
  Settings.Set({ maxErrors: MAX_PROBLEMS });
  const problems: Problem[] = [];
  for (const { keyword, instancePath, params, message } of Value.Errors(schema, value)) {
    const path = readablePath(instancePath);
    const found = () => shown(Value.Pointer.Get(value, instancePath));
    const p: Record<string, unknown> = { ...params };
    switch (keyword) {
      case "boolean":
        break; // said by the additionalProperties entry of the object around it
      case "additionalProperties":
        for (const key of list(p.additionalProperties))
          problems.push({ path: join(path, key), message: "is not a known key" });
        break;
      case "required":
        for (const key of list(p.requiredProperties)) problems.push({ path: join(path, key), message: "is missing" });
        break;
      case "minimum":
      case "minLength":
      case "minItems":
        problems.push({ path, message: `${found()} is below the minimum ${p.limit}` });
        break;
      case "maximum":
      case "maxLength":
      case "maxItems":
        problems.push({ path, message: `${found()} is above the maximum ${p.limit}` });
        break;
      case "type":
        problems.push({ path, message: `${found()} is not of type ${list(p.type).join(" or ")}` });
        break;
      case "enum":
        problems.push({ path, message: `${found()} is not one of ${list(p.allowedValues).join(", ")}` });
        break;
      case "const":
        problems.push({ path, message: `${found()} is not ${shown(p.allowedValue)}` });
        break;
      default:
        problems.push({ path, message: `${found()} ${message}` });
    }
  }
  return problems;
}

/** `/targets/3/interval` as people write it: `targets[3].interval`. */
function readablePath(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce(join, "");
}

function join(path: string, key: string): string {
  if (/^\d+$/.test(key)) return `${path}[${key}]`;
  return path ? `${path}.${key}` : key;
}

function list(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? "nothing";
}

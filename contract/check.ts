// Turns what a schema finds wrong into problems with a path and a sentence that never shows a secret.
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { Static, TSchema } from "typebox";
import { formatBytes, parseBytes } from "./bytes.ts";
import { formatDuration, parseDurationMs } from "./duration.ts";
import { ConfigError, messageOf, type Problem } from "./errors.ts";

interface TextBounds {
  minimum: string;
  maximum: string;
}

/**
 * The value with the schema's defaults filled in; what the file gave is not changed.
 *
 * @param more problems that a schema cannot say, asked only when the schema has none.
 * @throws ConfigError with every problem of the file at once.
 */
export function checked<S extends TSchema>(
  file: string,
  schema: S,
  value: unknown,
  more: (value: Static<S>) => Problem[] = () => [],
): Static<S> {
  const filled: unknown = structuredClone(value);
  const checker = createChecker();
  const problems = schemaProblems(checker, schema, filled);
  if (!compileGuard<Static<S>>(checker, schema)(filled)) throw new ConfigError(file, problems);
  const others = more(filled);
  if (others.length > 0) throw new ConfigError(file, others);
  return filled;
}

/** What `createChecker` makes; it keeps the schemas it has compiled. */
export type Checker = Ajv;

/** A checker that reports every problem, fills in defaults, and knows durations and byte sizes written as text. */
export function createChecker(): Ajv {
  const ajv = new Ajv({ allErrors: true, useDefaults: true, verbose: true, strictTypes: false });
  ajv.addVocabulary(["secret"]);
  ajv.addKeyword(textKeyword("duration", "string", parseDurationMs, formatDuration));
  ajv.addKeyword(textKeyword("bytes", ["string", "number"], parseBytes, formatBytes));
  return ajv;
}

/** Every problem of `value`, which afterwards holds the defaults; `at` is the path of `value` itself. */
export function schemaProblems(ajv: Ajv, schema: TSchema, value: unknown, at = ""): Problem[] {
  const validate = ajv.compile(schema);
  if (validate(value)) return [];
  return withoutOtherBranches(validate.errors ?? []).flatMap((error) => asProblem(error, at));
}

function textKeyword(
  keyword: string,
  type: "string" | ("string" | "number")[],
  parse: (text: string) => number,
  format: (amount: number) => string,
) {
  const check: { (bounds: TextBounds, value: string | number): boolean; errors?: Partial<ErrorObject>[] } = (
    { minimum, maximum },
    value,
  ) => {
    const message = boundsSentence(String(value), parse, { minimum, maximum }, format);
    if (message === undefined) return true;
    check.errors = [{ keyword, message, params: {} }];
    return false;
  };
  return { keyword, type, schemaType: "object" as const, validate: check, errors: true };
}

function boundsSentence(
  text: string,
  parse: (text: string) => number,
  { minimum, maximum }: TextBounds,
  format: (amount: number) => string,
): string | undefined {
  let amount: number;
  try {
    amount = parse(text);
  } catch (error) {
    return messageOf(error);
  }
  if (amount < parse(minimum)) return `"${text}" is below the minimum ${format(parse(minimum))}`;
  if (amount > parse(maximum)) return `"${text}" is above the maximum ${format(parse(maximum))}`;
  return undefined;
}

/**
 * Of a union, only what is wrong with the form that was meant, which is the one whose type fits; our unions have one form
 * per type. Where none fits, the union itself says what it takes.
 */
function withoutOtherBranches(errors: ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === "anyOf");
  return errors.filter((error) => {
    const union = unions.find((u) => isBelow(error, u));
    if (union) return !isOtherForm(error, union, errors);
    if (error.keyword !== "anyOf") return true;
    return branches(error, errors).every((branch) => branch.some((e) => isTypeOf(e, error)));
  });
}

function isOtherForm(error: ErrorObject, union: ErrorObject, errors: ErrorObject[]): boolean {
  const own = branches(union, errors).find((branch) => branch.includes(error)) ?? [];
  return own.some((e) => isTypeOf(e, union));
}

/** The errors under one place of a union, grouped by form. */
function branches(union: ErrorObject, errors: ErrorObject[]): ErrorObject[][] {
  const groups = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    if (!isBelow(error, union)) continue;
    const form = error.schemaPath.slice(union.schemaPath.length + 1).split("/")[0] ?? "";
    groups.set(form, [...(groups.get(form) ?? []), error]);
  }
  return [...groups.values()];
}

/** The same schema is used at many places, so both the schema's and the value's path must lie below. */
function isBelow(error: ErrorObject, union: ErrorObject): boolean {
  const sameSchema = error.schemaPath.startsWith(`${union.schemaPath}/`);
  return sameSchema && `${error.instancePath}/`.startsWith(`${union.instancePath}/`);
}

function isTypeOf(error: ErrorObject, union: ErrorObject): boolean {
  return error.keyword === "type" && error.instancePath === union.instancePath;
}

function asProblem(error: ErrorObject, at: string): Problem[] {
  const path = join(at, error.instancePath);
  const under = (key: string) => (path ? `${path}.${key}` : key);
  const { params } = error;
  switch (error.keyword) {
    case "additionalProperties":
      // In a map of secrets, what was taken for a key may be one: `{ hunter2 }` is a map to YAML.
      if (error.parentSchema?.secret === true) {
        return [{ path, message: `holds an unknown key, expected only ${knownKeys(error)}` }];
      }
      return [{ path: under(params.additionalProperty), message: `unknown key, expected one of ${knownKeys(error)}` }];
    case "required":
      return [{ path: under(params.missingProperty), message: "is missing" }];
    case "duration":
    case "bytes":
      return [{ path, message: error.message ?? "" }];
    default:
      return [{ path, message: `${shown(error)}${sentence(error)}` }];
  }
}

function sentence({ keyword, params, message, parentSchema }: ErrorObject): string {
  switch (keyword) {
    case "minimum":
      return `is below the minimum ${params.limit}`;
    case "maximum":
      return `is above the maximum ${params.limit}`;
    case "type":
      return `is not ${article(String(params.type))}`;
    case "anyOf":
      return `is not what belongs here, expected ${parentSchema?.description ?? "something else"}`;
    case "enum":
      return `is not known, expected one of ${params.allowedValues.join(", ")}`;
    case "pattern":
      return `has another form than expected (${parentSchema?.description ?? "text"}; ${params.pattern})`;
    case "minItems":
      return `has too few entries, expected at least ${params.limit}`;
    case "minProperties":
    case "maxProperties":
      return "names not exactly one of file and env";
    default:
      return message ?? keyword;
  }
}

/** The value in front of a sentence, where it may be shown and is short. */
function shown({ data, parentSchema }: ErrorObject): string {
  if (parentSchema?.secret === true || (typeof data === "object" && data !== null)) return "";
  return `${JSON.stringify(data) ?? "nothing"} `;
}

function knownKeys({ parentSchema }: ErrorObject): string {
  return Object.keys(parentSchema?.properties ?? {}).join(", ");
}

function article(type: string): string {
  const words: Record<string, string> = { integer: "a whole number", object: "a map of keys", string: "a text" };
  words.array = "a list";
  return words[type] ?? `a ${type}`;
}

/** `/targets/3/interval` as people write it: `targets[3].interval`. */
function join(at: string, pointer: string): string {
  let path = at;
  for (const part of pointer.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path += /^\d+$/.test(key) ? `[${key}]` : `${path ? "." : ""}${key}`;
  }
  return path;
}

/** Narrows one value with a schema, without a word about what is wrong: that has been said by `schemaProblems`. */
export function compileGuard<T>(ajv: Ajv, schema: TSchema): ValidateFunction<T> {
  return ajv.compile<T>(schema);
}

/**
 * Says whether a value has the shape, where only that matters: no defaults, no word about what is wrong. The schema is compiled
 * when it is first needed.
 */
export function shapeGuard<S extends TSchema>(schema: S): (value: unknown) => value is Static<S> {
  let validate: ValidateFunction<Static<S>> | undefined;
  return (value): value is Static<S> => {
    validate ??= new Ajv({ strictTypes: false }).compile<Static<S>>(schema);
    return validate(value);
  };
}

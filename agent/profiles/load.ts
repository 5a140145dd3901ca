// Reads profile files: those that come with the agent, and those in further folders.
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "yaml";
import type { ProfileText } from "../../contract/agent-config.ts";
import { type Checker, compileGuard, createChecker, schemaProblems } from "../../contract/check.ts";
import { ConfigError, messageOf, type Problem } from "../../contract/errors.ts";
import { compileProfile, withIncluded } from "./compile.ts";
import { type Profile, Profiles } from "./profile.ts";
import { type ProfileFile, ProfileSchema } from "./schema.ts";

const BUNDLED = fileURLToPath(new URL(".", import.meta.url));
/** Serves every device that no other profile knows. */
const GENERIC = "generic";

/** A profile before what it includes is added, and where it stands. */
interface Loaded {
  path: string;
  include: readonly string[];
  own: Profile;
}

/**
 * All profiles. One in a further folder replaces a bundled one of the same name, and one of `texts` any other.
 * @throws ConfigError naming every problem of every file.
 */
export async function loadProfiles(
  folders: readonly string[] = [],
  texts: readonly ProfileText[] = [],
): Promise<Profiles> {
  const problems: Problem[] = [];
  const loaded = new Map<string, Loaded>();
  // One for all files: compiling the schema costs more than checking a file with it.
  const checker = createChecker();
  for (const folder of [BUNDLED, ...folders]) {
    for (const path of await filesIn(folder, problems)) {
      const profile = await loadFile(path, checker, problems);
      if (profile) loaded.set(profile.own.name, profile);
    }
  }
  for (const { name, yaml } of texts) {
    const profile = readProfile(`profile ${name}`, name, yaml, checker, problems);
    if (profile) loaded.set(name, profile);
  }
  const profiles = [...loaded.values()].map(({ own }) => complete(own.name, loaded, [], problems));
  const generic = profiles.find(({ name }) => name === GENERIC);
  if (problems.length > 0 || generic === undefined) throw new ConfigError("profiles", problems);
  return new Profiles(profiles, generic);
}

async function filesIn(folder: string, problems: Problem[]): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => join(folder, name))
      .sort();
  } catch (error) {
    problems.push({ path: folder, message: `cannot be read: ${messageOf(error)}` });
    return [];
  }
}

async function loadFile(path: string, checker: Checker, problems: Problem[]): Promise<Loaded | undefined> {
  const name = basename(path).replace(/\.ya?ml$/, "");
  return readProfile(path, name, await readFile(path, "utf8"), checker, problems);
}

/** `undefined` after reporting why it is none, and for one that has another name than it should. */
function readProfile(
  path: string,
  name: string,
  text: string,
  checker: Checker,
  problems: Problem[],
): Loaded | undefined {
  const found: Problem[] = [];
  const report = (at: string, message: string) => found.push({ path: at ? `${path}: ${at}` : path, message });
  const profile = parseProfile(text, checker, report);
  if (profile && profile.own.name !== name) {
    report("name", `is "${profile.own.name}", expected the name of the file`);
  }
  problems.push(...found);
  return profile && { ...profile, path };
}

function parseProfile(
  text: string,
  checker: Checker,
  report: (at: string, message: string) => void,
): Omit<Loaded, "path"> | undefined {
  const document = parseDocument(text, { prettyErrors: true });
  for (const error of document.errors) report("", error.message);
  if (document.errors.length > 0) return undefined;
  const raw: unknown = document.toJS();
  for (const { path, message } of schemaProblems(checker, ProfileSchema, raw)) report(path, message);
  if (!compileGuard<ProfileFile>(checker, ProfileSchema)(raw)) return undefined;
  return { include: raw.include ?? [], own: compileProfile(raw, report) };
}

/** A profile with everything it includes, directly or not; `within` are those that are being completed. */
function complete(
  name: string,
  loaded: ReadonlyMap<string, Loaded>,
  within: readonly string[],
  problems: Problem[],
): Profile {
  const profile = loaded.get(name);
  if (profile === undefined) throw new RangeError(`profile ${name} was not loaded`);
  const included: Profile[] = [];
  for (const other of profile.include) {
    const problem = includeProblem(other, loaded, [...within, name]);
    if (problem !== undefined) problems.push({ path: `${profile.path}: include`, message: problem });
    else included.push(complete(other, loaded, [...within, name], problems));
  }
  return withIncluded(profile.own, included);
}

function includeProblem(
  name: string,
  loaded: ReadonlyMap<string, Loaded>,
  within: readonly string[],
): string | undefined {
  if (within.includes(name)) return `${[...within, name].join(" includes ")}: a profile cannot include itself`;
  if (!loaded.has(name)) return `there is no usable profile "${name}"`;
  return undefined;
}

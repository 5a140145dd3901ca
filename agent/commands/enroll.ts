// `campanile-agent enroll`: makes the key, registers with a code, writes the configuration.
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, relative, resolve } from "node:path";
import { CampusError, messageOf } from "../../contract/errors.ts";
import { CODE_PATTERN, type EnrolAnswer } from "../../contract/fleet.ts";
import { type CliIo, EXIT } from "../cli.ts";
import { replaceFileDurably } from "../files.ts";
import { changedConfig, type Identified, newConfig } from "../identity/config-file.ts";
import { enrol, takeNextKey } from "../identity/enrol.ts";
import { keyFile, nextKeyFile } from "../identity/key-file.ts";
import { readTls } from "../tls.ts";
import { agentVersion } from "../version.ts";

export interface EnrollOptions {
  collector: string;
  code: string;
  dir: string;
  ca?: string;
  force?: boolean;
}

/** A clock that is further off is worth a word: readings of tomorrow are refused. */
const CLOCK_NOTE_MS = 60_000;

/** @throws CampusError with a sentence for people; nothing was changed then but, perhaps, a key that the next try uses */
export async function runEnroll(options: EnrollOptions, io: CliIo): Promise<number> {
  const collector = collectorAddress(options.collector);
  const code = spelled(options.code);
  const dir = resolve(options.dir);
  const file = join(dir, "agent.yaml");
  const folder = join(dir, "identity");
  const before = await existing(file, folder, options.force === true);
  const ca = options.ca === undefined ? undefined : resolve(options.ca);
  const tls = readTls(ca === undefined ? undefined : { ca });
  const from = { collector, identity: "./identity", ...(ca === undefined ? {} : { ca: within(dir, ca) }) };
  // Found out before the code is used up: whether what is there can be changed.
  if (before !== undefined) changedConfig(file, before, { ...from, agent: "a", school: "", schoolName: "" });
  await makeFolder(dir);
  const about = { version: agentVersion(), host: hostname() };
  const answer = await enrol({ collector, code, ...about, folder, tls, stop: io.stop });
  const identified: Identified = { ...from, agent: answer.agent, school: answer.school, schoolName: answer.schoolName };
  const text = before === undefined ? newConfig(identified) : changedConfig(file, before, identified);
  await replaceFileDurably(file, text, 0o600);
  await takeNextKey(folder);
  io.out(done(answer, file, before !== undefined));
  const note = clockNote(answer.nowMs - Date.now());
  if (note !== undefined) io.err(note);
  return EXIT.ok;
}

/** The configuration that is there already and is to be changed. An enrolment that was interrupted may go on. */
async function existing(file: string, folder: string, force: boolean): Promise<string | undefined> {
  if (!existsSync(file)) return undefined;
  const isInterrupted = existsSync(nextKeyFile(folder)) && !existsSync(keyFile(folder));
  if (!force && !isInterrupted) {
    throw new CampusError(
      "CONFIG_EXISTS",
      `${file} is there already. With --force everything in it stays but agent, collector and identity, and the machine ` +
        "gets a new key; --dir FOLDER enrols another agent",
    );
  }
  return readFile(file, "utf8");
}

function collectorAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && !url.username && !url.password && !url.search && !url.hash;
  if (isPlain && (url.protocol === "http:" || url.protocol === "https:")) return url.href.replace(/\/+$/, "");
  throw new CampusError(
    "COLLECTOR_INVALID",
    "--collector is no address of a collector, expected for example https://collector.example.cn:8080",
  );
}

/** As it was meant: I and L are taken for 1, O for 0, blanks for nothing; codes have none of them. */
function spelled(text: string): string {
  const code = text.replaceAll(/[\s-]/g, "").toUpperCase().replaceAll(/[IL]/g, "1").replaceAll("O", "0");
  if (new RegExp(CODE_PATTERN).test(code)) return code;
  throw new CampusError(
    "CODE_INVALID",
    "--code is no code: it has four groups of four, for example 7KQ2-MX4P-0TRC-9HWD",
  );
}

async function makeFolder(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (cause) {
    throw new CampusError("DIR_UNUSABLE", `--dir ${dir} cannot be used as a folder: ${messageOf(cause)}`, { cause });
  }
}

/** Short for what lies in the folder, whole for what lies elsewhere. */
function within(dir: string, path: string): string {
  const short = relative(dir, path);
  return short.startsWith("..") ? path : `./${short}`;
}

function done({ agent, school, schoolName, key }: EnrolAnswer, file: string, isChanged: boolean): string {
  return `enrolled: this machine is agent ${agent} of ${schoolName} (${school}), with key ${key}
${isChanged ? "changed" : "wrote"} ${file}

Next:
  campanile-agent check --config ${file} --probe
  campanile-agent run --config ${file}
`;
}

function clockNote(behindMs: number): string | undefined {
  if (Math.abs(behindMs) <= CLOCK_NOTE_MS) return undefined;
  const seconds = Math.round(Math.abs(behindMs) / 1_000);
  const where = behindMs > 0 ? "behind" : "ahead of";
  return `note: this machine's clock is ${seconds} s ${where} the collector's; set it right, or readings are misplaced\n`;
}

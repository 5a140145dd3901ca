// Everything that people have declared: kept as a log of changes, looked up in memory.
import { randomBytes } from "node:crypto";
import type { FastifyBaseLogger } from "fastify";
import Type from "typebox";
import { type Declaration, EnteredSchema, type Withdrawal, WithdrawalSchema } from "../../contract/declared.ts";
import { CampusError } from "../../contract/errors.ts";
import { dayAt } from "../inventory/day.ts";
import type { State } from "../state/state.ts";
import { type Attachments, FILE_STATES, type FileState } from "./attachments.ts";
import { bodyOf, type Change, type ChangeLog, openChangeLog } from "./change-log.ts";
import { type CheckContext, declarationProblems } from "./check.ts";
import type { DeclaredEntry } from "./entry.ts";
import { RefusedError } from "./refused.ts";
import { type InForce, type IsThere, inForce, type Standing, standingsOn } from "./standing.ts";

export interface DeclaredOptions {
  state: State;
  attachments: Attachments;
  nowMs(): number;
  log: FastifyBaseLogger;
}

/** What is looked up while figures are computed; nothing of it waits. */
export interface DeclaredLookup {
  /** Number of the last change, 0 before the first: results name it as one of their inputs. */
  readonly revision: number;
  /** Number of the last change that says something of this scope; 0: none. */
  revisionOf(scope: string): number;
  /** Whether the bytes of an attachment are what was uploaded; entries that rest on others do not count. Absent: none was lost. */
  readonly isThere: IsThere;
  /** All entries of a scope, as they were entered. */
  of(scope: string): readonly DeclaredEntry[];
  /** Where they stand on a day. */
  standings(scope: string, day: number): Standing[];
  /** Those that hold on a day, and those too old for it. */
  inForce(scope: string, day: number): InForce;
}

const FileSchema = Type.Object({ state: Type.Enum([...FILE_STATES]) });

/** Reads what was declared, and looks at every attachment. @throws StateError */
export async function openDeclared(options: DeclaredOptions): Promise<Declared> {
  const { log, changes } = await openChangeLog(options.state, "declared");
  const declared = new Declared(options, log, changes);
  await declared.checkAttachments();
  return declared;
}

export class Declared implements DeclaredLookup {
  readonly #options: DeclaredOptions;
  readonly #log: ChangeLog;
  readonly #entries = new Map<string, DeclaredEntry>();
  readonly #byScope = new Map<string, string[]>();
  readonly #revisions = new Map<string, number>();
  /** Files that are no more what was uploaded; all others are there. */
  readonly #gone = new Map<string, FileState>();

  /** Use `openDeclared`. */
  constructor(options: DeclaredOptions, log: ChangeLog, changes: readonly Change[]) {
    this.#options = options;
    this.#log = log;
    for (const change of changes) this.#take(change);
  }

  get revision(): number {
    return this.#log.revision;
  }

  revisionOf(scope: string): number {
    return this.#revisions.get(scope) ?? 0;
  }

  /** Everything, in the order in which it was entered. */
  all(): DeclaredEntry[] {
    return [...this.#entries.values()];
  }

  of(scope: string): DeclaredEntry[] {
    return (this.#byScope.get(scope) ?? []).flatMap((id) => this.#entries.get(id) ?? []);
  }

  entry(id: string): DeclaredEntry | undefined {
    return this.#entries.get(id);
  }

  standings(scope: string, day: number): Standing[] {
    return standingsOn(this.of(scope), day, this.isThere);
  }

  inForce(scope: string, day: number): InForce {
    return inForce(this.of(scope), day, this.isThere);
  }

  /** As it was when the attachments were last looked at. */
  readonly isThere: IsThere = (sha256) => !this.#gone.has(sha256);

  /** @throws RefusedError `DECLARED_INVALID` with every problem; StateError */
  async enter(declaration: Declaration, scopeKindOf: CheckContext["scopeKindOf"]): Promise<DeclaredEntry> {
    const { attachments, nowMs } = this.#options;
    const wish = trimmed(declaration);
    const atMs = Math.round(nowMs());
    const id = randomBytes(6).toString("hex");
    const hashes = wish.attachments.map(({ sha256 }) => sha256);
    await this.#log.add(
      async () => {
        const right = new Set<string>();
        for (const sha256 of hashes) if ((await attachments.check(sha256)) === "there") right.add(sha256);
        const isUploaded = (sha256: string) => attachments.find(sha256) !== undefined && right.has(sha256);
        const problems = declarationProblems(wish, { today: dayAt(atMs), scopeKindOf, isUploaded });
        if (problems.length > 0) throw new RefusedError("DECLARED_INVALID", "the declaration", problems);
        const files = wish.attachments.flatMap(({ sha256, name }) => {
          const file = attachments.find(sha256);
          return file === undefined ? [] : [{ ...file, name: name ?? file.name }];
        });
        const entry = {
          ...wish,
          id,
          validFrom: wish.validFrom ?? wish.signedOn,
          attachments: files,
          enteredAtMs: atMs,
        };
        return { kind: "entered", subject: id, atMs, body: entry };
      },
      (change) => this.#take(change),
    );
    await this.checkAttachments(hashes); // one that was gone for an older entry may be there again
    return this.#mustHave(id);
  }

  /** It stays, and holds no more from this day on. @throws CampusError `NOT_FOUND`, `DECLARED_WITHDRAWN`; StateError */
  async withdraw(id: string, { author, reason }: Withdrawal): Promise<DeclaredEntry> {
    await this.#log.add(
      () => {
        if (this.#mustHave(id).withdrawn !== undefined) {
          throw new CampusError("DECLARED_WITHDRAWN", `entry ${id} was withdrawn before`);
        }
        const body: Withdrawal = { author: author.trim(), reason: reason.trim() };
        return { kind: "withdrawn", subject: id, atMs: this.#options.nowMs(), body };
      },
      (change) => this.#take(change),
    );
    return this.#mustHave(id);
  }

  /**
   * Looks whether the files are what was uploaded; what changed since is kept and logged, so that the revision says it too.
   * @param hashes absent: of every entry that was not withdrawn
   */
  async checkAttachments(hashes?: Iterable<string>): Promise<void> {
    for (const sha256 of hashes ?? this.#restedOn()) {
      const state = await this.#options.attachments.check(sha256);
      if (state === (this.#gone.get(sha256) ?? "there")) continue;
      const entries = this.#restingOn(sha256).map(({ id }) => id);
      if (state === "there") this.#options.log.info({ sha256, entries }, "attachment is there again");
      else this.#options.log.warn({ sha256, state, entries }, "attachment is gone, its entries do not count");
      await this.#log.add(
        () => ({ kind: "file", subject: sha256, atMs: this.#options.nowMs(), body: { state } }),
        (change) => this.#take(change),
      );
    }
  }

  #take(change: Change): void {
    const { kind, subject, atMs, revision } = change;
    switch (kind) {
      case "entered":
        this.#put(bodyOf(change, EnteredSchema));
        break;
      case "withdrawn":
        this.#put({ ...this.#mustHave(subject), withdrawn: { atMs, ...bodyOf(change, WithdrawalSchema) } });
        break;
      case "file": {
        const { state } = bodyOf(change, FileSchema);
        if (state === "there") this.#gone.delete(subject);
        else this.#gone.set(subject, state);
        for (const { scope } of this.#restingOn(subject)) this.#revisions.set(scope, revision);
        return;
      }
      default:
        throw new CampusError("DECLARED_UNKNOWN", `change ${revision} is of the kind "${kind}", which is not known`);
    }
    this.#revisions.set(this.#mustHave(subject).scope, revision);
  }

  #put(entry: DeclaredEntry): void {
    if (!this.#entries.has(entry.id)) {
      const ids = this.#byScope.get(entry.scope);
      if (ids) ids.push(entry.id);
      else this.#byScope.set(entry.scope, [entry.id]);
    }
    this.#entries.set(entry.id, entry);
  }

  #mustHave(id: string): DeclaredEntry {
    const entry = this.#entries.get(id);
    if (entry === undefined) throw new CampusError("NOT_FOUND", `there is no declared entry "${id}"`);
    return entry;
  }

  #restedOn(): Set<string> {
    const inUse = this.all().filter(({ withdrawn }) => withdrawn === undefined);
    return new Set(inUse.flatMap(({ attachments }) => attachments.map(({ sha256 }) => sha256)));
  }

  #restingOn(hash: string): DeclaredEntry[] {
    return this.all().filter(({ attachments }) => attachments.some(({ sha256 }) => sha256 === hash));
  }
}

/** What people put around their words is not part of them. */
function trimmed(declaration: Declaration): Declaration {
  const { part, note, author, scope } = declaration;
  return {
    ...declaration,
    scope: scope.trim(),
    author: author.trim(),
    ...(part !== undefined && { part: part.trim() }),
    ...(note !== undefined && { note: note.trim() }),
  };
}

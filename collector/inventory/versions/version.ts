// A version of the inventory: what is said of it, and how that is written down beside it.
import Type, { type Static } from "typebox";
import { checked } from "../../../contract/check.ts";
import { ConfigError } from "../../../contract/errors.ts";
import { jsonIn } from "../../../contract/json.ts";
import { dayOf } from "../day.ts";

/** What somebody says who records a version. */
export interface VersionHead {
  /** The first day on which it holds. */
  validFrom: string;
  author?: string;
  note?: string;
}

/** What is recorded beside the texts. */
export type NewVersion = VersionHead & Pick<Version, "basedOn">;

export interface StoredFile {
  /** Of the text in UTF-8, by which it is found among the contents. */
  sha256: string;
  bytes: number;
}

export interface Version extends VersionHead {
  /** Counts up from 1; a later record has the higher number. */
  number: number;
  recordedAtMs: number;
  /** Number of the version that it was made on; absent: of none, or an older program did not write it down. */
  basedOn?: number;
  /** By file name; absent: a version of an older program, whose texts lie in its own folder. */
  files?: ReadonlyMap<string, StoredFile>;
}

export const MANIFEST = "version.json";

const Text = Type.String({ minLength: 1 });
const ManifestSchema = Type.Object(
  {
    format: Type.Literal(1),
    /** ISO 8601, UTC. */
    recordedAt: Text,
    validFrom: Text,
    author: Type.Optional(Text),
    note: Type.Optional(Text),
    basedOn: Type.Optional(Type.Integer({ minimum: 1 })),
    files: Type.Record(
      Text,
      Type.Object(
        { sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }), bytes: Type.Integer({ minimum: 0 }) },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);
type Manifest = Static<typeof ManifestSchema>;

export function manifestText({ recordedAtMs, validFrom, author, note, basedOn, files = new Map() }: Version): string {
  const manifest: Manifest = {
    format: 1,
    recordedAt: new Date(recordedAtMs).toISOString(),
    validFrom,
    ...(author !== undefined && { author }),
    ...(note !== undefined && { note }),
    ...(basedOn !== undefined && { basedOn }),
    files: Object.fromEntries(files),
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** @param path where the text lies, for the message. @throws ConfigError naming it when it is no manifest */
export function readManifest(number: number, path: string, text: string): Version {
  const value = jsonIn(text);
  if (value === undefined) throw new ConfigError(path, [{ path: "", message: "is no JSON" }]);
  const { recordedAt, validFrom, author, note, basedOn, files } = checked(path, ManifestSchema, value, (manifest) => [
    ...(Number.isNaN(Date.parse(manifest.recordedAt)) ? [{ path: "recordedAt", message: "is no instant" }] : []),
    ...(dayOf(manifest.validFrom) === undefined ? [{ path: "validFrom", message: "is no date" }] : []),
  ]);
  return {
    number,
    recordedAtMs: Date.parse(recordedAt),
    validFrom,
    ...(author !== undefined && { author }),
    ...(note !== undefined && { note }),
    ...(basedOn !== undefined && { basedOn }),
    files: new Map(Object.entries(files)),
  };
}

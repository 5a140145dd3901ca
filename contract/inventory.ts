// The inventory over HTTP: importing, editing, looking at its rows and at its versions. Days are days of Asia/Shanghai.
//
//   POST /v1/inventory                        CSV texts as JSON, or a workbook: replaces the whole; ?preview=true only says what changes
//   POST /v1/inventory/edits                  rows added, changed and removed
//   GET  /v1/inventory/rows/:file             rows of a file as cells, of a school or of all
//   GET  /v1/inventory/versions               who recorded what and when, and from which day it holds
//   GET  /v1/inventory/versions/:n/changes    what a version changed
//   GET  /v1/inventory/files/:name            a file as CSV
//   GET  /v1/inventory/workbook               all files as an Excel workbook
//
// What changes the inventory can be asked for on the collector's own machine only.
import Type, { type Static } from "typebox";

/** Media type of an Excel workbook (.xlsx). */
export const WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

const Text = Type.String();
const Day = Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$" });
/** ISO 8601 with the offset of Asia/Shanghai. */
const Instant = Type.String();
const Number1 = Type.Integer({ minimum: 1 });
/** Who changes it, and why; as people write it. */
const Author = Type.String({ minLength: 1, maxLength: 100 });
const Note = Type.String({ minLength: 1, maxLength: 500 });

/** What changes in one file. */
export const FileDiffSchema = Type.Object({
  /** Keys of rows: the id, or the key columns with a space between them. */
  added: Type.Array(Text),
  changed: Type.Array(Type.Object({ key: Text, columns: Type.Array(Text) })),
  removed: Type.Array(Text),
  unchanged: Type.Integer(),
});

export const InventoryVersionSchema = Type.Object({
  /** Counts up from 1; of versions that hold from the same day or before, the one with the highest number holds. */
  number: Number1,
  recordedAt: Instant,
  /** The first day on which it holds. */
  validFrom: Day,
  /** The last day on which it holds, as is known now; absent: until further notice, or on no day (`isSuperseded`). */
  validTo: Type.Optional(Day),
  /** It holds on no day: a later version holds from the same day or before. */
  isSuperseded: Type.Boolean(),
  isInForce: Type.Boolean(),
  author: Type.Optional(Text),
  note: Type.Optional(Text),
  /** Number of the version that it was made on; absent: of none, or nobody knows. */
  basedOn: Type.Optional(Number1),
});

/** What an import or an edit has changed, or would change. */
export const ChangesSchema = Type.Object({
  preview: Type.Boolean(),
  /** By file name. */
  files: Type.Record(Text, FileDiffSchema),
  /** The version that it is compared with; absent: there was none. */
  basedOn: Type.Optional(Number1),
  /** What was recorded; absent for a preview, and when nothing differs. */
  version: Type.Optional(InventoryVersionSchema),
  /** Numbers of other versions that hold on no day any more, or would not: planned ones, and those that a correction of the past replaces. */
  supersedes: Type.Array(Number1),
});

export const ImportQuerySchema = Type.Object(
  {
    preview: Type.Optional(Type.Enum(["true", "false"])),
    /** The first day on which it holds: today when absent, an earlier day for a correction, a later one for a plan. */
    validFrom: Type.Optional(Day),
    author: Type.Optional(Author),
    note: Type.Optional(Note),
  },
  { additionalProperties: false },
);

/** CSV texts by file name. */
export const ImportBodySchema = Type.Object({ files: Type.Record(Text, Text) }, { additionalProperties: false });

export const MAX_EDITS = 5_000;
export const MAX_CELL_LENGTH = 1_000;

/** Without `key` a new row; with `remove` the row goes; otherwise the cells that are named change, an empty text empties one. */
export const EditSchema = Type.Object(
  {
    /** `devices.csv` */
    file: Text,
    /** Of the row as it was: its id, or its key columns with a space between them. */
    key: Type.Optional(Text),
    cells: Type.Optional(Type.Record(Text, Type.String({ maxLength: MAX_CELL_LENGTH }))),
    remove: Type.Optional(Type.Literal(true)),
  },
  { additionalProperties: false },
);

export const EditsSchema = Type.Object(
  {
    /** Number of the version whose rows were looked at; 0: there was none. */
    basedOn: Type.Integer({ minimum: 0 }),
    validFrom: Type.Optional(Day),
    author: Type.Optional(Author),
    note: Type.Optional(Note),
    preview: Type.Optional(Type.Boolean()),
    edits: Type.Array(EditSchema, { minItems: 1, maxItems: MAX_EDITS }),
  },
  { additionalProperties: false },
);

export const COLUMN_KINDS = ["text", "number", "date", "yes_no", "choice"] as const;

export const ColumnSchema = Type.Object({
  name: Text,
  kind: Type.Enum([...COLUMN_KINDS]),
  /** What a filled cell can be; absent: anything of its kind. */
  choices: Type.Optional(Type.Array(Text)),
  /** Part of what names a row. */
  isKey: Type.Boolean(),
  /** Every file has the column; its cells may be empty all the same. */
  isRequired: Type.Boolean(),
});

export const RowsQuerySchema = Type.Object(
  {
    /** Only rows of this school; needed for venues.csv, devices.csv and serves.csv. */
    school: Type.Optional(Text),
    /** Today when absent. */
    on: Type.Optional(Day),
  },
  { additionalProperties: false },
);

/** Rows as the program understands them: a default stands in its cell, but for `main_teaching`, which is empty when the kind decides. */
export const RowsSchema = Type.Object({
  file: Text,
  on: Day,
  /** The version that the rows are of, which an edit names; 0: none holds on that day. */
  version: Type.Integer({ minimum: 0 }),
  columns: Type.Array(ColumnSchema),
  /** Empty cells are left out. */
  rows: Type.Array(Type.Object({ key: Text, cells: Type.Record(Text, Text) })),
});

export const VersionsQuerySchema = Type.Object(
  {
    /** Only versions with a smaller number. */
    before: Type.Optional(Type.String({ pattern: "^[1-9]\\d{0,8}$" })),
    limit: Type.Optional(Type.String({ pattern: "^[1-9]\\d{0,2}$" })),
  },
  { additionalProperties: false },
);

export const VersionsSchema = Type.Object({
  today: Day,
  /** Number of the version that holds today; absent: none does. */
  inForce: Type.Optional(Number1),
  /** The newest first, at most `limit`, a hundred when absent. */
  versions: Type.Array(InventoryVersionSchema),
});

export const VersionChangesSchema = Type.Object({
  version: InventoryVersionSchema,
  /** The version that it is compared with: the one it was made on; absent: none. */
  comparedWith: Type.Optional(Number1),
  files: Type.Record(Text, FileDiffSchema),
});

export const OnDayQuerySchema = Type.Object({ on: Type.Optional(Day) }, { additionalProperties: false });

export type InventoryChanges = Static<typeof ChangesSchema>;
export type InventoryVersion = Static<typeof InventoryVersionSchema>;
export type InventoryEdit = Static<typeof EditSchema>;
export type InventoryEdits = Static<typeof EditsSchema>;
export type InventoryRows = Static<typeof RowsSchema>;
export type InventoryColumn = Static<typeof ColumnSchema>;
export type InventoryVersions = Static<typeof VersionsSchema>;
export type InventoryVersionChanges = Static<typeof VersionChangesSchema>;

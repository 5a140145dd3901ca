// The shape of a vendor profile file: which OIDs mean what. README.md explains it to those who write one.
import Type, { type Static, type TProperties } from "typebox";
import { DEVICE_KINDS } from "../../contract/device-kinds.ts";
import { METRICS, type MetricName } from "../../contract/metrics.ts";
import { FACTS, type FactName } from "../../contract/reading.ts";
import { INDEX_TYPES } from "../snmp/row-index.ts";
import { READS } from "./profile.ts";

const closed = <T extends TProperties>(properties: T) => Type.Object(properties, { additionalProperties: false });

const Metric = Type.Enum(Object.keys(METRICS) as MetricName[]); // the keys of our own constant
const FactKey = Type.Enum(Object.keys(FACTS) as FactName[]); // the keys of our own constant
const OidText = Type.String({
  pattern: "^([A-Z][A-Za-z0-9]*|\\d+)(\\.\\d+)+$",
  description: "numbers with dots between, the first of which may be a name from `prefixes`",
});
const Word = Type.String({ pattern: "^[A-Za-z][A-Za-z0-9-]*$", description: "letters, digits and dashes" });
const Constants = Type.Partial(closed({ wifi_ap_up: Type.Integer({ minimum: 0, maximum: 1 }) }));

/** What a device writes for "not known". */
const Unknown = Type.Array(Type.Union([Type.Number(), Type.String()], { description: "a number or a text" }));

/** How one value is read; the same for single values and for columns. */
const valueRule = {
  oid: OidText,
  metric: Type.Optional(Metric),
  fact: Type.Optional(FactKey),
  values: Type.Optional(
    Type.Record(
      Type.String(),
      Type.Union([Type.Number(), Type.Literal("elsewhere")], { description: "a number or elsewhere" }),
    ),
  ),
  unknown: Type.Optional(Unknown),
  unknownAbove: Type.Optional(Type.Number()),
  unknownBelow: Type.Optional(Type.Number()),
  bit: Type.Optional(Type.Integer({ minimum: 0, maximum: 255 })),
  multiplyBy: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  divideBy: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  plus: Type.Optional(Type.Number()),
  convert: Type.Optional(Type.Enum(["milliwattToDbm", "megahertzToChannel", "negate"])),
  pattern: Type.Optional(Type.String({ minLength: 1 })),
};

const ColumnSchema = closed({
  ...valueRule,
  combine: Type.Optional(Type.Enum(["first", "sum", "mean", "max"])),
  total: Type.Optional(Metric),
});

/** A single value may speak of one thing of which the device has several: a sensor, a line of a UPS. */
const ScalarSchema = closed({ ...valueRule, instance: Type.Optional(Type.String({ minLength: 1 })) });

const RowRatioSchema = closed({
  metric: Metric,
  total: Type.Optional(Word),
  free: Type.Optional(Word),
  used: Type.Optional(Word),
});

const TableSchema = closed({
  name: Word,
  index: Type.Array(
    closed({
      part: Word,
      type: Type.Enum([...INDEX_TYPES]),
      fact: Type.Optional(FactKey),
      equals: Type.Optional(Metric),
    }),
    { minItems: 1 },
  ),
  child: Type.Optional(Word),
  lists: Type.Optional(Type.Enum(["accessPoints"])),
  instance: Type.Optional(Word),
  instancePrefix: Type.Optional(Type.String({ minLength: 1 })),
  uniqueBy: Type.Optional(Word),
  rowsWith: Type.Optional(Word),
  unlessKnown: Type.Optional(Metric),
  every: Type.Optional(Type.String({ duration: { minimum: "1m", maximum: "1d" } })),
  constants: Type.Optional(Constants),
  ratios: Type.Optional(Type.Array(RowRatioSchema)),
  columns: Type.Record(Type.String(), ColumnSchema),
});

export const ProfileSchema = closed({
  name: Word,
  title: Type.String({ minLength: 1 }),
  vendor: Type.Optional(Type.String({ minLength: 1 })),
  kind: Type.Optional(Type.Enum([...DEVICE_KINDS])),
  vendors: Type.Optional(Type.Record(Type.String(), Type.String({ minLength: 1 }))),
  include: Type.Optional(Type.Array(Word)),
  match: Type.Optional(
    Type.Array(closed({ sysObjectId: Type.Optional(OidText), sysDescr: Type.Optional(Type.String({ minLength: 1 })) })),
  ),
  prefixes: Type.Optional(Type.Record(Type.String(), OidText)),
  constants: Type.Optional(Constants),
  scalars: Type.Optional(Type.Array(ScalarSchema)),
  ratios: Type.Optional(
    Type.Array(
      closed({
        metric: Metric,
        total: OidText,
        free: Type.Optional(Type.Array(OidText, { minItems: 1 })),
        used: Type.Optional(Type.Array(OidText, { minItems: 1 })),
      }),
    ),
  ),
  tables: Type.Optional(Type.Array(TableSchema)),
  reads: Type.Optional(Type.Array(Type.Enum([...READS]))),
});

export type ProfileFile = Static<typeof ProfileSchema>;
export type TableFile = Static<typeof TableSchema>;
export type ScalarFile = Static<typeof ScalarSchema>;
export type ColumnFile = Static<typeof ColumnSchema>;
/** What single values and columns have in common. */
export type ValueFile = Omit<ColumnFile, "combine" | "total">;

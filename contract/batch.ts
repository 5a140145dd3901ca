// A batch: lines one agent delivers in one request, and the collector's answer.
//
//   POST /v1/batches
//   content-type: text/plain; charset=utf-8     content-encoding: gzip
//   x-campanile-agent: AGENT      who speaks; the collector adds the school from this, never from a tag
//   x-campanile-session: SESSION  made anew whenever an agent opens its spool; names a run of sequence numbers
//   x-campanile-sequence: N       1, 2, 3 … within the session
//   x-campanile-sent-at: MS       the agent's clock when it sent, from which the collector reads the clock offset
//   x-campanile-signature: …      left for the signed uplink; not sent and not looked at yet
//
// (agent, session, sequence) names a batch for ever: a batch that arrives again is recognised and stored once.
import Type, { type Static } from "typebox";

export const HEADER = {
  agent: "x-campanile-agent",
  session: "x-campanile-session",
  sequence: "x-campanile-sequence",
  sentAt: "x-campanile-sent-at",
  signature: "x-campanile-signature",
} as const;

/** Largest body as sent, and largest after gunzip; a gateway of 500 devices makes some 100 KB a minute. */
export const MAX_BATCH_BYTES = 4 * 1024 * 1024;
export const MAX_INFLATED_BYTES = 32 * 1024 * 1024;

/** An agent's id and a session's name: letters, digits, dot, dash, underscore. */
export const ID_PATTERN = "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$";

/** Why one line was refused. Codes never change. */
export const REFUSALS = {
  LINE_SYNTAX: "not line protocol",
  UNKNOWN_MEASUREMENT: "no such kind of reading in the dictionary",
  UNKNOWN_METRIC: "no such metric, fact or event field in the dictionary",
  WRONG_MEASUREMENT: "the metric belongs to another measurement",
  MISSING_TAG: "a tag that this measurement needs is missing",
  UNKNOWN_TAG: "a tag that readings do not have; the school is never a tag",
  NOT_A_NUMBER: "a metric whose value is not a number",
  NOT_A_TEXT: "a fact or event whose value is not a quoted text",
  OUT_OF_RANGE: "a value outside its physical bounds",
  TIMESTAMP_MISSING: "a line without a whole number of milliseconds at its end",
  TOO_OLD: "older than late readings are accepted",
  IN_THE_FUTURE: "later than the collector's clock allows",
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export const RefusedLineSchema = Type.Object({
  /** 1 is the first line of the batch. */
  line: Type.Integer({ minimum: 1 }),
  code: Type.Enum(Object.keys(REFUSALS) as RefusalCode[]), // the keys of our own constant
  message: Type.String(),
});

export type RefusedLine = Static<typeof RefusedLineSchema>;

/** Sent only when everything counted in `stored` is durable: the agent may then forget the batch. */
export const AckSchema = Type.Object({
  agent: Type.String(),
  session: Type.String(),
  sequence: Type.Integer({ minimum: 1 }),
  /** Lines stored by this request. */
  stored: Type.Integer({ minimum: 0 }),
  /** Lines that an earlier delivery of the same batch had stored already. */
  repeated: Type.Integer({ minimum: 0 }),
  /** Lines that can never be stored; sending them again is of no use. At most the first 10,000 are listed. */
  refused: Type.Array(RefusedLineSchema),
});

export type Ack = Static<typeof AckSchema>;

/** Body of every HTTP error. */
export const ErrorBodySchema = Type.Object({
  code: Type.String(),
  message: Type.String(),
  details: Type.Optional(Type.Unknown()),
});

export type ErrorBody = Static<typeof ErrorBodySchema>;

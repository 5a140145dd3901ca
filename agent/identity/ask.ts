// One JSON request to the collector, for enrolment and keys; what goes wrong comes as a sentence that people understand.
import Type, { type Static, type TSchema } from "typebox";
import { shapeGuard } from "../../contract/check.ts";
import { CampusError } from "../../contract/errors.ts";
import { jsonIn } from "../../contract/json.ts";
import { Connection, networkProblem } from "../http.ts";
import { type TlsOptions, tlsProblem } from "../tls.ts";

export interface Asked<S extends TSchema> {
  /** Without a slash at its end. */
  collector: string;
  path: string;
  headers?: Record<string, string>;
  body: Uint8Array;
  tls: TlsOptions;
  /** What the answer has to be. */
  answer: S;
  stop: AbortSignal;
}

const DEADLINE_MS = 30_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const isErrorBody = shapeGuard(Type.Object({ code: Type.String(), message: Type.String() }));

/**
 * The answer to a POST.
 * @throws CampusError with the collector's own code and sentence; `COLLECTOR_UNREACHABLE`, `COLLECTOR_UNTRUSTED` or
 *   `COLLECTOR_ANSWER`
 */
export async function askJson<S extends TSchema>(asked: Asked<S>): Promise<Static<S>> {
  const { collector, answer: schema } = asked;
  const { status, text } = await post(asked).catch((cause: unknown) => {
    const problem = tlsProblem(cause);
    if (problem !== undefined) throw new CampusError("COLLECTOR_UNTRUSTED", `${collector}: ${problem}`, { cause });
    const message = `no collector answers at ${collector}: ${networkProblem(cause)}`;
    throw new CampusError("COLLECTOR_UNREACHABLE", message, { cause, retryable: true });
  });
  const answer = jsonIn(text);
  const isRight = shapeGuard(schema);
  if ((status === 200 || status === 201) && isRight(answer)) return answer;
  if (status >= 400 && isErrorBody(answer)) {
    throw new CampusError(answer.code, `the collector says: ${answer.message} (${answer.code})`);
  }
  throw new CampusError(
    "COLLECTOR_ANSWER",
    `what answers at ${collector} (with ${status}) is no Campanile collector, or one of another version`,
  );
}

async function post({
  collector,
  path,
  headers,
  body,
  tls,
  stop,
}: Asked<TSchema>): Promise<{ status: number; text: string }> {
  const url = new URL(`${collector}${path}`);
  const connection = new Connection({ isTls: url.protocol === "https:", tls, maxAnswerBytes: MAX_ANSWER_BYTES });
  try {
    const said = () => ({ "content-type": "application/json", ...headers });
    const question = { method: "POST", url, headers: said, body } as const;
    const { status, body: text } = await connection.ask(question, DEADLINE_MS, stop);
    return { status, text };
  } finally {
    connection.close();
  }
}

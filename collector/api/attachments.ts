// Files that declared entries and objections rest on: uploaded as they are, and given back for saving only, never to be shown.
import { Readable } from "node:stream";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { FastifyRequest } from "fastify";
import Type from "typebox";
import { ErrorBodySchema } from "../../contract/batch.ts";
import type { Clock } from "../../contract/clock.ts";
import { ATTACHMENT_TYPES, AttachmentSchema, FileName, MAX_ATTACHMENT_BYTES } from "../../contract/declared.ts";
import { CampusError } from "../../contract/errors.ts";
import type { Services } from "../app.ts";
import type { Attachments } from "../declared/attachments.ts";
import { mediaTypeOf } from "../declared/media-type.ts";
import { localOnly } from "./local-only.ts";

export interface AttachmentsApiServices {
  attachments: Attachments;
  clock: Pick<Clock, "nowMs">;
  /** Why nothing that takes room is taken at present. */
  paused: Services["paused"];
}

export const attachmentsApi: FastifyPluginAsyncTypebox<AttachmentsApiServices> = async (app, services) => {
  const { attachments, clock, paused } = services;
  // Every type comes as a stream: the bytes are what is kept, whatever is in them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));

  app.post(
    "/v1/attachments",
    {
      onRequest: async (request) => mustBeOurs(request),
      schema: {
        summary: `Keep a file that a declaration or an objection will rest on; the body is the file itself, at most ${MAX_ATTACHMENT_BYTES} bytes`,
        querystring: Type.Object({ name: FileName }, { additionalProperties: false }),
        response: { 200: AttachmentSchema, "4xx": ErrorBodySchema },
      },
    },
    async (request, reply) => {
      // What is refused is not read to its end, so the connection cannot serve another request.
      reply.header("connection", "close");
      const pause = paused();
      if (pause !== undefined) throw new CampusError("DISK_FULL", pause.message, { retryable: true });
      const mediaType = mediaTypeOf(request.headers["content-type"]);
      if (mediaType === undefined) throw wrongType(request.headers["content-type"]);
      if (Number(request.headers["content-length"] ?? 0) > MAX_ATTACHMENT_BYTES) throw tooLarge();
      const content = request.body instanceof Readable ? request.body : Readable.from([]);
      const stored = await attachments.store({ name: request.query.name, mediaType, content, atMs: clock.nowMs() });
      request.log.info({ sha256: stored.sha256, bytes: stored.bytes }, "attachment stored");
      return stored;
    },
  );

  app.get(
    "/v1/attachments/:sha256",
    {
      schema: {
        summary: "The file, once its bytes were found to be those that were uploaded",
        params: Type.Object({ sha256: Type.String({ pattern: "^[0-9a-f]{64}$" }) }),
      },
    },
    async ({ params: { sha256 } }, reply) => {
      const { attachment, content } = await attachments.read(sha256);
      return reply
        .header("content-type", attachment.mediaType)
        .header("content-disposition", `attachment; filename*=UTF-8''${headerText(attachment.name)}`)
        .header("x-content-type-options", "nosniff")
        .header("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
        .header("cross-origin-resource-policy", "same-origin")
        .header("cache-control", "private, no-cache")
        .send(content);
    },
  );
};

/** A page of somebody else's in a browser of this machine could send a text as a form without being asked for it first. */
function mustBeOurs(request: FastifyRequest): void {
  localOnly(request, "files can be attached");
  const { origin, host } = request.headers;
  const isForeign = origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === host);
  if (isForeign) throw new CampusError("FORBIDDEN", `files can be attached from this collector's page, not ${origin}`);
}

function wrongType(found: string | undefined): CampusError {
  const expected = Object.keys(ATTACHMENT_TYPES).join(", ");
  return new CampusError("ATTACHMENT_TYPE", `the file is of the type "${found ?? ""}", expected ${expected}`);
}

function tooLarge(): CampusError {
  return new CampusError("ATTACHMENT_TOO_LARGE", `the file has more than ${MAX_ATTACHMENT_BYTES} bytes`);
}

/** ext-value of RFC 8187: what encodeURIComponent leaves and the grammar does not allow is encoded too. */
function headerText(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

// Whether a file is of the type that it says: by its first bytes, and text by having no bytes that text cannot have.
import { ATTACHMENT_TYPES, type AttachmentType } from "../../contract/declared.ts";

const PDF = Buffer.from("%PDF-");
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
/** Office Open XML (ISO/IEC 29500-2) is a ZIP archive, and begins with a file's header. */
const ZIP = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
/** In the names of a ZIP archive's files. */
const SHEET = Buffer.from("xl/");
const DOCUMENT = Buffer.from("word/");

/** A media type of a `content-type` header; `undefined` for those that are not taken. */
export function mediaTypeOf(header: string | undefined): AttachmentType | undefined {
  const name = (header ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  return isAttachmentType(name) ? name : undefined;
}

export function isOfType(content: Buffer, mediaType: AttachmentType): boolean {
  const begins = (mark: Buffer) => content.subarray(0, mark.length).equals(mark);
  switch (mediaType) {
    case "application/pdf":
      return begins(PDF);
    case "image/png":
      return begins(PNG);
    case "image/jpeg":
      return begins(JPEG);
    case "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":
      return begins(ZIP) && content.includes(SHEET);
    case "application/vnd.openxmlformats-officedocument.wordprocessingml.document":
      return begins(ZIP) && content.includes(DOCUMENT);
    case "text/csv":
    case "text/plain":
      return isText(content);
  }
}

/** UTF-8 and GB 18030 alike: no control characters but tabs and line ends. */
function isText(content: Buffer): boolean {
  return content.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function isAttachmentType(name: string): name is AttachmentType {
  return Object.hasOwn(ATTACHMENT_TYPES, name);
}

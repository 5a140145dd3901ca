// What devices answer to the SNMPv3 discovery question, made by hand for tests.

/** A Report with this engine's id, as devices answer. */
export function report(engineId: string, messageId = 0x01020304): Buffer {
  const octets = (hex: string) => tlv("04", hex);
  const integer = (value: number) => tlv("02", value.toString(16).padStart(8, "0"));
  const security = tlv("30", octets(engineId) + integer(7) + integer(1_234) + octets("") + octets("") + octets(""));
  const header = tlv("30", integer(messageId) + integer(65_507) + octets("00") + integer(3));
  const unknownEngineIds = tlv("30", tlv("30", tlv("06", "2b060106030f01010400") + tlv("41", "01")));
  const pdu = tlv("a8", integer(messageId) + integer(0) + integer(0) + unknownEngineIds);
  return Buffer.from(
    tlv("30", tlv("02", "03") + header + octets(security) + tlv("30", octets(engineId) + octets("") + pdu)),
    "hex",
  );
}

const tlv = (tag: string, content: string) => tag + (content.length / 2).toString(16).padStart(2, "0") + content;

/** The message id of a question, which its answer repeats; `undefined` when it is not SNMPv3. */
export function messageIdIn(question: Buffer): number | undefined {
  const [sequence, , version, length, number, , , header, bytes] = question;
  const isV3 = sequence === 0x30 && version === 0x02 && length === 1 && number === 3;
  return isV3 && header === 0x02 && bytes !== undefined ? question.readUIntBE(9, bytes) : undefined;
}

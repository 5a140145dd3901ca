// A user of SNMPv3's user-based security model (RFC 3414): name, and how it proves itself and keeps its answers private.

/** HMAC-SHA of RFC 3414 (`sha1`) and RFC 7860. MD5 is not offered: it is broken, and no device needs it that has v3 at all. */
export const AUTH_PROTOCOLS = ["sha1", "sha224", "sha256", "sha384", "sha512"] as const;
export type AuthProtocol = (typeof AUTH_PROTOCOLS)[number];

/**
 * AES-CFB. `aes128` is RFC 3826. AES-256 never became a standard, and devices stretch a short key in one of two ways:
 * `aes256` as draft-blumenthal-aes-usm-04 says (most devices; net-snmp's AES-256), `aes256c` as draft-reeder-snmpv3-usm-3desede
 * says (Cisco and those who follow it; net-snmp's AES-256-C). With sha256 and longer the two are the same. DES is not offered:
 * the cryptographic library of this runtime no longer has it.
 */
export const PRIVACY_PROTOCOLS = ["aes128", "aes256", "aes256c"] as const;
export type PrivacyProtocol = (typeof PRIVACY_PROTOCOLS)[number];

export interface SnmpUser {
  name: string;
  /** Absent: noAuthNoPriv. */
  auth?: { protocol: AuthProtocol; password: string };
  /** Only with `auth`. Absent: authNoPriv. */
  privacy?: { protocol: PrivacyProtocol; password: string };
}

/** RFC 3414 section 11.2. */
export const PASSWORD_MIN_CHARACTERS = 8;
/** msgUserName, SIZE(0..32) (RFC 3414 section 2.4). */
export const USER_NAME_MAX_BYTES = 32;

export const isAuthProtocol = (text: string): text is AuthProtocol => AUTH_PROTOCOLS.some((name) => name === text);
export const isPrivacyProtocol = (text: string): text is PrivacyProtocol =>
  PRIVACY_PROTOCOLS.some((name) => name === text);

// Limits of sections 7 and 8 of the scoring model that its list of parameters (section 13) does not name, in one place. Changing
// one makes a new model version, as with the parameters.
import type { Fraction } from "../parameters.ts";

/** Least known weight in points before a score of checks is printed: IPV6_NET and IPV6_WEB (7.1), SEC_POSTURE (8.1), NET_QUALITY. */
export const IPV6_KNOWN_WEIGHT = 80;
export const POSTURE_KNOWN_WEIGHT = 70;
export const NET_QUALITY_KNOWN_WEIGHT = 70;

/** A terminal is integrated, and a collection point delivers, on at least this share of teaching days. */
export const DELIVERING_DAYS: Fraction = { numerator: 9, denominator: 10 };
/** Least share of the schools of a group whose speed was measured, and least tests of each. */
export const SPEED_SCHOOLS: Fraction = { numerator: 4, denominator: 5 };
export const SPEED_TESTS = 10;
/** ACCESS_BW: least busy hours, and a line is short of its contract below this share in so many tests. */
export const BUSY_HOURS = 10;
export const CONTRACT_SHARE: Fraction = { numerator: 4, denominator: 5 };
export const CONTRACT_TESTS = 2;
/** CLASS_DEV_HEALTH: least seen days of a device, least share of devices with them, and days in a row that make one unused. */
export const SEEN_DAYS = 5;
export const SEEN_DEVICES: Fraction = { numerator: 3, denominator: 5 };
export const UNUSED_DAYS = 10;
/** Least share of rooms assessed, and of equipment with a date. */
export const ROOMS_ASSESSED: Fraction = { numerator: 4, denominator: 5 };
export const EQUIPMENT_DATED: Fraction = { numerator: 7, denominator: 10 };
/** A school counts as monitored from this share of evidence. */
export const MONITORED_SHARE: Fraction = { numerator: 4, denominator: 5 };
/** Least alerts of a month, and within which time one must be acknowledged. */
export const ALERTS = 5;
export const ACKNOWLEDGED_MS = 30 * 60_000;
/** DOCKING_STATUS: delivering, and stale, while the last success is no older. */
export const DELIVERING_MS = 24 * 3_600_000;
export const STALE_MS = 7 * 24 * 3_600_000;
/** A drill counts for so many days, the one of the evaluation included. */
export const DRILL_DAYS = 365;
/** A signed declaration holds for so many days. */
export const DECLARED_DAYS = 400;

/**
 * What an asset code looks like: 5 to 32 digits, capital letters, dots, slashes and dashes, a digit among them. The documents ask
 * for a unified code and fix no form, so this one only keeps out what is none, such as “无” or “待补”.
 */
export const ASSET_CODE = /^(?=.*\d)[0-9A-Z][0-9A-Z./-]{4,31}$/;
/** DATA_QUALITY: a reading that arrived so soon after it was taken is in time. */
export const TIMELY_MS = 15 * 60_000;
/** TERMINAL_INVENTORY looks back so many days, the one of the evaluation included. */
export const TERMINAL_DAYS = 30;

/** SEC_POSTURE (8.1). */
export const CERTIFICATE_DAYS = 30;
export const IDENTIFY_TEACHING_DAYS = 3;
export const AGENT_CLOCK_SECONDS = 1;
export const DEVICE_CLOCK_SECONDS = 30;
export const ROGUE_TEACHING_DAYS = 1;
export const DRIFT_TEACHING_DAYS = 5;
export const LOG_DAYS = 180;

/** IPv6 of networks and websites (7.1, 7.2). */
export const RA_SLOTS: Fraction = { numerator: 19, denominator: 20 };
export const GUA_MS = 10_000;
export const OUTSIDE_TARGETS = 5;
export const WEB_PROBES = 20;
export const SAME_CONTENT: Fraction = { numerator: 9, denominator: 10 };
export const WEB_GATE_POINTS = 20;

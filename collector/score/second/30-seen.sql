-- What section 4 looks at: what was seen of devices, segments and clocks in each slot, whatever the slot is expected to be.

-- One row for each moment at which something was learned of a device.
CREATE OR REPLACE TABLE moment_of_device AS
SELECT
  school,
  key,
  slot,
  at_ms,
  max(value) FILTER (metric = 'probe_ok') AS probe_ok,
  max(value) FILTER (metric = 'probe_failure') AS failure,
  max(value) FILTER (metric = 'wifi_ap_up') AS ap_up
FROM sample
WHERE metric IN ('probe_ok', 'probe_failure', 'wifi_ap_up')
GROUP BY school, key, slot, at_ms;

-- Reasons of a failed probe run (contract/metrics.ts): 3 auth; 4 protocol and 8 incomplete, where something did answer; 6
-- unsupported and 7 internal, where the device was not asked at all. The others are failed attempts.
CREATE OR REPLACE TABLE seen AS
SELECT
  school,
  key,
  slot,
  bool_or(coalesce(probe_ok = 1, false) OR coalesce(failure IN (4, 8), false)) AS answered,
  bool_or(coalesce(probe_ok = 0, false)) AS probe_failed,
  bool_or(coalesce(ap_up = 1, false)) AS reported_up,
  bool_or(coalesce(ap_up = 0, false)) AS reported_down,
  arg_max(ap_up, at_ms) AS newest_report,
  bool_or(coalesce(failure = 3, false)) AS refused,
  bool_or(coalesce(failure IN (6, 7), false)) AS unasked,
  count(DISTINCT at_ms) FILTER (
    (probe_ok = 0 AND coalesce(failure, 1) NOT IN (3, 4, 6, 7, 8)) OR ap_up = 0
  ) AS failed_attempts
FROM moment_of_device
GROUP BY school, key, slot;

-- A segment is seen in a slot when no round of the slot failed: an agent that was blind for a part of it has proved nothing.
CREATE OR REPLACE TABLE self_test AS
SELECT school, coalesce(instance, 'main') AS segment, slot, bool_and(value = 1) AS passed
FROM sample
WHERE metric = 'agent_selftest_passed'
GROUP BY school, coalesce(instance, 'main'), slot;

-- Slots of which nothing is believed: by our clock, and by the clock that was wrong.
CREATE OR REPLACE TABLE untrusted_slot AS
WITH wrong AS (
  SELECT school, at_ms, value AS seconds
  FROM sample
  WHERE metric = 'agent_clock_offset_seconds' AND abs(value) > (SELECT clock_trust_seconds FROM parameter)
)
SELECT DISTINCT school, at_ms // (SELECT slot_ms FROM parameter) AS slot FROM wrong
UNION
SELECT DISTINCT school, floor((at_ms + seconds * 1000) / (SELECT slot_ms FROM parameter))::BIGINT FROM wrong;

-- Section 4: the state of every device in every slot of its school's window. First match wins.

-- One row for each moment at which something was learned of a device.
CREATE TABLE moment_of_device AS
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
CREATE TABLE seen AS
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
CREATE TABLE self_test AS
SELECT school, coalesce(instance, 'main') AS segment, slot, bool_and(value = 1) AS passed
FROM sample
WHERE metric = 'agent_selftest_passed'
GROUP BY school, coalesce(instance, 'main'), slot;

-- Slots of which nothing is believed: by our clock, and by the clock that was wrong.
CREATE TABLE untrusted_slot AS
WITH wrong AS (
  SELECT school, at_ms, value AS seconds
  FROM sample
  WHERE metric = 'agent_clock_offset_seconds' AND abs(value) > (SELECT clock_trust_seconds FROM parameter)
)
SELECT DISTINCT school, at_ms // (SELECT slot_ms FROM parameter) AS slot FROM wrong
UNION
SELECT DISTINCT school, floor((at_ms + seconds * 1000) / (SELECT slot_ms FROM parameter))::BIGINT FROM wrong;

-- Rule 2: announced before the slot; the first slots in time, up to 5 % of the expected ones.
CREATE TABLE maintenance_slot AS
WITH announced AS (
  SELECT DISTINCT d.school, d.id AS device, w.slot
  FROM device d
  JOIN maintenance m ON m.device = d.id
  JOIN window_slot w ON w.school = d.school
  CROSS JOIN parameter
  WHERE m.entered_ms < w.slot * slot_ms AND m.from_ms <= w.slot * slot_ms AND w.slot * slot_ms < m.to_ms
), numbered AS (
  SELECT school, device, slot, row_number() OVER (PARTITION BY device ORDER BY slot) AS place FROM announced
)
SELECT n.device, n.slot
FROM numbered n
JOIN school_window w USING (school)
CROSS JOIN parameter
WHERE 20 * n.place <= maintenance_cap_20 * w.slots;

-- What rules 1, 2, 3 and 6 say of a device by itself. `silent`: asked at least twice by an agent that can see, and not a
-- sign of life; whether that is DOWN, DOWN_DEP or UNKNOWN depends on what is upstream.
CREATE TABLE own_state AS
SELECT
  d.id AS device,
  d.parent,
  w.slot,
  CASE
    WHEN m.device IS NOT NULL THEN 'MAINT'
    WHEN u.slot IS NOT NULL THEN 'UNKNOWN'
    WHEN now.answered OR now.reported_up THEN 'UP'
    -- Rule 3: at the end of this slot a report from the slot before is at most 10 minutes old. It is what the controller
    -- reports unless it has said otherwise since; a probe that fails meanwhile is a second path (DEGRADED, counted as UP).
    WHEN before.newest_report = 1 AND now.newest_report IS NULL
      AND u_before.slot IS NULL
      THEN 'UP'
    -- Section 8: off is not broken.
    WHEN d.is_on_demand THEN 'UNKNOWN'
    -- Ping answers, SNMP refuses.
    WHEN now.refused THEN 'UNKNOWN'
    WHEN coalesce(t.passed, false) AND now.failed_attempts >= (SELECT least_attempts FROM parameter) THEN 'silent'
    ELSE 'UNKNOWN'
  END AS state
FROM device d
JOIN window_slot w ON w.school = d.school
LEFT JOIN maintenance_slot m ON m.device = d.id AND m.slot = w.slot
LEFT JOIN untrusted_slot u ON u.school = d.school AND u.slot = w.slot
LEFT JOIN untrusted_slot u_before ON u_before.school = d.school AND u_before.slot = w.slot - 1
LEFT JOIN seen now ON now.school = d.school AND now.key = d.key AND now.slot = w.slot
LEFT JOIN seen before ON before.school = d.school AND before.key = d.key AND before.slot = w.slot - 1
LEFT JOIN self_test t ON t.school = d.school AND t.segment = d.segment AND t.slot = w.slot;

-- Rules 4, 5 and 6, from the top of the tree down. A parent that is lost with its own parent is lost all the same.
CREATE TABLE state AS
WITH RECURSIVE tree AS (
  SELECT device, slot, CASE state WHEN 'silent' THEN 'DOWN' ELSE state END AS state
  FROM own_state
  WHERE parent IS NULL
  UNION ALL
  SELECT
    o.device,
    o.slot,
    CASE
      WHEN o.state <> 'silent' THEN o.state
      WHEN p.state = 'UP' THEN 'DOWN'
      WHEN p.state IN ('DOWN', 'DOWN_DEP') THEN 'DOWN_DEP'
      ELSE 'UNKNOWN'
    END
  FROM tree p
  JOIN own_state o ON o.parent = p.device AND o.slot = p.slot
)
SELECT device, slot, state FROM tree;

-- E, u, d, x of each device over the window.
CREATE TABLE device_count AS
SELECT
  d.id AS device,
  d.school,
  count(s.slot) FILTER (s.state <> 'MAINT') AS expected,
  count(s.slot) FILTER (s.state = 'UP') AS up,
  count(s.slot) FILTER (s.state IN ('DOWN', 'DOWN_DEP')) AS down,
  count(s.slot) FILTER (s.state = 'DOWN_DEP') AS down_dep,
  count(s.slot) FILTER (s.state = 'UNKNOWN') AS unknown,
  count(s.slot) FILTER (s.state = 'MAINT') AS maintenance
FROM device d
LEFT JOIN state s ON s.device = d.id
GROUP BY d.id, d.school;

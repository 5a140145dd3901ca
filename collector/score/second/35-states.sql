-- Section 4: the state of every device in every slot of its school's window. First match wins.

-- Rule 2: announced before the slot; the first slots in time, up to 5 % of the expected ones.
CREATE OR REPLACE TABLE maintenance_slot AS
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
CREATE OR REPLACE TABLE own_state AS
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
CREATE OR REPLACE TABLE state AS
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
CREATE OR REPLACE TABLE device_count AS
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

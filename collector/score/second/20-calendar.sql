-- Section 3: teaching days, slots of school hours, W20, and whether the result is frozen.

-- What the calendar says of a school: entries of everybody, of its county, city and province, and its own.
CREATE OR REPLACE TABLE calendar_of_school AS
SELECT s.id AS school, c.kind, c.from_day, c.to_day
FROM school s
JOIN calendar c ON c.scope IN ('*', s.id, s.county, left(s.county, 4) || '00', left(s.county, 2) || '0000');

CREATE OR REPLACE TABLE teaching_day AS
WITH day AS (
  SELECT s.id AS school, as_of_day - i::INTEGER AS day
  FROM school s, moment, range(0, 401) days(i)
), said AS (
  SELECT
    d.school,
    d.day,
    coalesce(bool_or(c.kind = 'makeup' AND d.day BETWEEN c.from_day AND c.to_day), false) AS is_makeup,
    coalesce(bool_or(c.kind = 'holiday' AND d.day BETWEEN c.from_day AND c.to_day), false) AS is_holiday,
    coalesce(bool_or(c.kind = 'term' AND d.day BETWEEN c.from_day AND c.to_day), false) AS is_in_term,
    coalesce(bool_or(c.kind = 'term'), false) AS has_terms
  FROM day d
  LEFT JOIN calendar_of_school c USING (school)
  GROUP BY d.school, d.day
), public AS (
  SELECT
    day,
    bool_or(p.kind = 'holiday') AS is_public_holiday,
    bool_or(p.kind = 'makeup') AS is_public_makeup
  FROM (SELECT DISTINCT day FROM day) JOIN public_day p ON day BETWEEN p.from_day AND p.to_day
  GROUP BY day
)
SELECT school, day
FROM said LEFT JOIN public USING (day)
WHERE CASE
    -- The school's own calendar comes before the public one, its make-up days first.
    WHEN is_makeup THEN true
    WHEN is_holiday OR coalesce(is_public_holiday, false) THEN false
    ELSE (isodow(day) <= 5 OR coalesce(is_public_makeup, false)) AND (is_in_term OR NOT has_terms)
  END;

-- Slots of school hours, as five-minute steps since midnight.
CREATE OR REPLACE TABLE school_hour_slot AS
WITH part AS (SELECT id AS school, unnest(regexp_split_to_array(trim(school_hours), '\s+')) AS hours FROM school),
bounds AS (
  SELECT
    school,
    hours[1:2]::INTEGER * 12 + hours[4:5]::INTEGER // 5 AS first_slot,
    hours[7:8]::INTEGER * 12 + hours[10:11]::INTEGER // 5 AS end_slot
  FROM part
)
SELECT DISTINCT school, unnest(range(first_slot, end_slot)) AS slot_of_day FROM bounds;

-- Slots of teaching days that have ended at as_of. Slots are numbered since 1970, like those of samples.
CREATE OR REPLACE TABLE ended_slot AS
SELECT t.school, t.day, (date_diff('day', DATE '1970-01-01', t.day) * 288 - 96 + h.slot_of_day)::BIGINT AS slot
FROM teaching_day t
JOIN school_hour_slot h USING (school)
WHERE (slot + 1) * (SELECT slot_ms FROM parameter) <= (SELECT as_of_ms FROM moment);

-- Days of which at least one slot has ended, the newest first, each with the number of days since the one before it.
CREATE OR REPLACE TABLE held_day AS
SELECT
  school,
  day,
  row_number() OVER (PARTITION BY school ORDER BY day DESC) AS newest,
  day - lead(day) OVER (PARTITION BY school ORDER BY day DESC) AS days_since
FROM (SELECT DISTINCT school, day FROM ended_slot);

-- A break is more than 30 days without a teaching day. Until the fifth day after it the result from before it stays on show.
CREATE OR REPLACE TABLE frozen_school AS
WITH after_break AS (
  SELECT school, min(newest) AS days_after_break
  FROM held_day
  WHERE days_since > (SELECT frozen_days FROM parameter) AND newest < (SELECT freeze_days FROM parameter)
  GROUP BY school
), newest AS (SELECT school, max(day) AS newest_day FROM held_day GROUP BY school)
SELECT
  s.id AS school,
  coalesce(a.days_after_break, 0) AS days_left_out,
  coalesce(
    a.days_after_break IS NOT NULL
      OR (SELECT as_of_day FROM moment) - n.newest_day > (SELECT frozen_days FROM parameter),
    false
  ) AS is_frozen
FROM school s
LEFT JOIN after_break a ON a.school = s.id
LEFT JOIN newest n ON n.school = s.id;

CREATE OR REPLACE TABLE window_day AS
SELECT h.school, h.day
FROM held_day h
JOIN frozen_school f USING (school)
WHERE h.newest > f.days_left_out AND h.newest <= f.days_left_out + (SELECT window_days FROM parameter);

CREATE OR REPLACE TABLE window_slot AS
SELECT e.school, e.day, e.slot FROM ended_slot e JOIN window_day USING (school, day);

CREATE OR REPLACE TABLE school_window AS
SELECT
  s.id AS school,
  f.is_frozen,
  min(w.day) AS first_day,
  max(w.day) AS last_day,
  count(DISTINCT w.day) AS days,
  count(w.slot) AS slots
FROM school s
JOIN frozen_school f ON f.school = s.id
LEFT JOIN window_slot w ON w.school = s.id
GROUP BY s.id, f.is_frozen;

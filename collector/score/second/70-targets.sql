-- Section 10: states of thresholds (rules 1 to 6) and of baselines, which are floors without a deadline.
--
-- Given: target(id, is_floor, comparator, asked, deadline, as_of, baseline_on, baseline) and evaluation(target, as_of, lo,
-- value, hi, meets_minimum, recorded_on). Numbers are whole: 20,000 are 1, so that a value may have four decimals and the
-- middle of an interval is whole too. value is null without minimum evidence; lo and hi are null for a plain value.

-- What is known on the day that is asked about, and what was known at the deadline. For <= everything is turned round, so that
-- all rules below are those for >=. Of several evaluations in one month the latest counts.
CREATE OR REPLACE TABLE point AS
WITH cut AS (
  SELECT id, 'now' AS cut, as_of AS until FROM target
  UNION ALL
  SELECT id, 'deadline', deadline FROM target WHERE as_of > deadline
), known AS (
  SELECT
    c.id AS target,
    c.cut,
    e.as_of AS day,
    year(e.as_of) * 12 + month(e.as_of) AS month,
    coalesce(e.recorded_on, e.as_of) AS recorded_on,
    e.meets_minimum,
    CASE t.comparator WHEN '<=' THEN -1 ELSE 1 END AS sign,
    sign * CASE t.comparator WHEN '<=' THEN coalesce(e.hi, e.value) ELSE coalesce(e.lo, e.value) END AS lo,
    sign * CASE t.comparator WHEN '<=' THEN coalesce(e.lo, e.value) ELSE coalesce(e.hi, e.value) END AS hi,
    sign * e.value AS value
  FROM cut c
  JOIN target t ON t.id = c.id
  JOIN evaluation e ON e.target = c.id AND e.as_of <= c.until
  QUALIFY row_number() OVER (PARTITION BY c.id, c.cut, month ORDER BY e.as_of DESC) = 1
)
SELECT k.*, k.lo >= k.sign * t.asked AS is_good, k.hi < k.sign * t.asked AS is_bad,
  row_number() OVER (PARTITION BY k.target, k.cut ORDER BY k.day DESC) AS newest
FROM known k
JOIN target t ON t.id = k.target;

-- Rule 1. What was recorded when late batches were no longer taken (7 days) fills in nothing.
CREATE OR REPLACE TABLE at_deadline AS
SELECT p.target, CASE WHEN is_good THEN 'achieved' WHEN is_bad THEN 'missed' ELSE 'insufficient' END AS state
FROM point p
JOIN target t ON t.id = p.target
WHERE p.cut = 'deadline' AND t.deadline - p.day <= 62 AND p.recorded_on <= t.deadline + 7
QUALIFY row_number() OVER (PARTITION BY p.target ORDER BY p.day DESC) = 1;

-- Rule 1: a missed target of which rule 3 comes true after the deadline, with the month in which it did.
CREATE OR REPLACE TABLE reached_late AS
SELECT target, min(day) AS day
FROM (
  SELECT p.target, p.day, p.is_good AND lag(p.is_good) OVER (PARTITION BY p.target ORDER BY p.day) AS is_held
  FROM point p
  WHERE p.cut = 'now'
)
JOIN target t ON t.id = target
WHERE is_held AND day > t.deadline
GROUP BY target;

-- What rules 2, 3 and 6 look at.
CREATE OR REPLACE TABLE newest_months AS
SELECT
  t.id AS target,
  bool_or(p.meets_minimum AND t.as_of - p.day <= 62) AS is_recent,
  bool_or(p.is_good) FILTER (p.newest = 1) AS good1,
  bool_or(p.is_good) FILTER (p.newest = 2) AS good2,
  bool_or(p.is_good) FILTER (p.newest = 3) AS good3,
  -- Surely below: what a floor is judged by.
  bool_or(p.is_bad) FILTER (p.newest = 1) AS below1,
  bool_or(p.is_bad) FILTER (p.newest = 2) AS below2
FROM target t
LEFT JOIN point p ON p.target = t.id AND p.cut = 'now'
GROUP BY t.id;

-- Rule 4: Theil–Sen on the middles of the intervals of the last 12 months. A slope is counted in 55,440ths, which every
-- number of months from 1 to 11 divides into an even number, so that the median of two is whole as well.
CREATE OR REPLACE TABLE trend_point AS
SELECT p.target, p.month, (p.lo + p.hi) // 2 AS middle
FROM point p
JOIN target t ON t.id = p.target
WHERE p.cut = 'now' AND p.meets_minimum AND p.month > year(t.as_of) * 12 + month(t.as_of) - 12;

CREATE OR REPLACE TABLE slope AS
SELECT a.target, median((b.middle - a.middle)::HUGEINT * (55440 // (b.month - a.month)))::HUGEINT AS slope
FROM trend_point a
JOIN trend_point b ON b.target = a.target AND b.month > a.month
GROUP BY a.target
HAVING a.target IN (SELECT target FROM trend_point GROUP BY target HAVING count(*) >= 6);

-- v with the months from its day, and the latest interval with the months from its own, which need not be that of v: an
-- evaluation without minimum evidence has an interval and no value.
CREATE OR REPLACE TABLE newest_value AS
SELECT p.target, p.sign, p.day, p.value, l.lo, l.hi,
  (SELECT max(m) FROM range(0, 240) months(m) WHERE p.day + to_months(m::INTEGER) <= t.deadline) AS months,
  (SELECT max(m) FROM range(0, 240) months(m) WHERE l.day + to_months(m::INTEGER) <= t.deadline) AS interval_months
FROM point p
JOIN target t ON t.id = p.target
JOIN point l ON l.target = p.target AND l.cut = 'now' AND l.newest = 1
WHERE p.cut = 'now' AND p.meets_minimum
QUALIFY row_number() OVER (PARTITION BY p.target ORDER BY p.day DESC) = 1;

CREATE OR REPLACE TABLE outlook AS
SELECT
  t.id AS target,
  s.slope IS NOT NULL AS has_trend,
  v.value::HUGEINT * 55440 + s.slope * v.months >= v.sign * t.asked::HUGEINT * 55440 AS leads_there,
  v.lo::HUGEINT * 55440 + s.slope * v.interval_months >= v.sign * t.asked::HUGEINT * 55440 AS leads_there_at_least,
  v.lo::HUGEINT * 55440 + s.slope * v.interval_months < v.sign * t.asked::HUGEINT * 55440
    AND v.sign * t.asked::HUGEINT * 55440 <= v.hi::HUGEINT * 55440 + s.slope * v.interval_months AS is_open,
  -- Rule 5: v >= V0 + (V - V0) (day - t0) / (T - t0) - |V - V0| / 50, times 50 (T - t0).
  50 * (t.deadline - t.baseline_on) * (v.value - v.sign * t.baseline)::HUGEINT
    >= 50 * (v.day - t.baseline_on) * (v.sign * t.asked - v.sign * t.baseline)::HUGEINT
      - (t.deadline - t.baseline_on) * abs(t.asked - t.baseline)::HUGEINT AS is_on_line
FROM target t
JOIN newest_value v ON v.target = t.id
LEFT JOIN slope s ON s.target = t.id;

CREATE OR REPLACE TABLE target_state AS
WITH decided AS (
  SELECT
    t.id,
    l.day AS late_day,
    o.is_open,
    CASE
      WHEN NOT t.is_floor AND t.as_of > t.deadline THEN 1
      WHEN NOT coalesce(n.is_recent, false) THEN 2
      WHEN n.good1 AND n.good2 THEN 3
      WHEN t.is_floor THEN 6
      -- A bad month is one in which the condition of rule 3 does not hold.
      WHEN NOT n.good1 AND n.good2 AND n.good3 THEN 6
      WHEN o.has_trend THEN 4
      ELSE 5
    END AS rule,
    -- On track takes both: the value carried along the slope, and the lower end of the latest interval. Where only the upper
    -- end comes there, what is not known decides.
    CASE rule
      WHEN 1 THEN coalesce(d.state, 'insufficient')
      WHEN 2 THEN 'insufficient'
      WHEN 3 THEN 'achieved'
      WHEN 4 THEN CASE WHEN o.leads_there AND o.leads_there_at_least THEN 'on_track' ELSE 'at_risk' END
      WHEN 5 THEN CASE WHEN o.is_on_line THEN 'on_track' WHEN NOT o.is_on_line THEN 'at_risk' ELSE 'insufficient' END
      -- A floor was reached on the day that its document speaks of, so that one month below it is at risk already; one good
      -- month after that is not enough.
      ELSE CASE WHEN NOT t.is_floor OR n.below1 OR n.good1 AND n.below2 THEN 'at_risk' ELSE 'insufficient' END
    END AS state,
    t.is_floor AND n.below1 AND n.below2 AS is_regressed,
    t.is_floor
  FROM target t
  LEFT JOIN newest_months n ON n.target = t.id
  LEFT JOIN at_deadline d ON d.target = t.id
  LEFT JOIN reached_late l ON l.target = t.id
  LEFT JOIN outlook o ON o.target = t.id
)
SELECT
  id,
  -- Which rule leaves a floor open the document does not say.
  CASE WHEN NOT is_floor OR state <> 'insufficient' OR rule = 2 THEN rule END AS rule,
  state,
  CASE WHEN rule = 4 AND is_open THEN 'evidence' END AS note,
  CASE
    WHEN rule = 1 AND state = 'missed' AND late_day IS NOT NULL THEN 'reached_late ' || strftime(late_day, '%Y-%m')
    WHEN rule = 3 AND is_floor THEN 'held'
    WHEN rule = 6 AND is_regressed THEN 'regressed'
  END AS label
FROM decided;

-- The answers as one table: what, of whom, and the figures as one JSON object. Absent figures are null.
-- A share is divided here, at the very end, from whole numbers.
CREATE OR REPLACE TABLE answer AS
SELECT 'window' AS what, school AS id, json_object(
    'first', first_day::VARCHAR, 'last', last_day::VARCHAR, 'days', days, 'slots', slots, 'frozen', is_frozen) AS figures
FROM school_window
UNION ALL
SELECT 'device', device, json_object(
    'expected', expected, 'up', up, 'down', down, 'unknown', unknown)
FROM device_count
UNION ALL
SELECT 'venue', venue, json_object('served', s, 'unserved', n, 'unknown', x, 'verdict', verdict,
    'share', CASE WHEN s + n > 0 THEN s::DOUBLE / (s + n) END,
    'known', CASE WHEN s + n + x > 0 THEN (s + n)::DOUBLE / (s + n + x) END,
    'lo', CASE WHEN s + n + x > 0 THEN s::DOUBLE / (s + n + x) END,
    'hi', CASE WHEN s + n + x > 0 THEN (s + x)::DOUBLE / (s + n + x) END)
FROM venue_verdict
UNION ALL
SELECT 'school', school, json_object('venues', venues, 'covered', cov, 'notCovered', not_, 'insufficient', ins,
    'full', full_, 'rate', CASE WHEN is_printed THEN cov::DOUBLE / (cov + not_) END,
    'lo', CASE WHEN venues > 0 THEN cov::DOUBLE / venues END,
    'hi', CASE WHEN venues > 0 THEN (cov + ins)::DOUBLE / venues END)
FROM school_coverage
UNION ALL
SELECT 'group', region, json_object('schools', schools, 't', t, 'f', f, 'u', u,
    'share', CASE WHEN is_printed THEN t::DOUBLE / (t + f) END,
    'lo', t::DOUBLE / schools, 'hi', (t + u)::DOUBLE / schools,
    'covered', cov, 'judged', cov + not_, 'venues', venues,
    'studentsTrue', CASE WHEN without_students = 0 THEN coalesce(t_students, 0) END,
    'studentsKnown', CASE WHEN without_students = 0 THEN coalesce(tf_students, 0) END)
FROM group_coverage;

-- Where a call stands while it waits: with those who asked, or apart from them
-- because it was only noticed, as danger to life or as a call.
ALTER TABLE calls ADD COLUMN queue TEXT COLLATE "C" NOT NULL DEFAULT 'asked'
    CHECK (queue IN ('asked', 'danger', 'noticed'));

-- Nothing happened of which an open page should hear.
ALTER TABLE calls DISABLE TRIGGER calls_news;
UPDATE calls SET queue =
    CASE WHEN origin = 'noticed' AND severity = 'crisis' THEN 'danger' ELSE 'noticed' END
WHERE origin IN ('imported', 'noticed')
    AND answered_at IS NULL AND handed_to IS NULL AND escalated_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM call_entries e
        WHERE e.call_id = calls.id AND e.kind IN ('worry', 'reopened'));
ALTER TABLE calls ENABLE TRIGGER calls_news;

DROP INDEX calls_waiting;
CREATE INDEX calls_waiting ON calls (queue, waiting_since, id) WHERE waiting_since IS NOT NULL;
DROP INDEX calls_rising;
CREATE INDEX calls_rising ON calls (queue, level, waiting_since)
    WHERE waiting_since IS NOT NULL AND origin <> 'imported';

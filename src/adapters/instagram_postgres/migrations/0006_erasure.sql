-- What a deleted account leaves behind.

-- Ends up to `most` follows of a person, both ways, and gives how many. The pairs are locked in the
-- order of their keys, all before anything else, so that nobody who holds one waits for us in turn.
CREATE FUNCTION erase_follows(person uuid, most integer) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    chosen_followers uuid[];
    chosen_followees uuid[];
    followers        uuid[];
    followees        uuid[];
BEGIN
    SELECT array_agg(follower_id), array_agg(followee_id)
      INTO chosen_followers, chosen_followees
      FROM (SELECT follower_id, followee_id FROM follows
             WHERE follower_id = person OR followee_id = person
             LIMIT most) AS chosen;
    IF chosen_followers IS NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(key)
       FROM (SELECT DISTINCT pair_key(follower, followee) AS key
               FROM unnest(chosen_followers, chosen_followees) AS pair (follower, followee)
              ORDER BY key) AS pair;
    WITH ended AS (
        DELETE FROM follows
         WHERE (followee_id, follower_id) IN (
                   SELECT followee, follower
                     FROM unnest(chosen_followers, chosen_followees) AS pair (follower, followee)
               )
        RETURNING follower_id, followee_id
    )
    SELECT array_agg(follower_id), array_agg(followee_id) INTO followers, followees FROM ended;
    PERFORM count_follows(followers, followees, -1);
    RETURN cardinality(chosen_followers);
END
$$;

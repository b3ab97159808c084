-- How an author's posts get to their followers, and the parts of feeds that are stored elsewhere.
--
-- A post's own delivery is decided by the statement that publishes it, which holds the author's row
-- FOR SHARE until it is committed. Whoever takes an author back to 'push' waits for that, so that
-- from then on every post that was not pushed can be read. The row comes last in the order of locks
-- that 0002 describes: publishing holds the post and maybe the counter before, settling nothing else.
-- Followers are counted without a lock: what was decided by an old count is seen by the hourly review.

CREATE TABLE author_deliveries (               -- no row: 'push', and never crossed
    author_id uuid PRIMARY KEY,
    delivery  text NOT NULL CHECK (delivery IN ('push', 'crossing', 'pull')),
    round     bigint NOT NULL                  -- how often the author crossed
);

-- Gives the delivery that follows a delivery with so many followers: `PushRule` of the core.
CREATE FUNCTION delivery_after(delivery text, followers bigint, pulled_from bigint) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN CASE WHEN delivery = 'push' AND followers >= pulled_from THEN 'crossing'
            WHEN delivery <> 'push' AND followers * 10 < pulled_from * 9 THEN 'push'
            ELSE delivery END;

-- Brings an author in line and gives their delivery; `begun` is the round that began by it, or null.
-- It looks before it locks: nearly always there is nothing to do.
CREATE FUNCTION settle_delivery(author uuid, pulled_from bigint)
RETURNS TABLE (settled text, begun bigint)
LANGUAGE plpgsql AS $$
DECLARE
    held author_deliveries;
BEGIN
    SELECT * INTO held FROM author_deliveries WHERE author_id = author;
    settled := coalesce(held.delivery, 'push');
    IF delivery_after(settled, followers_of(author), pulled_from) = settled THEN
        RETURN NEXT;
        RETURN;
    END IF;
    INSERT INTO author_deliveries VALUES (author, 'push', 0) ON CONFLICT DO NOTHING;
    SELECT * INTO held FROM author_deliveries WHERE author_id = author FOR NO KEY UPDATE;
    IF NOT FOUND THEN                          -- erased meanwhile
        settled := 'push';
        RETURN NEXT;
        RETURN;
    END IF;
    settled := delivery_after(held.delivery, followers_of(author), pulled_from);
    IF settled <> held.delivery THEN
        begun := CASE settled WHEN 'crossing' THEN held.round + 1 END;
        UPDATE author_deliveries SET delivery = settled, round = coalesce(begun, held.round)
         WHERE author_id = author;
    END IF;
    RETURN NEXT;
END
$$;

CREATE FUNCTION followers_of(person uuid) RETURNS bigint
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN coalesce((SELECT followers FROM profile_counters WHERE user_id = person), 0);
END
$$;

-- As before, and gives the moment of publishing, null when there was none.
DROP FUNCTION delete_post(uuid, uuid);
CREATE FUNCTION delete_post(post uuid, writer uuid)
RETURNS TABLE (author uuid, shared bigint, stems text[])
LANGUAGE plpgsql AS $$
BEGIN
    SELECT author_id, shared_at INTO author, shared FROM posts
     WHERE id = post AND (writer IS NULL OR author_id = writer) FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- Waits for likes under way; later ones find no slot, and then no post.
    PERFORM FROM like_slots WHERE post_id = post ORDER BY slot FOR UPDATE;
    DELETE FROM likes WHERE post_id = post;
    SELECT array_agg(stem ORDER BY stem) INTO stems
      FROM (SELECT stem FROM post_originals WHERE post_id = post
             UNION
            SELECT stem FROM post_media WHERE post_id = post) AS file;
    DELETE FROM posts WHERE id = post;
    IF shared IS NOT NULL THEN
        PERFORM count_posts(author, -1);
    END IF;
    RETURN NEXT;
END
$$;

-- Plans that are made while these tables are empty may look facts up from either end. So both have
-- the whole key: one end alone may be somebody whom millions mute, or follow, or block.
DROP INDEX follow_requests_of_follower;
CREATE INDEX follow_requests_of_follower ON follow_requests (follower_id, followee_id);
DROP INDEX blocks_of_blocked;
CREATE INDEX blocks_of_blocked ON blocks (blocked_id, blocker_id);
DROP INDEX personal_lists_of_member;
CREATE INDEX personal_lists_of_member ON personal_lists (member_id, list, owner_id);

-- The newest entries of a home, whoever is suspended just now, and who in it is not pushed; packed,
-- both of one moment. Few posts of each author are read at first; what they bring bounds how far back
-- the newest `wanted` reach, and only of authors whose posts all lie above that more are read.
CREATE FUNCTION home_snapshot(reader uuid, wanted integer) RETURNS TABLE (entries bytea, pulled bytea)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    authors uuid[] := ARRAY(SELECT author_id FROM home_authors(reader));
    few     integer := 2 * wanted / cardinality(authors) + 2;
BEGIN
    WITH head AS MATERIALIZED (
        SELECT author_id, post.shared_at, post.id, post.place
          FROM unnest(authors) AS author (author_id) CROSS JOIN LATERAL (
               SELECT shared_at, id, row_number() OVER () AS place
                 FROM (SELECT shared_at, id FROM posts
                        WHERE posts.author_id = author.author_id
                          AND (shared_at, id) < (9223372036854775807,
                               'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
                        ORDER BY shared_at DESC, id DESC
                        LIMIT few) AS newest) AS post
    ),
    bound AS MATERIALIZED (
        SELECT shared_at, id FROM head ORDER BY shared_at DESC, id DESC OFFSET wanted - 1 LIMIT 1
    ),
    chosen AS (
        SELECT author_id, shared_at, id FROM head
         UNION ALL
        SELECT author_id, post.shared_at, post.id
          FROM head CROSS JOIN LATERAL (
               SELECT shared_at, id FROM posts
                WHERE posts.author_id = head.author_id
                  AND (shared_at, id) < (head.shared_at, head.id)
                ORDER BY shared_at DESC, id DESC
                LIMIT wanted) AS post
         WHERE place = few
           AND NOT EXISTS (SELECT FROM bound
                            WHERE (bound.shared_at, bound.id) >= (head.shared_at, head.id))
         ORDER BY shared_at DESC, id DESC
         LIMIT wanted
    )
    SELECT string_agg(int8send(shared_at) || uuid_send(id) || uuid_send(author_id), ''
                      ORDER BY shared_at DESC, id DESC)
      INTO entries FROM chosen;
    SELECT string_agg(uuid_send(author_id), '' ORDER BY author_id) INTO pulled
      FROM author_deliveries
     WHERE author_id = ANY (authors) AND delivery <> 'push' AND author_id <> reader;
    RETURN NEXT;
END
$$;

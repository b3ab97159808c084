-- The truth of home feeds: posts of a reader and of whom they follow, older than a position.
--
-- Two ways lead to a page, and each is slow where the other is quick. The walk goes down the posts
-- of everybody and picks those of the followed: quick when many are followed, endless when those
-- post rarely. The merge takes the newest post of each author, and more only of those authors whose
-- newest are on top, since no one else can be on the page: its cost is one look into an index for
-- each author. So whoever follows many is given a walk of a length that costs less than their merge,
-- and the merge does what the walk left. The plans are generic: nothing in them depends on values.
CREATE FUNCTION followed_posts(reader uuid, before_at bigint, before_id uuid, wanted integer)
RETURNS TABLE (shared_at bigint, id uuid, author_id uuid)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    many CONSTANT integer := 200;
    followed integer := (SELECT following FROM profile_counters WHERE user_id = reader);
BEGIN
    IF followed > many THEN
        FOR shared_at, id, author_id IN
            SELECT shared_at, id, author_id
              FROM (SELECT shared_at, id, author_id,
                           author_id IN (SELECT author_id FROM home_authors(reader)) AS is_home
                      FROM posts
                     WHERE status = 'published' AND (shared_at, id) < (before_at, before_id)
                     ORDER BY shared_at DESC, id DESC
                     LIMIT 8 * followed) AS post
             WHERE is_home AND is_listed(author_id, reader)
             LIMIT wanted
        LOOP
            RETURN NEXT;
            wanted := wanted - 1;
            before_at := shared_at;
            before_id := id;
        END LOOP;
    END IF;
    IF wanted = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
        SELECT post.shared_at, post.id, newest.author_id
          FROM (SELECT author_id
                  FROM (SELECT author_id, head.shared_at, head.id
                          FROM home_authors(reader) CROSS JOIN LATERAL (
                               SELECT shared_at, id FROM posts
                                WHERE author_id = home_authors.author_id
                                  AND (shared_at, id) < (before_at, before_id)
                                ORDER BY shared_at DESC, id DESC
                                LIMIT 1) AS head
                         ORDER BY head.shared_at DESC, head.id DESC
                        OFFSET 0) AS ranked
                 WHERE is_listed(author_id, reader)
                 LIMIT wanted) AS newest
         CROSS JOIN LATERAL (
               SELECT shared_at, id FROM posts
                WHERE author_id = newest.author_id
                  AND (shared_at, id) < (before_at, before_id)
                ORDER BY shared_at DESC, id DESC
                LIMIT wanted) AS post
         ORDER BY post.shared_at DESC, post.id DESC
         LIMIT wanted;
END
$$;

-- Whose posts a home feed holds: oneself, and those one follows and has not muted.
CREATE FUNCTION home_authors(reader uuid) RETURNS TABLE (author_id uuid)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT followee_id FROM follows
     WHERE follower_id = reader
       AND NOT EXISTS (SELECT FROM personal_lists
                        WHERE owner_id = reader AND list = 'mutes' AND member_id = followee_id)
     UNION ALL
    SELECT reader;
END;

-- What is done to likes and posts.
--
-- Liking is a function and not one statement with WITH parts, because all parts of a statement see
-- the same snapshot: the sum of slots would miss the like just made, a repeat that waited for its
-- twin would not see it, and a block that ended while one waited for it would go unnoticed.

-- Gives a slot of a post's counter that nobody else holds, locked; null when the post is gone.
CREATE FUNCTION take_like_slot(post uuid) RETURNS smallint
LANGUAGE plpgsql AS $$
DECLARE
    taken smallint;
BEGIN
    SELECT slot INTO taken FROM like_slots WHERE post_id = post
     ORDER BY slot LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
    IF FOUND THEN
        RETURN taken;
    END IF;
    -- All are held, or there are none yet. Whoever deletes the post holds its row before the slots:
    -- wait for them here.
    PERFORM FROM posts WHERE id = post FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT number INTO taken FROM generate_series(0, 15) AS number
     ORDER BY EXISTS (SELECT FROM like_slots WHERE post_id = post AND slot = number), random()
     LIMIT 1;
    INSERT INTO like_slots AS held VALUES (post, taken, 0)
        ON CONFLICT (post_id, slot) DO UPDATE SET likes = held.likes;
    RETURN taken;
END
$$;

-- Likes a post; no row when it is not there for the person.
CREATE FUNCTION like_post(liker uuid, post uuid, moment bigint)
RETURNS TABLE (changed boolean, like_count bigint)
LANGUAGE plpgsql AS $$
DECLARE
    author uuid;
    taken  smallint;
BEGIN
    SELECT author_id INTO author FROM posts WHERE id = post AND status = 'published';
    IF NOT FOUND THEN
        RETURN;
    END IF;
    -- Shared: a block between the two comes wholly before or wholly after, likes do not wait.
    PERFORM pg_advisory_xact_lock_shared(pair_key(liker, author));
    IF NOT may_see_content(liker, author) THEN
        RETURN;
    END IF;
    changed := false;
    IF NOT EXISTS (SELECT FROM likes WHERE user_id = liker AND post_id = post) THEN
        taken := take_like_slot(post);
        IF taken IS NULL THEN
            RETURN;
        END IF;
        INSERT INTO likes VALUES (liker, post, moment) ON CONFLICT DO NOTHING;
        IF FOUND THEN
            UPDATE like_slots SET likes = likes + 1 WHERE post_id = post AND slot = taken;
            changed := true;
        END IF;
    END IF;
    SELECT coalesce(sum(likes), 0) INTO like_count FROM like_slots WHERE post_id = post;
    RETURN NEXT;
END
$$;

-- Takes a like back; no row when there is none and the post is not there for the person.
CREATE FUNCTION unlike_post(liker uuid, post uuid)
RETURNS TABLE (changed boolean, like_count bigint)
LANGUAGE plpgsql AS $$
DECLARE
    taken smallint;
BEGIN
    changed := false;
    IF EXISTS (SELECT FROM likes WHERE user_id = liker AND post_id = post) THEN
        taken := take_like_slot(post);
        IF taken IS NULL THEN
            RETURN;
        END IF;
        DELETE FROM likes WHERE user_id = liker AND post_id = post;
        IF FOUND THEN
            UPDATE like_slots SET likes = likes - 1 WHERE post_id = post AND slot = taken;
            changed := true;
        END IF;
    ELSIF NOT EXISTS (SELECT FROM posts
                       WHERE id = post AND status = 'published'
                         AND may_see_content(liker, author_id)) THEN
        RETURN;
    END IF;
    SELECT coalesce(sum(likes), 0) INTO like_count FROM like_slots WHERE post_id = post;
    RETURN NEXT;
END
$$;

-- Blocks somebody and ends everything between the two; null when there is no such account.
CREATE FUNCTION block_user(blocker uuid, blocked uuid, moment bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    liked record;
    ended record;
BEGIN
    PERFORM lock_pair(blocker, blocked);
    IF NOT EXISTS (SELECT FROM users WHERE id = blocked AND standing <> 'deleted') THEN
        RETURN NULL;
    END IF;
    INSERT INTO blocks VALUES (blocker, blocked, moment) ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    FOR liked IN
        SELECT user_id, post_id FROM likes JOIN posts ON id = post_id
         WHERE user_id = blocker AND author_id = blocked
         UNION ALL
        SELECT user_id, post_id FROM likes JOIN posts ON id = post_id
         WHERE user_id = blocked AND author_id = blocker
         ORDER BY post_id
    LOOP
        PERFORM unlike_post(liked.user_id, liked.post_id);
    END LOOP;
    DELETE FROM personal_lists
     WHERE (owner_id, member_id) IN ((blocker, blocked), (blocked, blocker));
    DELETE FROM follow_requests
     WHERE (followee_id, follower_id) IN ((blocker, blocked), (blocked, blocker));
    WITH ended AS (
        DELETE FROM follows
         WHERE (followee_id, follower_id) IN ((blocker, blocked), (blocked, blocker))
        RETURNING follower_id, followee_id
    )
    SELECT array_agg(follower_id) AS followers, array_agg(followee_id) AS followees
      INTO ended FROM ended;
    PERFORM count_follows(ended.followers, ended.followees, -1);
    RETURN true;
END
$$;

-- Removes a post with all that is about it; no row when it is absent, or not by `writer` if given.
-- `stems` are those of all its files.
CREATE FUNCTION delete_post(post uuid, writer uuid)
RETURNS TABLE (author uuid, stems text[])
LANGUAGE plpgsql AS $$
DECLARE
    state text;
BEGIN
    SELECT author_id, status INTO author, state FROM posts
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
    IF state = 'published' THEN
        PERFORM count_posts(author, -1);
    END IF;
    RETURN NEXT;
END
$$;

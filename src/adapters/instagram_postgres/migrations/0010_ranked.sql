-- How close people are to each other, for the ranked feed.
--
-- Likes need no table and no index of their own here: the primary key of likes gives those of a person
-- by post, and ids of posts rise with time, so that its end are the likes of the newest posts.

-- What somebody visited: nobody else sees it. One row a pair; only columns that no index has change.
CREATE TABLE profile_visits (
    viewer_id  uuid NOT NULL,
    owner_id   uuid NOT NULL,
    strength   double precision NOT NULL,      -- visits, faded to the moment of the latest
    visited_at bigint NOT NULL,
    PRIMARY KEY (viewer_id, owner_id)
) WITH (fillfactor = 80);
CREATE INDEX profile_visits_of_owner ON profile_visits (owner_id);

-- What a strength of the moment `since` is worth now; `faded` of the core, which gives the times.
CREATE FUNCTION faded(
    strength double precision, since bigint, moment bigint, half_life bigint, forgotten bigint
) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN moment - since >= forgotten THEN 0
            ELSE strength * power(2::double precision,
                                  -greatest(0, moment - since)::double precision / half_life) END;

-- Records a visit; false when the two are not there for each other. Locks as liking does: both may
-- act, and no block comes between. What the viewer has not visited for long is forgotten on the way.
CREATE FUNCTION record_visit(
    viewer uuid, owner uuid, moment bigint, half_life bigint, forgotten bigint
) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF viewer = owner OR NOT enter_as(viewer) OR NOT enter_as(owner) THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(pair_key(viewer, owner));
    IF NOT is_listed(owner, viewer) THEN
        RETURN false;
    END IF;
    DELETE FROM profile_visits
     WHERE viewer_id = viewer AND owner_id <> owner AND visited_at <= moment - forgotten;
    INSERT INTO profile_visits AS visit VALUES (viewer, owner, 1, moment)
        ON CONFLICT (viewer_id, owner_id) DO UPDATE
       SET visited_at = greatest(visit.visited_at, moment),
           strength = faded(visit.strength, visit.visited_at,
                            greatest(visit.visited_at, moment), half_life, forgotten)
                    + faded(1, moment, greatest(visit.visited_at, moment), half_life, forgotten);
    RETURN true;
END
$$;

-- As in 0004, and forgets visits.
CREATE OR REPLACE FUNCTION block_user(blocker uuid, blocked uuid, moment bigint) RETURNS boolean
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
    DELETE FROM profile_visits
     WHERE (viewer_id, owner_id) IN ((blocker, blocked), (blocked, blocker));
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

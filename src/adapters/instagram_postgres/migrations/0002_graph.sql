-- Who follows, blocks, mutes and trusts whom, and the counters of profiles.
--
-- Locks are taken in one order everywhere, so that nothing here deadlocks: the pair of people
-- (lock_pair), rows of users, posts by id, slots of a post's like counter, rows of lists and likes
-- (requests before follows), counters of profiles by id. Functions run at READ COMMITTED, where
-- each of their statements sees what was committed before it began: they lock, then look.

CREATE TABLE follows (
    follower_id uuid NOT NULL,
    followee_id uuid NOT NULL,
    followed_at bigint NOT NULL,
    PRIMARY KEY (followee_id, follower_id)     -- also the order in which FollowerReader walks
);
CREATE INDEX follows_followers ON follows (followee_id, followed_at DESC, follower_id DESC);
CREATE INDEX follows_following ON follows (follower_id, followed_at DESC, followee_id DESC);

CREATE TABLE follow_requests (
    follower_id  uuid NOT NULL,
    followee_id  uuid NOT NULL,
    requested_at bigint NOT NULL,
    PRIMARY KEY (followee_id, follower_id)
);
CREATE INDEX follow_requests_newest
    ON follow_requests (followee_id, requested_at DESC, follower_id DESC);
CREATE INDEX follow_requests_of_follower ON follow_requests (follower_id);

CREATE TABLE blocks (
    blocker_id uuid NOT NULL,
    blocked_id uuid NOT NULL,
    blocked_at bigint NOT NULL,
    PRIMARY KEY (blocker_id, blocked_id)
);
CREATE INDEX blocks_newest ON blocks (blocker_id, blocked_at DESC, blocked_id DESC);
CREATE INDEX blocks_of_blocked ON blocks (blocked_id);

CREATE TABLE personal_lists (
    owner_id  uuid NOT NULL,
    list      text NOT NULL CHECK (list IN ('mutes', 'close_friends')),
    member_id uuid NOT NULL,
    listed_at bigint NOT NULL,
    PRIMARY KEY (owner_id, list, member_id)
);
CREATE INDEX personal_lists_newest
    ON personal_lists (owner_id, list, listed_at DESC, member_id DESC);
CREATE INDEX personal_lists_of_member ON personal_lists (member_id);

-- Apart from users, whose rows stay cacheable. A row appears with the first change.
CREATE TABLE profile_counters (
    user_id   uuid PRIMARY KEY,
    followers bigint NOT NULL DEFAULT 0,
    following bigint NOT NULL DEFAULT 0,
    posts     bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);


-- Names two people, in either order, to the server's table of locks.
CREATE FUNCTION pair_key(one uuid, other uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN uuid_hash_extended(one, 0) # uuid_hash_extended(other, 0);

-- Waits until nobody else changes what is between two people, until the transaction ends.
CREATE FUNCTION lock_pair(one uuid, other uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(pair_key(one, other));
END
$$;

-- Adds to the counters of those who follow and of those who are followed, pair by pair, in the
-- order of ids.
CREATE FUNCTION count_follows(followers uuid[], followees uuid[], change integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO profile_counters AS counter (user_id, followers, following)
    SELECT person, sum(gained), sum(given)
      FROM (SELECT unnest(followees) AS person, change AS gained, 0 AS given
             UNION ALL
            SELECT unnest(followers), 0, change) AS changed
     GROUP BY person
     ORDER BY person
        ON CONFLICT (user_id) DO UPDATE
       SET followers = counter.followers + excluded.followers,
           following = counter.following + excluded.following;
END
$$;

-- Follows or asks. Gives 'following' or 'requested', or why not: 'absent', 'blocking'.
CREATE FUNCTION follow_user(follower uuid, followee uuid, moment bigint)
RETURNS TABLE (status text, changed boolean)
LANGUAGE plpgsql AS $$
DECLARE
    asks boolean;
BEGIN
    PERFORM lock_pair(follower, followee);
    -- Held so that a switch of privacy comes wholly before or wholly after.
    SELECT is_private INTO asks FROM users
     WHERE id = followee AND standing = 'active' FOR SHARE;
    IF NOT FOUND OR EXISTS (SELECT FROM blocks
                             WHERE blocker_id = followee AND blocked_id = follower) THEN
        RETURN QUERY SELECT 'absent', false;
    ELSIF EXISTS (SELECT FROM blocks WHERE blocker_id = follower AND blocked_id = followee) THEN
        RETURN QUERY SELECT 'blocking', false;
    ELSIF EXISTS (SELECT FROM follows WHERE followee_id = followee AND follower_id = follower) THEN
        RETURN QUERY SELECT 'following', false;
    ELSIF asks THEN
        INSERT INTO follow_requests VALUES (follower, followee, moment) ON CONFLICT DO NOTHING;
        RETURN QUERY SELECT 'requested', FOUND;
    ELSE
        DELETE FROM follow_requests WHERE followee_id = followee AND follower_id = follower;
        INSERT INTO follows VALUES (follower, followee, moment);
        PERFORM count_follows(ARRAY[follower], ARRAY[followee], 1);
        RETURN QUERY SELECT 'following', true;
    END IF;
END
$$;

-- Withdraws a request and ends a follow, in this order: a request that is accepted meanwhile is one.
CREATE FUNCTION unfollow_user(follower uuid, followee uuid)
RETURNS TABLE (changed boolean, ended boolean)
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM follow_requests WHERE followee_id = followee AND follower_id = follower;
    changed := FOUND;
    DELETE FROM follows WHERE followee_id = followee AND follower_id = follower;
    ended := FOUND;
    IF ended THEN
        PERFORM count_follows(ARRAY[follower], ARRAY[followee], -1);
    END IF;
    changed := changed OR ended;
    RETURN NEXT;
END
$$;

-- Turns a request into a follow; false when there is none.
CREATE FUNCTION accept_follow(follower uuid, followee uuid, moment bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_pair(follower, followee);
    DELETE FROM follow_requests WHERE followee_id = followee AND follower_id = follower;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    INSERT INTO follows VALUES (follower, followee, moment);
    PERFORM count_follows(ARRAY[follower], ARRAY[followee], 1);
    RETURN true;
END
$$;

-- Turns every request into a follow and gives who asked. The pairs are not locked: the row of the
-- followee keeps new follows out, and whoever else ends a request waits for its row, so that a
-- block or an unfollow, which take requests first, find the follow afterwards.
CREATE FUNCTION accept_follows(followee uuid, moment bigint) RETURNS SETOF uuid
LANGUAGE plpgsql AS $$
DECLARE
    accepted uuid[];
BEGIN
    PERFORM FROM users WHERE id = followee FOR NO KEY UPDATE;
    WITH request AS (
        DELETE FROM follow_requests WHERE followee_id = followee RETURNING follower_id
    )
    SELECT array_agg(follower_id) INTO accepted FROM request;
    IF accepted IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO follows SELECT follower, followee, moment FROM unnest(accepted) AS follower;
    PERFORM count_follows(accepted, array_fill(followee, ARRAY[cardinality(accepted)]), 1);
    RETURN QUERY SELECT unnest(accepted);
END
$$;

-- Adds somebody to a list of one's own. Gives null when they are not there for its owner.
CREATE FUNCTION put_on_list(which text, owner uuid, member uuid, moment bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM lock_pair(owner, member);
    IF NOT is_listed(member, owner) THEN
        RETURN NULL;
    END IF;
    INSERT INTO personal_lists VALUES (owner, which, member, moment) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;

-- Whether lists of people show somebody: active, and no block with the viewer (null: nobody).
CREATE FUNCTION is_listed(member uuid, viewer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN EXISTS (SELECT FROM users WHERE id = member AND standing = 'active')
       AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = member AND blocked_id = viewer)
       AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = viewer AND blocked_id = member);
END
$$;

-- The policy may_see_content of the core, as facts are now; the core's is its specification.
CREATE FUNCTION may_see_content(viewer uuid, owner uuid) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
    hidden boolean;
BEGIN
    SELECT is_private INTO hidden FROM users WHERE id = owner AND standing = 'active';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF viewer = owner THEN
        RETURN true;
    END IF;
    RETURN NOT EXISTS (SELECT FROM blocks WHERE blocker_id = owner AND blocked_id = viewer)
       AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = viewer AND blocked_id = owner)
       AND (NOT hidden
            OR EXISTS (SELECT FROM follows WHERE followee_id = owner AND follower_id = viewer));
END
$$;

-- What an owner is to a viewer (null: nobody), for the policy to decide from; no row for one who is
-- unknown or deleted. Inlined into the statement that asks. Every fact is looked up by its key, and
-- not by EXISTS, of which the planner may make a table of all whom the viewer follows, or of all who
-- follow the viewer: millions.
CREATE FUNCTION sight_of(viewer uuid, owner uuid)
RETURNS TABLE (
    is_active boolean, is_private boolean,
    following boolean, requested boolean, followed_by boolean,
    blocking boolean, muting boolean, close_friend boolean,
    blocked_by boolean, is_close_friend boolean
)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT standing = 'active',
           person.is_private,
           (SELECT true FROM follows
             WHERE followee_id = owner AND follower_id = viewer) IS NOT NULL,
           (SELECT true FROM follow_requests
             WHERE followee_id = owner AND follower_id = viewer) IS NOT NULL,
           (SELECT true FROM follows
             WHERE followee_id = viewer AND follower_id = owner) IS NOT NULL,
           (SELECT true FROM blocks
             WHERE blocker_id = viewer AND blocked_id = owner) IS NOT NULL,
           (SELECT true FROM personal_lists
             WHERE owner_id = viewer AND list = 'mutes' AND member_id = owner) IS NOT NULL,
           (SELECT true FROM personal_lists
             WHERE owner_id = viewer AND list = 'close_friends' AND member_id = owner) IS NOT NULL,
           (SELECT true FROM blocks
             WHERE blocker_id = owner AND blocked_id = viewer) IS NOT NULL,
           (SELECT true FROM personal_lists
             WHERE owner_id = owner AND list = 'close_friends' AND member_id = viewer) IS NOT NULL
      FROM users AS person
     WHERE id = owner AND standing <> 'deleted';
END;

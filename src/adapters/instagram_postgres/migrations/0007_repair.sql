-- Counters set right from the rows they count, while others write.

-- Mends a person's three counters and gives each as it stood and as it is. Whoever is about to count
-- waits for the row, and its follow or post is not seen before that.
CREATE FUNCTION mend_profile(person uuid)
RETURNS TABLE (counter text, stored bigint, actual bigint)
LANGUAGE plpgsql AS $$
DECLARE
    held   profile_counters;
    mended profile_counters;
BEGIN
    INSERT INTO profile_counters (user_id) VALUES (person) ON CONFLICT DO NOTHING;
    SELECT * INTO held FROM profile_counters WHERE user_id = person FOR UPDATE;
    UPDATE profile_counters
       SET followers = (SELECT count(*) FROM follows WHERE followee_id = person),
           following = (SELECT count(*) FROM follows WHERE follower_id = person),
           posts = (SELECT count(shared_at) FROM posts WHERE author_id = person)
     WHERE user_id = person
    RETURNING * INTO mended;
    RETURN QUERY
    VALUES ('followers', held.followers, mended.followers),
           ('following', held.following, mended.following),
           ('posts', held.posts, mended.posts);
END
$$;

-- Mends the counter of a post's likes and gives it as it stood and as it is; no row for no post.
-- Likes do not wait for it: they add to their slots, and so does this, after comparing at one
-- moment. Only another repair, which would add the same again, and a deletion wait for the post.
CREATE FUNCTION mend_likes(post uuid) RETURNS TABLE (stored bigint, actual bigint)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM posts WHERE id = post FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT (SELECT coalesce(sum(likes), 0) FROM like_slots WHERE post_id = post),
           (SELECT count(*) FROM likes WHERE post_id = post)
      INTO stored, actual;
    INSERT INTO like_slots AS held VALUES (post, 0, actual - stored)
        ON CONFLICT (post_id, slot) DO UPDATE SET likes = held.likes + excluded.likes;
    RETURN NEXT;
END
$$;

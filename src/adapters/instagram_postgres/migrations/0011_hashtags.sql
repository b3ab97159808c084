-- Which published posts carry a hashtag.
--
-- What the hashtags of a caption are, the core decides (instagram_core.posts.hashtags): whoever writes
-- a caption writes them beside it, in the same statement. No SQL can tell what is a letter in every
-- script, so captions from before are read by the core as well, as a part of migrating (captions.py).
--
-- The rows of public, active accounts are open: everybody comes across them. Those of the others are
-- closed and found by their authors, of whom a viewer follows only so many. So nobody walks through
-- thousands of posts that are not for them. A row is opened or closed by the statement that changes
-- its author; whoever writes one holds the author's row FOR SHARE until then. That lock comes after
-- the post's row and before every counter: whoever changes an account takes no row of a post behind it.

-- Folded, as the core spells them; null: the caption was not read yet.
ALTER TABLE posts ADD COLUMN hashtags text[] COLLATE "C";
CREATE INDEX posts_unread ON posts (id) WHERE hashtags IS NULL;

CREATE TABLE hashtag_posts (
    post_id   uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    tag       text COLLATE "C" NOT NULL,
    author_id uuid NOT NULL,
    shared_at bigint NOT NULL,
    is_open   boolean NOT NULL,
    PRIMARY KEY (post_id, tag)
);
CREATE INDEX hashtag_posts_newest ON hashtag_posts (tag, shared_at DESC, post_id DESC)
    INCLUDE (author_id) WHERE is_open;
CREATE INDEX hashtag_posts_of_author ON hashtag_posts (author_id, tag, shared_at DESC, post_id DESC)
    WHERE NOT is_open;

-- Brings the rows of a post in line with it, or keeps its author as they are while it is deleted.
CREATE FUNCTION list_hashtags() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    opens boolean;
BEGIN
    SELECT is_open_author(standing, is_private) INTO opens FROM users
     WHERE id = coalesce(NEW.author_id, OLD.author_id) FOR SHARE;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    DELETE FROM hashtag_posts WHERE post_id = NEW.id AND tag <> ALL (NEW.hashtags);
    INSERT INTO hashtag_posts (post_id, tag, author_id, shared_at, is_open)
    SELECT NEW.id, tag, NEW.author_id, NEW.shared_at, opens FROM unnest(NEW.hashtags) AS tag
        ON CONFLICT DO NOTHING;
    RETURN NEW;
END
$$;
CREATE FUNCTION is_open_author(standing text, is_private boolean) RETURNS boolean
LANGUAGE sql IMMUTABLE
RETURN standing = 'active' AND NOT is_private;

-- Before a change, so that the author is held before a counter is; a new row must be there first.
CREATE TRIGGER posts_list_hashtags_of_new AFTER INSERT ON posts FOR EACH ROW
    WHEN (NEW.shared_at IS NOT NULL AND NEW.hashtags <> '{}')
    EXECUTE FUNCTION list_hashtags();
CREATE TRIGGER posts_list_hashtags BEFORE UPDATE ON posts FOR EACH ROW
    WHEN (NEW.shared_at IS NOT NULL
          AND (OLD.shared_at IS NULL OR OLD.hashtags IS DISTINCT FROM NEW.hashtags)
          AND (coalesce(OLD.hashtags, '{}') <> '{}' OR NEW.hashtags <> '{}'))
    EXECUTE FUNCTION list_hashtags();
CREATE TRIGGER posts_keep_author BEFORE DELETE ON posts FOR EACH ROW
    WHEN (OLD.shared_at IS NOT NULL AND OLD.hashtags <> '{}')
    EXECUTE FUNCTION list_hashtags();

-- Opens or closes what an author wrote.
CREATE FUNCTION open_hashtags() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE hashtag_posts SET is_open = is_open_author(NEW.standing, NEW.is_private)
     WHERE post_id IN (SELECT id FROM posts WHERE author_id = NEW.id);
    RETURN NULL;
END
$$;
CREATE TRIGGER users_open_hashtags AFTER UPDATE ON users FOR EACH ROW
    WHEN (is_open_author(OLD.standing, OLD.is_private)
          <> is_open_author(NEW.standing, NEW.is_private))
    EXECUTE FUNCTION open_hashtags();

-- The newest `wanted` open posts with a tag that are older than a position, without those of people
-- who block the viewer (null: nobody) or are blocked or muted. When `most` were looked at before, the
-- last row has no author: it says how far the walk came. Facts are looked up by their keys, as in
-- sight_of of 0002.
CREATE FUNCTION open_hashtag_posts(
    viewer uuid, named text, before_at bigint, before_id uuid, wanted integer, most integer
)
RETURNS TABLE (shared_at bigint, post_id uuid, author_id uuid)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    looked    integer := 0;
    is_hidden boolean;
BEGIN
    FOR shared_at, post_id, author_id, is_hidden IN
        SELECT shared_at, post_id, author_id,
               coalesce((SELECT true FROM blocks
                          WHERE blocker_id = author_id AND blocked_id = viewer),
                        (SELECT true FROM blocks
                          WHERE blocker_id = viewer AND blocked_id = author_id),
                        (SELECT true FROM personal_lists
                          WHERE owner_id = viewer AND list = 'mutes' AND member_id = author_id),
                        false)
          FROM hashtag_posts
         WHERE tag = named AND is_open AND (shared_at, post_id) < (before_at, before_id)
         ORDER BY shared_at DESC, post_id DESC
         LIMIT most
    LOOP
        looked := looked + 1;
        IF NOT is_hidden THEN
            RETURN NEXT;
            wanted := wanted - 1;
            EXIT WHEN wanted = 0;
        END IF;
    END LOOP;
    IF looked = most AND wanted > 0 THEN
        author_id := NULL;
        RETURN NEXT;
    END IF;
END
$$;

-- The newest `wanted` closed posts with a tag that are older than a position, of the viewer and of
-- whom they follow and have not muted: the newest of each author, then more of those on top.
CREATE FUNCTION closed_hashtag_posts(
    viewer uuid, named text, before_at bigint, before_id uuid, wanted integer
)
RETURNS TABLE (shared_at bigint, post_id uuid, author_id uuid)
LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
        SELECT post.shared_at, post.post_id, newest.author_id
          FROM (SELECT author_id
                  FROM (SELECT home.author_id, head.shared_at, head.post_id
                          FROM home_authors(viewer) AS home CROSS JOIN LATERAL (
                               SELECT shared_at, post_id FROM hashtag_posts
                                WHERE hashtag_posts.author_id = home.author_id
                                  AND tag = named AND NOT is_open
                                  AND (shared_at, post_id) < (before_at, before_id)
                                ORDER BY shared_at DESC, post_id DESC
                                LIMIT 1) AS head
                         ORDER BY head.shared_at DESC, head.post_id DESC
                        OFFSET 0) AS ranked
                 WHERE is_listed(author_id, viewer)
                 LIMIT wanted) AS newest
         CROSS JOIN LATERAL (
               SELECT shared_at, post_id FROM hashtag_posts
                WHERE hashtag_posts.author_id = newest.author_id
                  AND tag = named AND NOT is_open
                  AND (shared_at, post_id) < (before_at, before_id)
                ORDER BY shared_at DESC, post_id DESC
                LIMIT wanted) AS post
         ORDER BY post.shared_at DESC, post.post_id DESC
         LIMIT wanted;
END
$$;

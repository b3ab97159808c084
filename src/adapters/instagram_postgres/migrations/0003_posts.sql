-- Posts, their files, and the counters of their likes.

CREATE TABLE posts (
    id          uuid PRIMARY KEY,
    author_id   uuid NOT NULL REFERENCES users,
    caption     text NOT NULL,
    location    text NOT NULL,
    status      text NOT NULL DEFAULT 'processing'
                CHECK (status IN ('processing', 'published', 'failed')),
    uploaded_at bigint NOT NULL,
    shared_at   bigint,                        -- with id the position, set once by publishing
    failure     text,
    CHECK ((status = 'published') = (shared_at IS NOT NULL)),
    CHECK ((status = 'failed') = (failure IS NOT NULL))
);
-- Unpublished posts have no place in an order: no comparison of (shared_at, id) finds them.
CREATE INDEX posts_of_author ON posts (author_id, shared_at DESC, id DESC);
CREATE INDEX posts_newest ON posts (shared_at DESC, id DESC) INCLUDE (author_id)
    WHERE status = 'published';

CREATE TABLE post_originals (
    post_id  uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    place    smallint NOT NULL,
    stem     text NOT NULL,
    format   text NOT NULL,
    width    integer NOT NULL,
    height   integer NOT NULL,
    alt_text text NOT NULL,
    PRIMARY KEY (post_id, place)
);
CREATE INDEX post_originals_stem ON post_originals (stem);

CREATE TABLE post_media (
    id          uuid PRIMARY KEY,
    post_id     uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    place       smallint NOT NULL,
    stem        text NOT NULL,
    width       integer NOT NULL,
    height      integer NOT NULL,
    placeholder text NOT NULL,
    encodings   text[] NOT NULL,
    alt_text    text NOT NULL,
    UNIQUE (post_id, place)
);
CREATE INDEX post_media_stem ON post_media (stem);

-- The likes of a post are counted in up to 16 rows, so that many can be counted at once. Their sum
-- is exact; a single one may be negative, because an unlike takes whichever slot is free.
CREATE TABLE like_slots (
    post_id uuid NOT NULL REFERENCES posts ON DELETE CASCADE,
    slot    smallint NOT NULL CHECK (slot BETWEEN 0 AND 15),
    likes   bigint NOT NULL,
    PRIMARY KEY (post_id, slot)
) WITH (fillfactor = 50);

-- No foreign keys: their checks would lock the row of the post after a slot is held, which is
-- against the order of locks. Holding a slot keeps the post from being deleted instead.
CREATE TABLE likes (
    user_id  uuid NOT NULL,
    post_id  uuid NOT NULL,
    liked_at bigint NOT NULL,
    PRIMARY KEY (user_id, post_id)
);
CREATE INDEX likes_newest ON likes (post_id, liked_at DESC, user_id DESC);

-- Adds to the number of an author's published posts.
CREATE FUNCTION count_posts(author uuid, change integer) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO profile_counters AS counter (user_id, posts) VALUES (author, change)
        ON CONFLICT (user_id) DO UPDATE SET posts = counter.posts + excluded.posts;
END
$$;

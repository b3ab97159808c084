-- Whoever deletes their account may still have a request under way, let in a moment before.

-- Says whether somebody may still act, and keeps the erasing of their account waiting until the
-- transaction ends: what they do now is either refused or found by it.
CREATE FUNCTION enter_as(person uuid) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(uuid_hash_extended(person, 1));
    RETURN NOT EXISTS (SELECT FROM users WHERE id = person AND standing = 'deleted');
END
$$;

-- Waits for everything that somebody whose account is deleted still has under way.
CREATE FUNCTION wait_for_acts_of(person uuid) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(uuid_hash_extended(person, 1));
END
$$;

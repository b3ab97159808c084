"""Likes of posts: idempotent, exactly counted."""

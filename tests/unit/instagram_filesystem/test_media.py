"""Files lie where they should, nowhere else, and whole."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from instagram_core.kernel.errors import AdapterClosed, AdapterUnavailable
from instagram_core.media.errors import MediaNotFoundError
from instagram_core.media.model import MediaKey, media_key
from instagram_filesystem import FilesystemMediaStore
from tests.unit.instagram_filesystem.files import KEY, STEM, files, read, stream

BAD_KEYS = [
    "",
    "/",
    "original",
    f"{STEM}/",
    f"/{STEM}/original",
    f"{STEM}/../../../etc/passwd",
    f"../{STEM}/original",
    f"{STEM}/..",
    f"{STEM}/.hidden",
    f"{STEM}/a/b",
    f"{STEM}//a",
    f"{STEM}/a\0b",
    f"{STEM}/A",
    f"{STEM}/a b",
    f"{STEM}/a\n",
    f"{STEM.upper()}/a",
    "short/a",
    f"{STEM}/{'a' * 60}",
    f"{STEM}\\original",
    "................/a",
]


async def test_a_file_lies_in_a_folder_by_its_first_characters(root: Path) -> None:
    """Nobody else on the machine may read it."""
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"data")

    path = root / "files" / "01" / STEM / "original"
    assert files(root) == {f"files/01/{STEM}/original": b"data"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    folders = (path.parent, path.parent.parent, root / "files", root / "incoming")
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


@pytest.mark.parametrize("text", BAD_KEYS)
async def test_no_key_leads_anywhere_else(root: Path, text: str) -> None:
    """Each method looks again, whoever made the key."""
    key = MediaKey(text)
    async with FilesystemMediaStore.open(root) as store:
        for call in (store.put(key, b"x"), store.stat(key), store.delete([key]), read(store, key)):
            with pytest.raises(ValueError, match="media key"):
                await call

    assert files(root.parent) == {}


async def test_one_bad_key_deletes_nothing(root: Path) -> None:
    """All are looked at first."""
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"data")
        with pytest.raises(ValueError, match="media key"):
            await store.delete([KEY, MediaKey("../../etc/passwd")])
        assert await read(store) == b"data"


async def test_a_file_is_flushed_before_it_is_seen_and_its_names_before_it_is_told(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes, then the name, then the folders that lead to it."""
    done = list[str]()
    real_fsync, real_replace = os.fsync, Path.replace

    def fsync(descriptor: int) -> None:
        kind = "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "bytes"
        done.append(kind)
        real_fsync(descriptor)

    def replace(path: Path, target: Path) -> Path:
        done.append("name")
        return real_replace(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"data")

    assert done == ["bytes", "name", "folder", "folder", "folder"]


async def test_nothing_is_left_of_what_did_not_come(root: Path) -> None:
    """Neither beside the files nor among them."""
    async with FilesystemMediaStore.open(root) as store:
        with pytest.raises(ZeroDivisionError):
            await store.put(KEY, stream(b"half", error=ZeroDivisionError()))
        with pytest.raises(ZeroDivisionError):
            await store.put(KEY, stream(error=ZeroDivisionError()))

    assert files(root) == {}


async def test_deleting_the_last_file_takes_its_folder(root: Path) -> None:
    """A store of many deleted pictures is not full of empty folders."""
    other = media_key(STEM, "small.webp")
    async with FilesystemMediaStore.open(root) as store:
        for key in (KEY, other):
            await store.put(key, b"data")
        await store.delete([KEY])
        assert (root / "files" / "01" / STEM).is_dir()
        await store.delete([other])

    assert list((root / "files" / "01").iterdir()) == []


async def test_putting_beside_deleting_loses_nothing(root: Path) -> None:
    """Although the folder comes and goes between them."""
    keys = [media_key(STEM, f"name{number}") for number in range(4)]
    async with FilesystemMediaStore.open(root) as store:
        for _ in range(25):
            puts = [store.put(key, b"data") for key in keys[:2]]
            await asyncio.gather(*puts, store.delete(keys[2:]), store.delete(keys[2:]))
            assert [await read(store, key) for key in keys[:2]] == [b"data"] * 2
            await store.delete(keys)


async def test_a_page_reads_no_folder_that_lies_before_it(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sweeping a large store costs what it lists."""
    listed = list[str]()
    real = os.listdir

    def listdir(path: Path) -> list[str]:
        listed.append(path.name)
        return real(path)

    async with FilesystemMediaStore.open(root) as store:
        keys = [media_key(f"{fan}{'0' * 14}{last}", "a") for fan in ("aa", "bb") for last in "123"]
        for key in keys:
            await store.put(key, b"data")
        monkeypatch.setattr(os, "listdir", listdir)
        page = await store.page(keys[3], 1)

    assert [keys[4]] == [file.key for file in page]
    assert listed == ["files", "bb", f"bb{'0' * 14}1", f"bb{'0' * 14}2"]


async def test_files_of_others_are_passed_over(root: Path) -> None:
    """What a person or a program left there is no media."""
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"data")
        folder = root / "files" / "01" / STEM
        for stray in (root / "files" / ".DS_Store", root / "files" / "01" / "x", folder / "A B"):
            stray.write_bytes(b"stray")
        (folder / "sub").mkdir()
        (folder / "link").symlink_to("/etc/passwd")
        assert [file.key for file in await store.page(None, 10)] == [KEY]
        for name in ("link", "sub"):
            assert await store.stat(media_key(STEM, name)) is None
        with pytest.raises(MediaNotFoundError):
            await read(store, media_key(STEM, "link"))


async def test_an_etag_survives_a_restart(root: Path) -> None:
    """Browsers need not fetch again."""
    async with FilesystemMediaStore.open(root) as store:
        stored = await store.put(KEY, b"data")
    async with FilesystemMediaStore.open(root) as store:
        assert stored == await store.stat(KEY)


async def test_closing_in_the_middle_of_a_put_leaves_nothing(root: Path) -> None:
    """The call says why."""
    reached, closed = asyncio.Event(), asyncio.Event()

    async def slowly() -> AsyncIterator[bytes]:
        yield b"half"
        reached.set()
        await closed.wait()
        yield b"rest"

    async with FilesystemMediaStore.open(root) as store:
        call = asyncio.create_task(store.put(KEY, slowly()))
        await reached.wait()
        await store.close()
        closed.set()
        with pytest.raises(AdapterClosed):
            await call

    assert files(root) == {}


async def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    """Opening says so."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AdapterUnavailable):
        async with FilesystemMediaStore.open(tmp_path / "file" / "media"):
            pass


async def test_a_folder_that_went_away_is_not_made_again(root: Path) -> None:
    """An unmounted disk must not be written beside; and absent is not the same as gone."""
    async with FilesystemMediaStore.open(root) as store:
        await store.put(KEY, b"data")
        away = root.with_name("away")
        os.rename(root, away)  # noqa: PTH104 - a step of the test
        calls = [store.put(KEY, b"new"), store.stat(KEY), read(store), store.delete([KEY])]
        for call in (*calls, store.page(None, 1)):
            with pytest.raises(AdapterUnavailable, match="gone"):
                await call
        os.rename(away, root)  # noqa: PTH104 - fails where something was made meanwhile
        assert await read(store) == b"data"

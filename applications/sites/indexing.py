"""Search in Chinese: an index of SQLite's FTS5 in which each Han character is a word, and a word of a query a phrase.

FTS5's own tokenizer takes a whole run of Han characters for one word, and its trigrams find no word of two characters.
With single characters a phrase is exactly a substring, found by the index. Only what is online stands in it.
"""

from typing import Any

from django.db import connection

from applications.sites.hanwords import parted, phrase

TABLE = "county_sites_words"


def put(page: Any) -> None:
    """Put a page that is online into the index, or out of it."""
    from applications.sites.textof import text_of

    drop(page.pk)
    if not page.live:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE}(rowid, title, body, path) VALUES (%s, %s, %s, %s)",  # noqa: S608 - a constant
            [page.pk, parted(page.title), parted(text_of(page)), page.path],
        )


def drop(key: int) -> None:
    """Take a page out."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE rowid = %s", [key])  # noqa: S608 - a constant


def found(query: str, path: str, start: int, count: int) -> tuple[list[int], int]:
    """Return keys of pages below a path, the best first, and how many there are in all."""
    asked = phrase(query)
    if not asked:
        return [], 0
    where = f"FROM {TABLE} WHERE {TABLE} MATCH %s AND substr(path, 1, %s) = %s"
    values = [asked, len(path), path]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {where}", values)
        total = int(cursor.fetchone()[0])
        cursor.execute(
            f"SELECT rowid {where} ORDER BY bm25({TABLE}, 8.0, 1.0), rowid DESC LIMIT %s OFFSET %s",
            [*values, count, start],
        )
        return [int(row[0]) for row in cursor.fetchall()], total


def _published(sender: Any, instance: Any, **_: Any) -> None:
    put(instance)


def _unpublished(sender: Any, instance: Any, **_: Any) -> None:
    drop(instance.pk)


def _moved(sender: Any, instance: Any, **_: Any) -> None:
    for page in instance.get_descendants(inclusive=True).live().specific():
        put(page)


def listen() -> None:
    """Follow what Wagtail says."""
    from django.db.models.signals import post_delete
    from wagtail.models import Page
    from wagtail.signals import page_published, page_unpublished, post_page_move

    page_published.connect(_published, dispatch_uid="sites-put")
    page_unpublished.connect(_unpublished, dispatch_uid="sites-drop")
    post_page_move.connect(_moved, dispatch_uid="sites-move")
    post_delete.connect(_unpublished, sender=Page, dispatch_uid="sites-deleted")

"""Backups in a bucket, against a real S3 server on loopback (moto)."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import boto3
import obstore
import pyrage
import pytest
from moto.server import ThreadedMotoServer

from maild.backup.bucket import LOCK, BucketPlace
from maild.backup.make import check_again
from maild.backup.prune import Keeping, prune
from maild.backup.restore import restore
from maild.backup.sealing import Sealer
from maild.backup.vault import Vault
from maild.cli.app import run
from maild.config import Backup, Secret
from maild.domain.errors import ConfigError, NotFound, Permanent, Temporary
from maild.store import FileBlobs
from tests.backup.conftest import NOW, Shop

pytestmark = pytest.mark.integration
sqlite = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 server with one bucket; its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    client = boto3.client(
        "s3", endpoint_url=address, aws_access_key_id="k", aws_secret_access_key="s", region_name="us-east-1"
    )
    client.create_bucket(Bucket="maild")
    yield address
    server.stop()


def settings(endpoint: str) -> Backup:
    return replace(Backup(), s3_endpoint=endpoint, s3_access_key="k", s3_secret_key=Secret("s"))


def place(shop: Shop, endpoint: str, name: str = "") -> BucketPlace:
    return BucketPlace(f"s3://maild/{name or shop.folder.name}", settings(endpoint), shop.folder / "work")


@sqlite
def test_there_and_back_in_a_bucket(shop: Shop, endpoint: str) -> None:
    """Made, added to, verified, damaged, pruned and restored in a bucket, encrypted, as in a folder."""
    pair = pyrage.x25519.Identity.generate()
    bucket = place(shop, endpoint)
    vault = Vault(bucket, Sealer([str(pair.to_public())], str(pair)), shop.folder / "work")
    first = shop.back_up(NOW - timedelta(days=40), vault)
    shop.receive("third")
    second = shop.back_up(vault=vault)
    assert (first.added, second.added, check_again(vault, second.manifest)) == (2, 1, [])
    assert [one.id for one in vault.manifests()[0]] == [first.manifest.id, second.manifest.id]
    gone = prune(vault, Keeping(days=1, weeks=0, months=0), ZoneInfo("UTC"))
    assert (len(gone.backups), gone.objects) == (1, 2)
    done = restore(vault, second.manifest, shop.target, NOW)
    assert (done.blobs, done.lost, done.differs) == (3, (), ())
    assert FileBlobs(shop.target.blobs).any()
    blob = next(iter(bucket.sizes("blobs")))
    obstore.put(bucket._store, blob, b"something else")
    assert len(check_again(vault, second.manifest)) == 1
    assert list((shop.folder / "work").iterdir()) == []


@sqlite
def test_two_at_a_time(shop: Shop, endpoint: str) -> None:
    """A second backup into the same bucket waits for a person; a lock that a dead one left half a day ago does not bind."""
    one, other = place(shop, endpoint), place(shop, endpoint)
    with one.locked(), pytest.raises(Permanent, match="another maild backup"), other.locked():
        pass
    with other.locked():
        pass
    old = (datetime.now(UTC) - timedelta(hours=13)).isoformat()
    obstore.put(one._store, LOCK, json.dumps({"at": old}).encode())
    with other.locked():
        pass


@sqlite
def test_what_a_store_refuses(shop: Shop, endpoint: str) -> None:
    """A missing key, a bucket that is none, a server that is away: each in words of ours."""
    bucket = place(shop, endpoint)
    with pytest.raises(NotFound):
        bucket.fetch("blobs/none", shop.folder / "x")
    bucket.remove("blobs/none")
    with pytest.raises(ConfigError, match="names no bucket"):
        BucketPlace("s3://", settings(endpoint), shop.folder)
    source = shop.folder / "file"
    source.write_bytes(b"x")
    with pytest.raises((Temporary, NotFound)):
        BucketPlace("s3://nowhere/x", settings(endpoint), shop.folder).put("key", source)


@sqlite
def test_the_command_takes_a_bucket(shop: Shop, endpoint: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """backup.to names a bucket: backup, --verify and restore --check work by it."""
    config = shop.folder / "maild.toml"
    url = f"s3://maild/{shop.folder.name}-command"
    (shop.folder / "key").write_text("s\n")
    config.write_text(
        f'[store]\nurl = "{shop.url}"\nblobs = "{shop.blobs.folder}"\n[backup]\nto = "{url}"\n'
        f's3_endpoint = "{endpoint}"\ns3_access_key = "k"\ns3_secret_key_file = "key"\n'
    )
    assert [
        run(["--config", str(config), "--json", *words])
        for words in (["backup"], ["backup", "--verify"], ["restore", url, "--check"])
    ] == [0, 0, 0]
    lines = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert (lines[0]["blobs"], lines[1]["ok"], lines[2]["restored_blobs"]) == (2, True, 2)
